"""References: what a person reads out over the telephone and what stands in a URL."""

import secrets

# No vowels (no accidental words) and nothing that is misread: 0/O, 1/I/L, 5/S, 2/Z.
ALPHABET = "346789BCDFGHJKMNPQRTVWXY"
LENGTH = 10


def new_ref() -> str:
    """Return a random reference such as ``K7QF3-MXRTW``: 45 bits, says nothing about the case or its order."""
    number, letters = secrets.randbelow(len(ALPHABET) ** LENGTH), ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters += ALPHABET[letter]
    return f"{letters[:5]}-{letters[5:]}"
