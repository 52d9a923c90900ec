"""Made-up families, and the identity key that somebody would keep of them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from reviews.anonymity import Entry, Key, KeyKind

CHILDREN = (
    ("Tamsin", "Tammy"), ("Oluwaseun", "Seun"), ("Zofia", "Zosia"), ("Kayleigh", "Kay-Kay"), ("Corwin", "Corry"), ("Mirabel", "Mimi"),
    ("Jolanta", "Jola"), ("Siobhán", "Shiv"), ("Thaddeus", "Tad"), ("Elowen", "Wennie"),
)  # fmt: skip
SURNAMES = (
    "Thistlewaite", "Okonjo", "Wrzesniak", "Pemberwick", "Adebayor-Hale", "Brackenhurst", "Delacroft", "Vantonger", "Kowalczuk", "O'Driscoe",
)  # fmt: skip
MOTHERS = ("Ngozika", "Danuta", "Shereen", "Carys", "Annaliese")
FATHERS = (
    ("William", "Billy"),
    ("Robert", "Bobby"),
    ("Michael", "Mikey"),
    ("Thomas", "Tommy"),
    ("Edward", "Teddy"),
)
SCHOOLS = (
    "St Wilfrith's Primary School",
    "Larkmead Academy",
    "Oakenshaw Nursery",
    "Holmewick Infant School",
    "Brindlecombe College",
)
STREETS = ("Quillfeather Close", "Tannery Bank", "Marlpit Terrace", "Sparrowhawk Drive", "Undercliffe Row")
VILLAGES = ("Nether Brindle", "Hawksworthy", "Little Sawtry", "Cobblescombe", "Upper Tarnwick")
HOSPITALS = (
    "Prince Osric Hospital",
    "Wyverndale Infirmary",
    "Ashgarth Surgery",
    "Royal Elmet Hospital",
    "Cressmoor Clinic",
)
NURSES = (
    "Philomena Trask",
    "Bernadette Oyelaran",
    "Gwendolyn Sharrock",
    "Marguerite Addo",
    "Perpetua Lindqvist",
)


@dataclass(frozen=True)
class Family:
    """One made-up family and what is known of it."""

    first: str
    nick: str
    last: str
    mother: str
    father: str
    father_short: str
    school: str
    street: str
    village: str
    hospital: str
    nurse: str
    born: dt.date
    nhs: str
    key: Key


def nhs_number(rng: random.Random) -> str:
    """Ten digits with a right check digit, in the range that is never given to anybody (999)."""
    while True:
        nine = "999" + "".join(rng.choice("0123456789") for _ in range(6))
        total = sum(int(digit) * (10 - place) for place, digit in enumerate(nine))
        check = (11 - total % 11) % 11
        if check < 10:
            return f"{nine}{check}"


def family(number: int, rng: random.Random) -> Family:
    """The made-up family of that number, with its key."""
    n = number
    first, nick = CHILDREN[n % len(CHILDREN)]
    last = SURNAMES[n % len(SURNAMES)]
    mother = MOTHERS[n % len(MOTHERS)]
    father, short = FATHERS[n % len(FATHERS)]
    born = dt.date(2015 + n % 8, 1 + (n * 5) % 12, 13 + (n * 3) % 15)
    number_ = nhs_number(rng)
    place = n % len(SCHOOLS)
    key = Key(
        entries=(
            Entry(KeyKind.CHILD, f"{first} {last}", "Rowan", (nick,)),
            Entry(KeyKind.FAMILY, f"{mother} {last}", "the mother"),
            Entry(KeyKind.FAMILY, f"{father} Garstang", "the father"),
            Entry(KeyKind.STAFF, NURSES[place], "the health visitor"),
            Entry(KeyKind.SCHOOL, SCHOOLS[place], "a primary school"),
            Entry(KeyKind.PLACE, STREETS[place], "a street"),
            Entry(KeyKind.PLACE, VILLAGES[place], "a village"),
            Entry(KeyKind.SERVICE, HOSPITALS[place], "a hospital"),
            Entry(KeyKind.DATE, f"{born.day} {born:%B %Y}", "an age"),
            Entry(KeyKind.NUMBER, number_, "leave it out"),
        ),
        meant=("Rowan",),
    )
    return Family(
        first, nick, last, mother, father, short, SCHOOLS[place], STREETS[place], VILLAGES[place], HOSPITALS[place], NURSES[place],
        born, number_, key,
    )  # fmt: skip
