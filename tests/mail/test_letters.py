"""No e-mail says anything about a child, a case or anybody, of whatever kind and whatever the row holds."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from cspr.accounts.models import User
from cspr.mail.kinds import ANY_KIND, DIGEST, SUBJECT, registered_kinds, rings
from cspr.mail.letters import message_for
from cspr.mail.models import OutgoingEmail
from cspr.mail.outbox import compose_digests, queue, queue_account_mail
from cspr.mail.relay import relay
from tests.mail.conftest import APPROVAL

LINK = "http://127.0.0.1:8000/work/"
KINDS = st.sampled_from([*registered_kinds(), "a.kind.retired.since"])
# Text that would be recognised wherever it turned up.
CANARIES = st.text("abcdefghij", min_size=8, max_size=12).map(lambda text: f"zq{text}qz")
DAYS = st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2034, 12, 31))


def whole(message) -> str:
    """Everything the server would see, decoded: headers, text and HTML."""
    parts = [
        part.get_payload(decode=True).decode() for part in message.message().walk() if not part.is_multipart()
    ]
    return message.message().as_string() + "".join(parts)


@given(kind=KINDS, canary=CANARIES, due_on=DAYS, parts=st.lists(st.tuples(KINDS, DAYS), max_size=6))
def test_a_letter_holds_nothing_of_the_row_but_the_kind_the_dates_and_the_address(
    kind, canary, due_on, parts
):
    to = User(name=canary, email="someone@agency.example", job_title=canary, phone=canary)

    def row(of_kind, day):
        return OutgoingEmail(
            to=to,
            kind=of_kind,
            due_on=day,
            subject_label=canary,
            subject_ref=canary,
            dedupe_key=canary,
            last_error=canary,
        )

    message = message_for(row(kind, due_on), [row(k, day) for k, day in parts if k != DIGEST])
    assert message.to == ["someone@agency.example"]
    assert (message.cc, message.bcc, message.attachments, message.reply_to) == ([], [], [], [])
    assert message.subject == SUBJECT
    assert canary not in whole(message)


@given(kind=KINDS, due_on=DAYS)
def test_a_letter_is_made_of_fixed_sentences_one_date_and_one_link(kind, due_on):
    to = User(name="Ada Example", email="someone@agency.example")
    body = message_for(OutgoingEmail(to=to, kind=kind, due_on=due_on)).body
    known = {*registered_kinds().values(), ANY_KIND, "Hello,", LINK}
    known |= {
        "To speak to the team that sent this, ring:",
        "Sign in to the case review system to see what it is:",
        "Do not reply. Nothing about a child is ever in our e-mails.",
    }
    rest = [line for line in body.splitlines() if line and line not in known]
    wanted = [f"Due date: {due_on:%A} {due_on.day} {due_on:%B %Y}."] if due_on and kind != DIGEST else []
    assert rest == wanted


@given(kind=KINDS, due_on=DAYS)
def test_text_and_html_say_the_same_and_the_html_fetches_nothing(kind, due_on):
    to = User(name="Ada Example", email="someone@agency.example")
    message = message_for(OutgoingEmail(to=to, kind=kind, due_on=due_on))
    ((html, mimetype),) = message.alternatives
    shown = re.sub(r"<[^>]+>", " ", html.split("<body", 1)[1].split(">", 1)[1])
    assert mimetype == "text/html"
    assert unescape(shown).split() == message.body.split()
    assert re.findall(r"<(?:img|link|script|iframe|object|style|input|form)\b|src=|url\(", html) == []
    assert re.findall(r'href="([^"]*)"', html) == ([] if rings(kind) else [LINK])


def test_the_headers_say_that_a_machine_wrote_and_keep_the_message_id(person, message):
    queue([message(person("Ada Example"))])
    row = OutgoingEmail.objects.get()
    relay()
    headers = mail.outbox[0].message()
    assert (headers["Message-ID"], headers["Auto-Submitted"], headers["Subject"]) == (
        row.message_id,
        "auto-generated",
        SUBJECT,
    )
    assert row.message_id.endswith("@partnership.example>")
    assert row.ref not in whole(mail.outbox[0])


def test_nobodys_name_partnership_or_reference_leaves_the_house(person, message, partnership):
    partnership.name = "Zqcanaryshire"
    partnership.save()
    ada = person("Zqcanary Person")
    User.objects.filter(pk=ada.pk).update(email="reader@agency.example")
    queue([message(ada, 1, dedupe_key="zqcanary-key"), message(ada, 2, immediate=False, kind=APPROVAL)])
    compose_digests(dt.date(2026, 3, 9))
    queue_account_mail(
        "zz@agency.example", "account.invitation", "http://127.0.0.1:8000/join/once/", partnership.pk
    )
    assert relay() == 3
    refs = OutgoingEmail.objects.values_list("ref", flat=True)
    for sent in mail.outbox:
        assert "zqcanary" not in whole(sent).lower()
        assert [ref for ref in refs if ref in whole(sent)] == []
        assert len(sent.recipients()) == 1


def test_a_link_with_an_ampersand_is_whole_in_both_versions(db):
    queue_account_mail("new@agency.example", "account.invitation", "http://127.0.0.1:8000/join/?a=1&b=2")
    relay()
    assert "http://127.0.0.1:8000/join/?a=1&b=2\n" in mail.outbox[0].body
    assert 'href="http://127.0.0.1:8000/join/?a=1&amp;b=2"' in mail.outbox[0].alternatives[0].content
