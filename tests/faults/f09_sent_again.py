"""One form arrives twenty times at once, as after many clicks; and once more with other words."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cspr.audit.models import Event
from cspr.workflow import Subject
from referrals.forms.triage import SAFE
from referrals.models import Case, ParallelProcess, Referral
from referrals.states import Process
from reviews.models import ChronologyEntry, RapidReview
from tests import factories as make
from tests.factories import Area
from tests.faults.checker import check
from tests.faults.driver import Answer, Browser, Fields, form_in, side_by_side
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

TIMES = 20
HANDS = 20


@dataclass(frozen=True)
class Form:
    """One filled-in form. ``other``: what is changed when it is sent again with other words; ``makes``: what it makes
    one of, where it begins something."""

    name: str
    browser: Browser
    path: str
    fields: Fields
    other: Fields
    makes: type[Subject] | None = None


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Forms that begin something, and forms of verbs: each has one effect, and every sending the same answer."""
    rig.start_web()
    wanted = size.of(5, 50)
    result = Result(f"{wanted} forms, each sent {TIMES} times at once, then once with other words")
    same = effects = refused = kept = 0
    statuses: Counter[int] = Counter()
    makers = forms_of(rig, make.area())
    for number in range(wanted):
        form = makers[number % len(makers)](number)
        page = form_in(form.browser.get(form.path).text)
        if not page:
            result.wrong.append(f"{form.name}: the page had no form")
            continue
        rows = form.makes._base_manager.count() if form.makes else 0
        answers = sent_at_once(form, {**page, **form.fields})
        statuses.update(answer.status for answer in answers)
        places = Counter(answer.location for answer in answers if answer.status == 302)
        same += max(places.values(), default=0)
        made = form.makes._base_manager.count() - rows if form.makes else 1
        once = events(page) == 1 and made == 1
        effects += once
        again = form.browser.post(form.path, {**page, **form.fields, **form.other})
        still = events(page) == 1 and (not form.makes or form.makes._base_manager.count() == rows + 1)
        refused += again.status == 409 and still
        kept += all(str(value) in again.text for value in form.other.values())
        result.expect(once and len(places) == 1, f"{form.name}: {events(page)} events, {made} made, {places}")
        result.expect(again.status == 409, f"{form.name}: {again.status} for other words")
    total = wanted * TIMES
    result.figures = {
        "one effect": f"{effects} of {wanted}",
        "the same redirect": f"{same} of {total}",
        "other words refused (409), without effect": f"{refused} of {wanted}",
        "other words kept on that page": f"{kept} of {wanted}",
        "answers": {str(status): number for status, number in sorted(statuses.items())},
    }
    result.expect(effects == wanted, f"{wanted - effects} forms did not have exactly one effect")
    result.expect(same == total, f"{total - same} of {total} sendings were not led to the same place")
    result.expect(refused == wanted, f"{wanted - refused} forms with other words were not answered with 409")
    result.expect(kept == wanted, f"{wanted - kept} forms with other words lost them")
    result.wrong += check(rig, mail_is_out=False)
    return result


def forms_of(rig: Rig, a: Area) -> list[Callable[[int], Form]]:
    """Each makes a new form of its kind: three that begin something, three of verbs."""
    staff = rig.person(a.staff)
    case = make.accepted(a).case
    review = RapidReview.objects.get(notification=make.notified(a))
    day = {"received_on_day": "20", "received_on_month": "11", "received_on_year": "2026"}

    def received(number: int) -> Form:
        agency = f"{a.partnership.pk}-{a.agencies['school'].pk}"
        fields = {"route": "email", "agency": agency, "sender": f"Sender {number}", **day}
        return Form(
            "a referral that came by e-mail", staff, "/referrals/new/received/", fields,
            {"sender": "Another sender"}, Referral,
        )  # fmt: skip

    def process(number: int) -> Form:
        fields = {"type": Process.values[0], "body": f"Body {number}", "effect": "goes_on"}
        path = f"/cases/{case.ref}/processes/add/"
        return Form("a proceeding", staff, path, fields, {"body": "Another body"}, ParallelProcess)

    def entry(number: int) -> Form:
        fields = {
            "agency": str(a.agencies["school"].pk),
            "date": "3 April 2025",
            "happened": f"Event {number}.",
        }
        path = f"/rapid-reviews/{review.ref}/chronology/add/"
        return Form(
            "an entry of the chronology", staff, path, {**fields, "type": "contact"},
            {"happened": "Something else."}, ChronologyEntry,
        )  # fmt: skip

    def name(number: int) -> Form:
        return Form(
            "a new name of the case", staff, f"/cases/{case.ref}/rename/", {"pseudonym": f"Tree {number}"},
            {"pseudonym": "Another tree"},
        )  # fmt: skip

    def accepting(number: int) -> Form:
        referral = make.sent(a)
        return Form(
            "accepting a referral",
            staff,
            f"/referrals/{referral.ref}/accept/",
            {"safety_now": SAFE},
            {"other_areas": "Another area"},
        )

    def restricting(number: int) -> Form:
        other: Case = make.accepted(a).case
        return Form(
            "restricting a case", staff, f"/cases/{other.ref}/restrict/", {"words": f"Reason {number}"},
            {"words": "Another reason"},
        )  # fmt: skip

    return [received, process, entry, name, accepting, restricting]


def sent_at_once(form: Form, fields: Fields) -> list[Answer]:
    """As many browsers as there are sendings, all of the same session, begin in the same moment."""
    together = threading.Barrier(HANDS)

    def send() -> Answer:
        browser = Browser(
            form.browser.base, form.browser.user, form.browser.history, dict(form.browser.cookies)
        )
        together.wait(30)
        return browser.post(form.path, fields)

    return side_by_side([partial(send) for _ in range(TIMES)], HANDS)


def events(page: Fields) -> int:
    """How many events bear the form's number."""
    return Event.objects.filter(nonce__startswith=page["nonce"][:28]).count()
