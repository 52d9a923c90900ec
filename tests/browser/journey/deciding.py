"""A question is put to the three partners, who give their views; the chair approves."""

from __future__ import annotations

from collections.abc import Mapping

from cspr.accounts.roles import Partner
from referrals.questions.answers import lowered
from referrals.questions.criteria import criteria_of
from referrals.states import DecisionKind, Outcome
from reviews.management.rehearsal import baby
from tests.browser.conftest import Site

YES_NO = {"yes": "Yes", "no": "No"}


def decide(
    site: Site,
    page: str,
    kind: DecisionKind,
    outcome: Outcome,
    reasons: str,
    grounds: Mapping[str, Mapping[str, str]],
    dissent: Mapping[str, str] | None = None,
) -> str:
    """From the page that offers the question to the approved decision; answers the decision's address."""
    staff, chair = site.person("staff"), site.person("chair")
    staff.open(page)
    staff.follow(f"Propose: {lowered(str(kind.label))}")
    for code, label in criteria_of(kind) if kind == DecisionKind.NOTIFY else ():
        staff.choose(label, YES_NO[grounds[code]["met"]])
        staff.write(f"Reasons: {lowered(label)}", grounds[code]["reason"])
    staff.choose("What do you propose?", str(outcome.label))
    staff.write("Reasons for the proposal", reasons)
    staff.press("Put it to the partners")
    decision = staff.page.url
    for partner in Partner:
        _view(site, decision, partner, (dissent or {}).get(partner, ""))
    site.calendar.wait(1)
    chair.open("/work/")
    chair.open(decision)
    chair.follow("Approve")
    chair.press("Approve")
    chair.reads("Approved")
    return decision


def _view(site: Site, decision: str, partner: Partner, against: str) -> None:
    person = site.person(partner.value)
    person.open(decision)
    person.follow("Give a partner’s view")
    person.choose("Do you agree with the proposal?", "Disagree" if against else "Agree")
    if against:
        person.write("Your reasons", against)
    person.press("Record this view")
    person.reads("Disagrees" if against else "Agrees")


def a_colleague_gets_access(site: Site, referral: str) -> str:
    """Staff who are not on the list see no case; answers the case's address."""
    staff, colleague = site.person("staff"), site.person("colleague")
    staff.open(referral)
    staff.go(staff.page.get_by_role("region", name="This case").get_by_role("link"))
    case = staff.page.url
    colleague.open(f"{case}people/", answer=403)
    staff.follow("Who can open this case")
    staff.follow("Give somebody access")
    staff.pick("Who needs to know?", "Demo Review Officer, partnership staff")
    staff.press("Give somebody access")
    staff.reads("Access is given from now on.")
    colleague.open(case)
    return case


def the_authority_notifies(site: Site, case: str) -> None:
    """Both limbs are met; the Panel is notified, and the rapid review opens."""
    staff = site.person("staff")
    decide(
        site,
        case,
        DecisionKind.NOTIFY,
        Outcome.NOTIFY,
        "Both limbs of the definition are met.",
        baby.BOTH_LIMBS,
    )
    staff.open(case)
    staff.follow("Record that the Panel was notified")
    staff.date("When was the notification sent?", site.calendar.today)
    staff.write("Reference of the notification", "SIN-DEMO-0001")
    staff.write("Who sent it?", "Samplebury Council, head of safeguarding")
    staff.choose("What was notified?", "Death or serious harm, abuse or neglect known or suspected")
    staff.date("When were the safeguarding partners told?", site.calendar.today)
    staff.press("Record the notification")
    staff.reads("The notification is recorded.")
