"""The session ends between every two steps of the long form."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import lxml.html

from cspr.accounts.models import SignInSession
from referrals.models import Referral
from referrals.questions import SECTIONS
from tests import factories as make
from tests.factories import Area
from tests.faults.checker import check
from tests.faults.driver import Answer, Browser, Fields
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Every part of a referral is filled in; after each the person is signed out, goes on, and signs in again."""
    rounds = size.of(1, 3)
    result = Result(f"the referral form, {rounds} times, signed out between every two of its parts")
    rig.start_web()
    ends = opened = intact = hidden = asked = 0
    for _ in range(rounds):
        a = make.area()
        model, mine = make.draft(a), empty(a)
        writer = rig.person(a.referrer)
        others = [
            rig.person(a.staff),
            rig.person(a.chair),
            rig.person(make.area("Otherham").referrer),
        ]
        done: dict[str, object] = {}
        for place in places(model):
            sent = fill(writer, model, mine, place)
            result.expect(sent.status == 302, f"{place}: {sent.status}")
            code = place.strip("/").split("/")[0]
            done[code] = Referral.objects.get(pk=mine.pk).answers.get(code)
            end_session(writer)
            ends += 1
            target = following(model, mine, place)
            away = writer.get(target)
            back = parse_qs(urlsplit(away.location).query).get("next", [""])[0]
            asked += away.location.startswith("/account/login/") and back == target
            writer = rig.person(a.referrer)
            page = writer.get(back)
            opened += page.status == 200 and back == target
            answers = Referral.objects.get(pk=mine.pk).answers
            intact += all(answers.get(section) == given for section, given in done.items())
            hidden += all(other.get(target).status == 404 for other in others)
        whole = Referral.objects.get(pk=mine.pk).answers
        result.expect(whole == model.answers, f"differs in the end: {differing(whole, model.answers)}")
    result.figures = {
        "sessions ended": ends,
        "sent to sign in, with the way back": f"{asked} of {ends}",
        "the draft opened at that part": f"{opened} of {ends}",
        "all earlier parts as they were saved": f"{intact} of {ends}",
        "not there for three others": f"{hidden} of {ends}",
    }
    for name, found in (
        ("sent to sign in", asked),
        ("opened", opened),
        ("intact", intact),
        ("hidden", hidden),
    ):
        result.expect(found == ends, f"{name}: {found} of {ends}")
    result.wrong += check(rig, mail_is_out=False)
    return result


def empty(a: Area) -> Referral:
    from_model = make.draft(a)
    Referral.objects.filter(pk=from_model.pk).update(answers={})
    return Referral.objects.get(pk=from_model.pk)


def places(model: Referral) -> Iterator[str]:
    """The pages of the form, in order; of a part that repeats, the page of each item."""
    for section in SECTIONS:
        if section.code not in model.answers:
            continue
        number = len(section.items(model.answers[section.code])) if section.repeats else 0
        yield from [f"{section.code}/{n + 1}/" for n in range(number)] if number else [f"{section.code}/"]


def address(referral: Referral, place: str) -> str:
    return f"/referrals/{referral.ref}/form/{place}"


def following(model: Referral, mine: Referral, place: str) -> str:
    """The next part, or the list of parts after the last."""
    every = list(places(model))
    rest = every[every.index(place) + 1 :]
    return address(mine, rest[0] if rest else "")


def fill(writer: Browser, model: Referral, mine: Referral, place: str) -> Answer:
    """What stands on the model's page is typed into one's own."""
    typed = fields_of(writer.get(address(model, place)).text)
    own = fields_of(writer.get(address(mine, place)).text)
    return writer.post(address(mine, place), {**typed, "seen": own.get("seen", "")})


def fields_of(page: str) -> Fields:
    """All that a browser would send of the form of a part, boxes ticked more than once included."""
    for form in lxml.html.fromstring(page).forms:
        names = [name for name, _ in form.form_values()]
        if "seen" in names:
            fields: Fields = {}
            for name, value in form.form_values():
                fields.setdefault(name, []).append(value)
            return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    return {}


def end_session(browser: Browser) -> None:
    """As when it was idle for too long, or ended from another device: the database no longer knows it."""
    ended, _ = SignInSession.objects.filter(session_key__in=list(browser.cookies.values())).delete()
    assert ended


def differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return sorted(code for code in one.keys() | other.keys() if one.get(code) != other.get(code))
