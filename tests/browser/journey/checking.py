"""The fact check of a draft: two agencies read their extracts, one corrects a point, and staff handle it."""

from __future__ import annotations

from tests.browser.conftest import Site

HOSPITAL, POLICE = "Samplebury General Hospital", "Vale Police"
SECTION = "What happened, in short"
WRONG = "The visit was on a Tuesday, not on a Monday."


def two_agencies_are_asked(site: Site, review: str) -> None:
    """Each is to read one section and nothing else."""
    staff = site.person("staff")
    for agency in (HOSPITAL, POLICE):
        staff.open(f"{review}fact-check/")
        staff.follow(f"Ask {agency}")
        for box in staff.page.get_by_role("checkbox").all():
            box.uncheck()
        staff.tick(SECTION)
        staff.press("Ask this agency")
        staff.reads(f"{agency} is asked to check its extract.")
    site.deliver()


def it_is_open_until_every_point_is_handled(site: Site, review: str) -> None:
    """The chair reads what signing off will wait for."""
    chair = site.person("chair")
    chair.open(f"{review}fact-check/")
    chair.reads("The fact check is open: 2 agencies have not answered.")


def one_has_nothing_to_correct(site: Site) -> None:
    author = site.person("police_author")
    author.open("/work/")
    author.follow("Check what a report says of your agency")
    author.reads("Is what the report says of your agency accurate?", SECTION)
    author.follow("We have read it and have nothing to correct")
    author.write("Your name", "Demo Detective Inspector")
    author.write("Your role", "Detective inspector")
    author.press("We have nothing to correct")


def one_corrects_a_point(site: Site) -> None:
    author = site.person("hospital_author")
    author.open("/work/")
    author.follow("Check what a report says of your agency")
    author.follow("Start")
    author.write("Which passage is it about?", "The visit on Monday")
    author.write("What is not accurate?", WRONG)
    author.write("How should it read?", "The visit on Tuesday")
    author.press("Save this point")
    author.reads("Your points, not sent yet", WRONG)
    author.follow("Send our points")
    author.write("Your name", "Demo Consultant Paediatrician")
    author.write("Your role", "Consultant paediatrician")
    author.press("Send our points")


def staff_handle_the_point(site: Site, review: str) -> None:
    staff, author = site.person("staff"), site.person("hospital_author")
    staff.open(f"{review}fact-check/")
    staff.follow(HOSPITAL)
    staff.follow("Handle point 1")
    staff.choose("What becomes of it?", "Taken up in part")
    staff.write("Why?", "The day is left out: it would help to recognise the family.")
    staff.press("Save")
    staff.open(f"{review}fact-check/")
    staff.reads("Every agency that was asked has answered, and every point is handled.")
    author.page.reload()
    author.reads("Taken up in part", "The day is left out")
