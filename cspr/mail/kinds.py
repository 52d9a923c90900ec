"""The kinds of e-mail and the one fixed sentence of each. A sentence never names a person, case or place."""

from __future__ import annotations

SUBJECT = "You have something to do in the case review system"
DIGEST = "mail.daily_summary"
INVITATION = "account.invitation"
PASSWORD_RESET = "account.password_reset"  # noqa: S105  (the name of a kind, not a password)
# Read out when a kind was retired while one of its e-mails still waited.
ANY_KIND = "Something waits for you."

_sentences: dict[str, str] = {}
# Kinds that end with the team's telephone number: whoever gets them has nothing to sign in for.
_ringing: set[str] = set()


def register_kind(kind: str, sentence: str, *, ring: bool = False) -> None:
    """Give ``kind`` its sentence. Registering the same pair twice is harmless.

    ``ring``: it ends with the partnership's telephone number instead of the way to sign in.

    Raises ``ValueError`` for a second sentence for one kind, and for a sentence that could be filled in
    later: the words of an e-mail are fixed here or not at all.
    """
    if any(sign in sentence for sign in "{}%<>\r\n") or not sentence.isascii() or not sentence.endswith("."):
        raise ValueError(f"The sentence for {kind} must be plain, fixed and end with a full stop.")
    if _sentences.setdefault(kind, sentence) != sentence:
        raise ValueError(f"{kind} already has another sentence.")
    if ring:
        _ringing.add(kind)


def is_registered(kind: str) -> bool:
    return kind in _sentences


def rings(kind: str) -> bool:
    """Whether e-mails of this kind ask to ring the team, not to sign in."""
    return kind in _ringing


def sentence_for(kind: str) -> str:
    return _sentences.get(kind, ANY_KIND)


def registered_kinds() -> dict[str, str]:
    """Every kind with its sentence, for pages and tests."""
    return dict(_sentences)


register_kind(DIGEST, "This is your daily summary.")
register_kind(INVITATION, "You are invited to use the case review system.")
register_kind(PASSWORD_RESET, "Somebody, we hope you, asked to choose a new password for this address.")
