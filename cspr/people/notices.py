"""What is recorded, and whom we write to, when something about an account changes."""

from __future__ import annotations

import logging
from typing import Any

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record
from cspr.mail.kinds import register_kind
from cspr.mail.outbox import queue_account_mail
from cspr.wall.scope import admitted

log = logging.getLogger(__name__)

# allauth's name of a security notice -> (kind of event and e-mail, the sentence the person is sent).
SECURITY_NOTICES = {
    "account/email/password_reset": ("user.reset_password", "The password of your account was replaced."),
    "account/email/password_changed": ("user.change_password", "The password of your account was changed."),
    "mfa/email/totp_activated": ("user.set_second_factor", "An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": (
        "user.remove_second_factor",
        "The authenticator app was removed from your account.",
    ),
    "mfa/email/recovery_codes_generated": (
        "user.make_recovery_codes",
        "New recovery codes were made for your account.",
    ),
    "socialaccount/email/account_connected": (
        "user.connect_work_account",
        "Your account was used for the first time through a Microsoft work account.",
    ),
}
SECOND_FACTOR_RESET = "user.reset_second_factor"
IF_NOT_YOU = "If you did not do this, tell the team of your partnership at once."

for kind, sentence in SECURITY_NOTICES.values():
    register_kind(kind, f"{sentence} {IF_NOT_YOU}")
register_kind(
    SECOND_FACTOR_RESET,
    f"An administrator removed the authenticator app from your account. Sign in to add one. {IF_NOT_YOU}",
)


def record_everywhere(kind: str, person: User, by: User | None, **facts: Any) -> None:
    """Record something about an account in every partnership the person works with today."""
    partnerships = Partnership.objects.filter(pk__in={m.partnership_id for m in person.standing})
    for partnership in partnerships.order_by("pk"):
        with admitted([partnership.pk]):
            record(
                partnership=partnership,
                kind=kind,
                by=by,
                subject="accounts.user",
                subject_ref=person.ref,
                facts=facts,
            )


def tell(person: User, kind: str) -> None:
    """Queue the fixed security notice of ``kind`` to the person's own address."""
    queue_account_mail(person.email, kind)


def security_notice(name: str, person: User) -> None:
    """Record and send what allauth calls ``name``. An unknown name is an error: nothing goes unnoticed."""
    kind, _ = SECURITY_NOTICES[name]
    record_everywhere(kind, person, person)
    tell(person, kind)


def refused_sign_in(what: str, account: User | None) -> None:
    """A line in the log: a wrong ``password`` or ``code``, and by number whose account; never the address."""
    log.warning("sign-in refused: wrong %s", what, extra={"details": {"account": account and account.pk}})


def throttled() -> None:
    """A line in the log: somebody has tried too often to sign in, to prove themselves or to have a link sent."""
    log.warning("too many attempts")
