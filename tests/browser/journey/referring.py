"""From the hospital's named nurse to an accepted referral."""

from __future__ import annotations

from referrals.questions import SECTIONS, section_of
from reviews.management.rehearsal import baby
from tests.browser.answering import answer
from tests.browser.conftest import Site
from tests.browser.people import Person

NOTE = b"Synthetic strategy discussion note. Nobody in it exists.\n"


def nurse_writes_and_sends(site: Site) -> str:
    """The whole form, part by part, with a child, a family and a file. Answers the address of the referral."""
    incident = site.calendar.today
    site.calendar.wait(1)
    nurse = site.person("nurse")
    nurse.open("/work/")
    nurse.open("/referrals/")
    nurse.follow("Make a referral")
    nurse.press("Start")
    nurse.reads("0 of 11 parts are done", "This form is not for urgent concerns about a child")
    form = nurse.page.url
    answers = baby.referral(incident)
    for section in SECTIONS:
        if section.code == "attachments":
            continue
        nurse.open(form)
        nurse.follow(section.title)
        if section.repeats:
            _items(nurse, section.code, answers[section.code]["items"])
        else:
            answer(nurse, section, answers[section.code])
            nurse.press("Save and continue")
    _file(nurse, form)
    nurse.reads("Every part is done")
    nurse.follow("Check your answers and send")
    nurse.tick("To the best of my knowledge this is true and complete, and I may share it for this purpose")
    nurse.write("Your full name", "Demo Named Nurse")
    nurse.press("Send")
    nurse.reads("Referral sent", "Your reference")
    nurse.follow("See where it stands")
    nurse.reads("The partnership has it and is checking that it is complete.")
    return nurse.page.url


def _items(nurse: Person, code: str, items: list[dict[str, str]]) -> None:
    """Each child, person, agency or process on a page of its own."""
    section = section_of(code)
    assert section is not None
    for number, item in enumerate(items):
        first = "Add an" if section.repeats.startswith("a") else "Add a"
        nurse.follow(f"{'Add another' if number else first} {section.repeats}")
        answer(nurse, section, item)
        nurse.press("Save and continue")
    nurse.press("Save and continue")


def _file(nurse: Person, form: str) -> None:
    nurse.open(form)
    nurse.follow("Files")
    nurse.attach("Add files", "strategy-discussion.txt", NOTE)
    nurse.choose("Is everything attached?", "I have attached what belongs to this referral")
    nurse.press("Save and continue")
    nurse.reads("strategy-discussion.txt")
    nurse.press("Save and continue")


def staff_return_one_answer(site: Site, referral: str) -> None:
    """The Warrington rule: the referrer sees exactly what was marked, and no clock stops."""
    staff = site.person("staff")
    staff.open("/work/")
    staff.open(referral)
    staff.reads("The referral says that everybody is safe", "Every required question is answered.")
    staff.follow("Return for completion")
    staff.page.locator("summary", has_text="The incident").click()
    staff.tick("Account of the incident")
    staff.press("Continue")
    staff.pick("Why do you return it?", "The grounds are not evidenced")
    staff.write("What do you need?", "Who saw the bruise nine days before, and in which clinic?")
    staff.press("Return for completion")
    staff.reads("Returned. The agency has been asked to complete it.")


def nurse_corrects_it(site: Site, referral: str) -> None:
    nurse = site.person("nurse")
    site.calendar.wait(1)
    nurse.open(referral)
    assert nurse.title() == "Please complete your referral"
    nurse.reads("Who saw the bruise nine days before, and in which clinic?")
    nurse.follow("Describe the incident")
    before = nurse.page.get_by_label("Describe the incident", exact=True).input_value()
    nurse.write("Describe the incident", f"{before}\n\nA nursery nurse saw the bruise at the Tuesday clinic.")
    nurse.press("Save and continue")
    nurse.follow("Check and send again")
    nurse.tick("To the best of my knowledge this is true and complete, and I may share it for this purpose")
    nurse.write("Your full name", "Demo Named Nurse")
    nurse.press("Send")
    nurse.reads("Sent again")


def staff_accept(site: Site, referral: str) -> None:
    staff = site.person("staff")
    staff.open(referral)
    staff.reads("What changed since it was returned", "A nursery nurse saw the bruise at the Tuesday clinic.")
    staff.follow("Accept")
    staff.choose(
        "Are the child and everybody else safe now?", "Yes, and I have checked what the referral says"
    )
    staff.press("Accept")
    staff.reads("Accepted. Considering whether to notify has begun.")
