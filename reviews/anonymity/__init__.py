"""Could anybody be recognised? Pure functions over texts and the identity key; nothing here knows a database.

Read ``finder`` first: it says what is looked for. ``folding`` makes lookalike letters and broken words readable,
``names``, ``dates`` and ``numbers`` find, ``jigsaw`` warns of what identifies only together.
"""

from reviews.anonymity.finder import LONGEST, Find, Place, TooMuch, find
from reviews.anonymity.jigsaw import Caution, cautions_of
from reviews.anonymity.key import Entry, Key
from reviews.anonymity.kinds import KeyKind

__all__ = [
    "LONGEST",
    "Caution",
    "Entry",
    "Find",
    "Key",
    "KeyKind",
    "Place",
    "TooMuch",
    "cautions_of",
    "find",
]
