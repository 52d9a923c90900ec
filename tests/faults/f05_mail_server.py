"""The mail server misbehaves in nine ways, to each of which some mails are addressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import QuerySet

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Role
from cspr.mail.models import MailState, OutgoingEmail, Trouble
from cspr.mail.outbox import Message, queue
from tests import factories as make
from tests.factories import Area
from tests.faults.checker import check, twice
from tests.faults.driver import Browser
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size
from tests.mail.smtp import Fault

# What the server does at a mail to such an address. The last two are about the server as a whole.
AT_RECIPIENT = {
    "421": Fault("RCPT", "421 closing"),
    "450 and 451": Fault("RCPT", "451 try later"),
    "550": Fault("RCPT", "550 no such person"),
    "552 and 554": Fault("end_of_data", "552 too big"),
    "hangs": Fault("RCPT", "hang"),
    "drops after DATA": Fault("end_of_data", "drop"),
    "accepts, then is slow": Fault("RCPT", "slow 0.3"),
}
REFUSED, TLS = "refuses connections", "TLS fails"
FINAL = {"550": Trouble.ADDRESS_REFUSED, "552 and 554": Trouble.MESSAGE_REFUSED}
# What a mail waits with after its first try, where it waits.
WAITS = {
    "421": Trouble.LOST,
    "450 and 451": Trouble.PUT_OFF,
    "hangs": Trouble.LOST,
    "drops after DATA": Trouble.LOST,
    REFUSED: Trouble.UNREACHABLE,
    TLS: Trouble.NOT_LET_IN,
}
QUICK = {"back_off": [1, 2, 2, 2], "give_up_after": 3600}


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Put off is tried again until it is out, refused is given up and said; the site answers as ever meanwhile."""
    each = size.of(3, 50)
    result = Result(f"9 behaviours, {each} mails each")
    a = make.area()
    rig.start_web()
    staff = rig.person(a.staff)
    usual = slowest(staff, 10)
    ways = [*AT_RECIPIENT, REFUSED, TLS]
    people = {way: recipient(a, number) for number, way in enumerate(ways)}
    waited, meanwhile = towards_recipients(rig, a, people, each)
    waited |= at_the_door(rig, a, people, each)

    ends = {way: dict(Counter(rows(way).values_list("state", flat=True))) for way in ways}
    right = sum(ends[way].get(MailState.FAILED if way in FINAL else MailState.SENT, 0) for way in ways)
    name = people["550"].name
    told = staff.get(f"/emails/?state=failed&who={quote(name)}").text
    said = list(leaks(rig))
    result.figures = {
        "in the right end state": f"{right} of {9 * each}",
        "still waiting": waiting(),
        "mails twice": len(twice(rig)),
        "lines of logs with an address or a name": len(said),
        "slowest page, usual and meanwhile": f"{usual:.2f} s, {meanwhile:.2f} s",
    }
    result.expect(right == 9 * each, f"end states: {ends}")
    for way, trouble in WAITS.items():
        result.expect(waited[way] == {trouble}, f"{way}: waited with {sorted(waited[way])}")
    for way, trouble in FINAL.items():
        result.expect(troubles(way) == {trouble}, f"{way}: ended with {sorted(troubles(way))}")
    result.expect(told.count(name) > min(each, 25), "staff are not shown what could not be delivered")
    result.expect(meanwhile < max(2.0, 3 * usual), f"a page took {meanwhile:.1f} s meanwhile")
    result.wrong += [*said, *check(rig)]
    return result


def towards_recipients(
    rig: Rig, a: Area, people: dict[str, User], each: int
) -> tuple[dict[str, set[str]], float]:
    """What the mails waited with while the server misbehaved to these addresses, and the slowest page meanwhile."""
    server = rig.mail.here()
    # What earlier faults left in the outbox is not looked at here, and does not stand in the way.
    OutgoingEmail.objects.filter(state=MailState.QUEUED).update(state=MailState.DROPPED)
    for way, fault in AT_RECIPIENT.items():
        server.for_recipient[people[way].email] = fault
        letters(a, people[way], way, each)
    rig.start_worker(**QUICK)
    rig.start_beat(ticks={"relay": 1})
    meanwhile = slowest(rig.person(a.staff), 20)
    rig.until(lambda: all(tried(way, each) for way in AT_RECIPIENT), "each mail was tried", 300)
    waited = {way: troubles(way) for way in AT_RECIPIENT}
    server.for_recipient.clear()
    server.let_go.set()
    rig.until(lambda: not waiting(), "all that was put off is out", 300)
    return waited, meanwhile


def at_the_door(rig: Rig, a: Area, people: dict[str, User], each: int) -> dict[str, set[str]]:
    """What they waited with while nobody was let in: the port is closed, then the server knows no encryption."""
    rig.worker.stop()  # or what it is just sending would reach a server that nobody asks any more
    rig.mail.away()
    rig.start_worker(**QUICK)
    letters(a, people[REFUSED], REFUSED, each)
    rig.until(lambda: tried(REFUSED, each), "each mail was tried at a closed door", 60)
    waited = {REFUSED: troubles(REFUSED)}
    rig.worker.stop()
    rig.mail.here()
    letters(a, people[TLS], TLS, each)
    rig.worker.start(CSPR_SMTP_TLS="1")
    rig.until(lambda: tried(TLS, each), "each mail was tried without the encryption it needs", 60)
    waited[TLS] = troubles(TLS)
    arrived = set(rig.mail.message_ids()) & set(rows(TLS).values_list("message_id", flat=True))
    assert not arrived, "mail went out without the encryption that was asked for"
    rig.worker.stop()
    rig.start_worker(**QUICK)
    rig.until(lambda: not waiting(), "all is out once the server is well", 120)
    return waited


def recipient(a: Area, number: int) -> User:
    """One of the partnership's staff, so that the mail is theirs to get."""
    user = make.person(a.partnership, Role.STAFF, name=f"Recipient {number} of {a.partnership.short_name}")
    assert Membership.objects.filter(user=user).exists()
    return user


def key(way: str) -> str:
    return f"mail-server:{way}:"


def letters(a: Area, to: User, way: str, number: int) -> None:
    queue(
        Message(
            to=to, kind="deadline_near", dedupe_key=f"{key(way)}{n}:{to.pk}",
            partnership_id=a.partnership.pk, immediate=True,
        )
        for n in range(number)
    )  # fmt: skip


def rows(way: str) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(dedupe_key__startswith=key(way))


def tried(way: str, each: int) -> bool:
    """Whether each has come to an end, or waits after a first try."""
    found = rows(way)
    ended = found.filter(state__in=[MailState.SENT, MailState.FAILED]).count()
    return ended + found.filter(state=MailState.QUEUED, attempts__gte=1).count() == each


def troubles(way: str) -> set[str]:
    """What those waited or ended with that are not out; one that is just tried again still says it."""
    found = rows(way).exclude(state=MailState.SENT).exclude(last_error="")
    return set(found.values_list("last_error", flat=True))


def waiting() -> int:
    known = OutgoingEmail.objects.filter(dedupe_key__startswith="mail-server:")
    return known.filter(state__in=[MailState.QUEUED, MailState.LEASED]).count()


def slowest(browser: Browser, times: int) -> float:
    return max(browser.get("/work/").seconds for _ in range(times))


def leaks(rig: Rig) -> Iterator[str]:
    """What a log says that stands in a mail: an address, or a line of its text."""
    said = {"Recipient ", "@"}
    for log in (rig.worker.log, rig.beat.log, rig.web.log):
        for line in log.read_text(errors="replace").splitlines():
            if line.startswith("{") and any(word in line for word in said):
                yield f"{log.name} says: {line[:160]}"
