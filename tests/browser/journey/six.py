"""Six agencies: two with accounts, two by a link, one without involvement, one silent until its duty is invoked."""

from __future__ import annotations

import datetime as dt
import re

from cspr.accounts.roles import AgencyType
from cspr.clocks.calendar import in_full
from cspr.documents.making import make_waiting
from reviews.management.rehearsal import baby
from reviews.management.rehearsal.accounts import account, account_of
from reviews.management.rehearsal.baby_words import RETURNS
from tests.browser.conftest import MONDAY, Site
from tests.browser.journey import six_words as words
from tests.browser.journey.accounts import (
    begins_the_account,
    opens_the_request,
    sends_the_account,
    was_not_involved,
    writes_the_account,
)
from tests.browser.journey.rapid import plans_the_meeting
from tests.browser.journey.six_words import COMMUNITY, COUNCIL, HOSPITAL, HOUSING, ICB, POLICE, Contact
from tests.browser.letters import letters_to, link_in
from tests.browser.people import Person

CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")


def a_rapid_review_opens(site: Site) -> str:
    """Everything up to the notification has happened; answers the address of the case."""
    review = site.rehearse(baby.to_rapid_review)
    site.deliver()
    return str(review.case.get_absolute_url())


# --- whom to ask ------------------------------------------------------------------------------------------


def staff_say_whom_the_last_reminder_goes_to(site: Site) -> None:
    staff = site.person("staff")
    staff.open("/people/agencies/")
    staff.follow(f"Name somebody for {POLICE}")
    name, email = words.EXECUTIVE
    staff.write("Name", name)
    staff.write("E-mail address", email)
    staff.press("Save")
    staff.reads(f"Saved for {POLICE}.", email)


def staff_choose_six_agencies(site: Site, case: str) -> str:
    """Three of those suggested, three from the list; one suggested is not asked. Answers the rapid review's address."""
    staff = site.person("staff")
    staff.open(case)
    staff.follow("Rapid review")
    staff.reads("Today is day 0 of 15.", "Send the requests to the agencies")
    review = staff.page.url
    staff.follow("Agencies")
    staff.reads(
        "No agency has been asked yet.",
        "A statutory partner: what the police knew of the people in the home.",
        "Every child under five has a health visitor.",
        "Named by the referral of Samplebury General Hospital.",
    )
    for agency in (POLICE, COMMUNITY, HOUSING):
        staff.press(f"Add {agency}")
    staff.follow("Add agencies to ask")
    staff.choose("Which agencies may know the child or the family?", HOSPITAL, COUNCIL, ICB)
    staff.press("Add them to the list")
    staff.go(staff.page.get_by_role("link", name=re.compile("Do not ask ?: Nursery")))
    staff.write("Why is it not asked?", words.NOT_ASKED_BECAUSE)
    staff.press("Keep this reason")
    staff.reads("Not asked, and why", words.NOT_ASKED_BECAUSE)
    return review


def the_requests_go_out(site: Site) -> None:
    """From the board of the agencies, all by the same date. Two of them have nobody here who could sign in."""
    staff = site.person("staff")
    staff.follow("Send the requests")
    for agency in (ICB, HOUSING):
        staff.reads(f"{agency}: nobody there has an account as report author.")
    staff.write("What do you want to tell and ask them?", words.QUESTION)
    staff.press("Send the requests")
    staff.reads("The requests are on their way.")


def staff_send_a_link(site: Site, review: str, contact: Contact) -> tuple[str, str]:
    """Answers the link, which only the e-mail holds, and the code, which only the staff's page shows."""
    staff = site.person("staff")
    staff.open(f"{review}agencies/")
    staff.follow(contact.agency)
    staff.follow("Let somebody answer without an account")
    staff.write("Name of the contact", contact.name)
    staff.write("Their role", contact.role)
    staff.write("E-mail address", contact.email)
    staff.choose("How will the code reach them?", "By telephone")
    staff.press("Send the link")
    staff.reads("You see the code only here, and only now.", "by telephone")
    found = CODE.search(staff.page.locator("main").inner_text())
    assert found
    staff.follow("I have written it down")
    staff.reads("Not opened yet")
    site.deliver()
    (letter,) = letters_to(contact.email)
    assert found.group() not in str(letter.message())
    return link_in(letter), found.group()


# --- what they answer -------------------------------------------------------------------------------------


def the_council_was_not_involved(site: Site) -> None:
    author = site.person("council_author")
    opens_the_request(author)
    author.reads(words.QUESTION, "We were not involved")
    was_not_involved(author)


def the_hospital_answers(site: Site) -> None:
    """A table in which one row is wrong is not imported, and no part of it; corrected, it is. Then the account."""
    author = site.person("hospital_author")
    opens_the_request(author)
    rows = words.CHRONOLOGIES["hospital"]
    _to_the_chronology(author)
    _pastes(author, words.table(rows, MONDAY, first_date="30 February 2026"))
    author.reads("2 rows can be imported; 1 cannot.", "Row 2", "30 February 2026")
    author.press("Do not import it")
    author.reads("Nothing was imported.", "Nothing has been entered yet.")
    _imports(author, words.table(rows, MONDAY), len(rows))
    _writes_and_sends(site, author, "hospital", "Demo Medical Director")


def the_health_visitors_answer(site: Site) -> None:
    author = site.person("community_author")
    opens_the_request(author)
    rows = words.CHRONOLOGIES["community"]
    _to_the_chronology(author)
    _imports(author, words.table(rows, MONDAY), len(rows))
    _writes_and_sends(site, author, "community", "Demo Director of Nursing")


def _writes_and_sends(site: Site, author: Person, code: str, manager: str) -> None:
    opens_the_request(author)
    begins_the_account(author)
    writes_the_account(author, account(site.stage.person(f"{code}_author"), RETURNS[code]))
    sends_the_account(author, manager, "Director")
    author.reads("Thank you. Your account has been sent.")


def _to_the_chronology(author: Person) -> None:
    author.follow("Your agency’s chronology: what happened, day by day")


def _imports(author: Person, table: str, number: int) -> None:
    _pastes(author, table)
    author.reads(f"{number} rows can be imported. Nothing is in the chronology yet.")
    author.press(f"Import {number} entries")
    author.reads(f"{number} entries stand in the chronology.")


def _pastes(author: Person, table: str) -> None:
    author.follow("Import entries")
    author.write("Or rows that you copied from a spreadsheet", table)
    author.press("Continue")


def a_contact_answers_by_link(site: Site, contact: Contact, link: str, code: str) -> None:
    """The link and the code, after a wrong one; the account; and the link opens nothing more."""
    visitor = site.visitor()
    visitor.open(link)
    assert link not in visitor.page.url
    visitor.reads("The partnership’s team has given you a code in another way than by this e-mail.")
    visitor.write("Code", "AAAA-2222")
    visitor.press("Continue", answer=422)
    visitor.reads("This is not the code.")
    visitor.write("Code", code.lower().replace("-", " "))
    visitor.press("Continue")
    visitor.reads(contact.agency, words.QUESTION)
    begins_the_account(visitor)
    writes_the_account(visitor, account_of(contact.name, contact.role, contact.said))
    sends_the_account(visitor, contact.manager, "Director")
    visitor.reads("Thank you", "Your link is used up")
    visitor.open(link, answer=404)
    visitor.reads("This link no longer opens anything", "please ring", "01632 960100")


# --- what staff do with the answers -----------------------------------------------------------------------


def staff_have_a_question(site: Site, review: str) -> None:
    staff = site.person("staff")
    staff.open(f"{review}agencies/")
    staff.follow(COMMUNITY)
    staff.reads("Signed off by Demo Director of Nursing, Director.")
    staff.follow("Query the answer")
    staff.choose("Which parts do you have a question about?", "What your agency did")
    staff.write("What is unclear or missing?", words.UNCLEAR)
    staff.press("Send the question")
    staff.reads("Queried")


def the_health_visitors_explain(site: Site) -> None:
    author = site.person("community_author")
    opens_the_request(author)
    author.reads("The team’s question", words.UNCLEAR)
    author.follow("What your agency did")
    author.reads(words.UNCLEAR)
    box = author.page.get_by_label("A summary of your involvement", exact=True)
    author.write("A summary of your involvement", f"{box.input_value()} {words.EXPLAINED}")
    author.press("Save and continue")
    author.reads("You have changed this part since.")
    sends_the_account(author, "Demo Director of Nursing", "Director")


def staff_see_what_changed_and_accept(site: Site, review: str) -> None:
    staff = site.person("staff")
    staff.open(f"{review}agencies/")
    staff.follow(COMMUNITY)
    staff.follow("What changed since the answer before")
    staff.reads("What changed since answer 1", words.EXPLAINED)
    staff.open(f"{review}agencies/")
    staff.follow(COMMUNITY)
    staff.follow("Accept the answer")
    staff.press("Accept the answer")


# --- the silent one ---------------------------------------------------------------------------------------


def the_board_says_who_is_late(site: Site, review: str, *, held: int, reminded: dt.date) -> None:
    staff = site.person("staff")
    staff.open(f"{review}agencies/")
    staff.reads("1 of 6 has not answered yet.")
    row = staff.page.get_by_role("row").filter(has_text=POLICE)
    said = " ".join(row.inner_text().split())
    assert "late" in said.lower(), said
    assert f"{held} by the agency" in said, said
    assert f"{reminded.day} {reminded:%B}" in said, said


def the_board_says_that_it_is_escalated(site: Site, review: str) -> None:
    staff = site.person("staff")
    today = site.calendar.today
    the_board_says_who_is_late(site, review, held=11, reminded=today)
    staff.reads(f"Escalated on {today.day} {today:%B}")
    staff.follow(POLICE)
    staff.reads(
        f"Escalated on {in_full(today)}.",
        f"The agency's named executive ({words.EXECUTIVE[0]}). Sent.",
        "The agency's safeguarding lead (Demo Head of Public Protection). Sent.",
        "Reminder 3 after the date",
    )


def staff_invoke_the_duty_to_answer(site: Site) -> None:
    """From the page of the request, with the letter that says so."""
    staff = site.person("staff")
    staff.follow("Invoke the duty to answer")
    staff.press("Invoke the duty to answer")
    staff.reads(f"Invoked under section 16H of the Children Act 2004 on {in_full(site.calendar.today)}.")
    request = staff.page.url
    staff.press("The letter about the duty to answer")
    make_waiting()
    staff.open(request)
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name="Request for information under section 16H").click(
            modifiers=["Alt"]
        )
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def the_police_answer_at_last(site: Site) -> None:
    """They hold what nobody else knew."""
    author = site.person("police_author")
    opens_the_request(author)
    author.reads(
        "You are asked under section 16H of the Children Act 2004. Your agency has a legal duty to answer."
    )
    rows = words.CHRONOLOGIES["police"]
    _to_the_chronology(author)
    _imports(author, words.table(rows, MONDAY), len(rows))
    _writes_and_sends(site, author, "police", "Demo Assistant Chief Constable")


def all_have_answered(site: Site, review: str) -> None:
    staff = site.person("staff")
    staff.open(f"{review}agencies/")
    staff.reads("All answered: 6 of 6. 1 of them had no involvement.")


# --- what they make of it together ------------------------------------------------------------------------


def the_chronology_is_merged(site: Site, review: str) -> None:
    """What three agencies brought, in one order; two entries are one event, as a person says."""
    staff = site.person("staff")
    staff.open(review)
    staff.follow("Chronology")
    number = sum(len(rows) for rows in words.CHRONOLOGIES.values())
    staff.reads(f"{number} entries.", "Not brought 2 times in a row", HOSPITAL, COMMUNITY, POLICE)
    staff.follow("Possible duplicates and contradictions")
    staff.reads("Two agencies write much the same on the same day.")
    staff.go(staff.page.get_by_role("link", name="Judge this pair"))
    staff.choose("What are they?", "The same event")
    staff.write(
        "Why, or what has to be found out", "The visit to the emergency department, and the call about it."
    )
    staff.press("Keep this")
    staff.reads(
        "No pair waits to be judged.", "The visit to the emergency department, and the call about it."
    )
    staff.open(f"{review}chronology/")
    staff.reads("The same event as")


def a_meeting_is_planned(site: Site, review: str, day: dt.date) -> None:
    staff = site.person("staff")
    plans_the_meeting(staff, review, day)
    staff.reads("The meeting is planned, and everybody on the access list is asked.")


def the_meeting_waits_for_the_police(site: Site, review: str, day: dt.date) -> None:
    staff = site.person("staff")
    _at_the_meeting(staff, review, "Move the meeting")
    staff.date("Day", day)
    staff.press("Move it and tell everybody")
    staff.reads("The meeting is moved", in_full(day))


def _at_the_meeting(staff: Person, review: str, verb: str) -> None:
    staff.open(review)
    staff.follow("Meeting")
    staff.page.locator("summary", has_text="What else is possible now").click()
    staff.follow(verb)


def the_meeting_is_quorate_with_a_deputy(site: Site, review: str) -> None:
    """Without the police it cannot be recorded; their deputy, who has no account, is named and counts."""
    staff = site.person("staff")
    staff.open(review)
    staff.follow("Meeting")
    staff.follow("Record who took part")
    for box in staff.page.get_by_label("Attendance:").all():
        box.select_option(label="Took part")
    staff.pick("Attendance: Demo Chief Superintendent", "Sent apologies")
    staff.press("Save who took part")
    staff.reads("The meeting is not quorate. Still missing: Police is represented.")
    deputy = "Demo Superintendent"
    _at_the_meeting(staff, review, "Ask people to the meeting")
    staff.write("Somebody without an account here", deputy)
    staff.write("Their role and agency", f"Superintendent, {POLICE}")
    staff.pick("Kind of agency", str(AgencyType.POLICE.label))
    staff.choose("Why do they come?", "Member")
    staff.press("Ask them")
    staff.follow("Record who took part")
    staff.pick(f"Attendance: {deputy}", "Took part")
    staff.pick(f"Speaks for: {deputy}", "Police")
    staff.write(f"Deputy for: {deputy}", "Demo Chief Superintendent")
    staff.press("Save who took part")
    staff.follow("Record the meeting as held")
    staff.write(
        "What was decided, in short?", "The group recommends a practice review to the three partners."
    )
    staff.press("Record the meeting")
    staff.reads("The meeting is on record.", "as deputy for Demo Chief Superintendent")


def it_was_in_time(site: Site, review: str) -> None:
    """On day 15, with what shows it."""
    staff = site.person("staff")
    today = in_full(site.calendar.today)
    staff.open(review)
    staff.reads(f"Sent on {today}.", "What shows it")
    staff.page.locator("summary", has_text="Clocks that were met or stopped").click()
    staff.reads(f"Met on {today}; it was due on {today}")


def the_agencies_read_the_outcome(site: Site, case: str) -> None:
    """The one that answered first and the one that answered last, on the page of their request."""
    for name, agency in (("council_author", COUNCIL), ("police_author", POLICE)):
        author = site.person(name)
        author.open(case)
        author.follow(f"Information from {agency}")
        author.reads("The outcome", "The national Panel agrees with the decision.")
