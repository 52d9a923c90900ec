"""What no password may be made of: the words of this field, and the names of the partnership and its agencies."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from cspr.accounts.models import User

# Whoever guesses tries these first, with a year behind them. docs/security.md says so.
FIELD = frozenset(
    "safeguarding safeguard safeguards children childrens child protection partnership partner partners practice"  # noqa: SIM905  (a list would be a page long)
    " review reviews reviewer rapid lcspr cspr serious incident notification case cases panel council county borough"
    " police hospital nhs icb social care worker working together ofsted government education password passwort"
    " welcome letmein secret login admin summer autumn winter spring".split()
)
LIKE_LETTERS = str.maketrans("013457@$!", "oieastasi")
# As much has to be left of a password, once those words are taken out of it.
LEFT = 6
TOO_NEAR = (
    "This password is made of words that everybody in safeguarding thinks of, or of the name of a partnership or "
    "agency. Put in words that have nothing to do with work."
)


class WordsOfTheField:
    """Refuses a password of which next to nothing is left without the words that a guesser would try."""

    def validate(self, password: str, user: User | None = None) -> None:
        typed = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.casefold()).translate(LIKE_LETTERS)
        left = typed
        for word in sorted({*FIELD, *_names_around(user)}, key=len, reverse=True):
            left = left.replace(word, "")
        if left != typed and len(re.sub(r"[\W\d_]", "", left)) < LEFT:
            raise ValidationError(TOO_NEAR, code="words_of_the_field")

    def get_help_text(self) -> str:
        return "Not made of words of safeguarding, or of the name of a partnership or agency."


def _names_around(user: User | None) -> set[str]:
    """The words, of four letters and more, in the names of the partnerships and agencies that the person works for."""
    if user is None or user.pk is None:
        return set()
    names = [name for m in user.standing for name in (m.partnership.name, m.agency.name if m.agency else "")]
    return {word.translate(LIKE_LETTERS) for name in names for word in re.findall(r"\w{4,}", name.casefold())}
