"""Leaks as people write them into a report: what is written, in which form, and the sentence around it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reviews.management.leaks.families import Family

CYRILLIC = str.maketrans({"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "y": "у"})
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth",
    "twenty-sixth", "twenty-seventh", "twenty-eighth",
)  # fmt: skip
Writer = Callable[[Family, random.Random], str]


@dataclass(frozen=True)
class TextLeak:
    """``text``: the sentence; ``form``: how the secret is written in it."""

    form: str
    text: str


def _middle(word: str, rng: random.Random) -> int:
    return rng.randrange(1, max(len(word) - 2, 2))


def _dropped(word: str, rng: random.Random) -> str:
    at = _middle(word, rng)
    return word[:at] + word[at + 1 :]


def _doubled(word: str, rng: random.Random) -> str:
    at = _middle(word, rng)
    return word[:at] + word[at] + word[at:]


def _wrong(word: str, rng: random.Random) -> str:
    at = _middle(word, rng)
    other = rng.choice([c for c in "aeioulnrst" if c != word[at]])
    return word[:at] + other + word[at + 1 :]


def _swapped(word: str, rng: random.Random) -> str:
    places = [n for n in range(1, len(word) - 1) if word[n] != word[n + 1]]
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _accented(word: str) -> str:
    return word.replace("a", "á").replace("e", "ë").replace("o", "ô").replace("i", "ì")


def _spaced(digits: str, sep: str = " ") -> str:
    return f"{digits[:3]}{sep}{digits[3:6]}{sep}{digits[6:]}"


def _cut(word: str, mark: str) -> str:
    return word[: len(word) // 2] + mark + word[len(word) // 2 :]


# Form -> the sentence. ``{}`` is never used: each writes the whole sentence, as a person would.
FORMS: dict[str, Writer] = {
    "full name": lambda f, r: f"The review heard that {f.first} {f.last} liked to draw.",
    "given name": lambda f, r: f"At the clinic {f.first} was weighed and measured.",
    "surname": lambda f, r: f"The {f.last} household was known to early help.",
    "surname of a group": lambda f, r: f"Neighbours said that the {f.last}s kept to themselves.",
    "possessive": lambda f, r: f"It was {f.first}’s teacher who noticed the change.",
    "small letters": lambda f, r: f"The record says that {f.first.lower()} was asleep.",
    "capitals": lambda f, r: f"The entry is headed {f.last.upper()} and was never closed.",
    "surname first": lambda f, r: f"The file was kept under {f.last}, {f.first} for two years.",
    "nickname": lambda f, r: f"At home she was always called {f.nick} by everybody.",
    "short form of a parent’s name": lambda f, r: f"It was {f.father_short} who opened the door that day.",
    "title and surname": lambda f, r: "Mr Garstang answered the telephone and was calm.",
    "initials with points": lambda f, r: f"In the notes {f.first[0]}.{f.last[0]}. is described as settled.",
    "initials with spaces": lambda f, r: f"The worker wrote that {f.first[0]}. {f.last[0]}. had eaten well.",
    "bare initials": lambda f, r: f"The plan for {f.first[0]}{f.last[0]} was agreed on the ward.",
    "initial and surname": lambda f, r: f"The letter was about {f.first[0]} {f.last} and reached nobody.",
    "professional": lambda f, r: f"The visit was made by {f.nurse} alone.",
    "professional’s surname": lambda f, r: f"It was {f.nurse.split()[1]} who rang the consultant.",
    "a letter left out": lambda f, r: f"Later that week {_dropped(f.last, r)} was named in the log.",
    "a letter too many": lambda f, r: f"On the ward {_doubled(f.first, r)} slept for an hour.",
    "a wrong letter": lambda f, r: f"A note says that {_wrong(f.first, r)} cried at night.",
    "letters exchanged": lambda f, r: f"The form gives the name as {_swapped(f.last, r)} in error.",
    "misspelt and possessive": lambda f, r: f"Nobody read {_doubled(f.mother, r)}'s letter in time.",
    "accents": lambda f, r: f"The school wrote to {_accented(f.first)} twice.",
    "another alphabet’s letters": lambda f, r: f"The mother of {f.first.translate(CYRILLIC)} was alone that week.",
    "full-width letters": lambda f, r: f"In the export {f.first.translate(WIDE)} stands in another type.",
    "zero-width mark inside": lambda f, r: f"When {_cut(f.first, chr(0x200B))} was seen she smiled.",
    "soft hyphen inside": lambda f, r: f"The aunt of {_cut(f.last, chr(0xAD))} lives nearby.",
    "divided at the end of a line": lambda f, r: f"The midwife met {_cut(f.first, '-' + chr(10))} at home.",
    "line break inside": lambda f, r: f"The midwife met {_cut(f.last, chr(10))} at home.",
    "line break between names": lambda f, r: f"The review heard of {f.first}\n{f.last} from two agencies.",
    "letters spaced out": lambda f, r: f"The cover says {' '.join(f.first.upper())} in large type.",
    "bold half": lambda f, r: f"The child **{f.first[:3]}**{f.first[3:]} was seen.",
    "names run together": lambda f, r: f"The document was saved as Report{f.first}{f.last.replace(' ', '')}Final on the drive.",
    "underscores": lambda f, r: f"It was stored as chronology_{f.last}_v2 in the folder.",
    "school": lambda f, r: f"She went to {f.school} until the summer.",
    "school in one word": lambda f, r: f"Staff at {f.school.split()[0] if not f.school.startswith('St') else f.school.split()[1]} were worried.",
    "street": lambda f, r: f"The family had moved to {f.street} in the spring.",
    "house": lambda f, r: f"Officers were called to {r.randrange(2, 90)} {f.street} before midnight.",
    "village": lambda f, r: f"There is no bus from {f.village} after six.",
    "hospital": lambda f, r: f"The baby was taken to {f.hospital} by ambulance.",
    "date in numbers": lambda f, r: f"The first contact was on {r.randrange(13, 28)}/0{r.randrange(1, 9)}/2025 by telephone.",
    "date in words": lambda f, r: f"On {r.randrange(13, 28)} March 2025 the case was closed.",
    "short date": lambda f, r: f"She was seen again on {r.randrange(13, 20)}th Mar ’25 at the clinic.",
    "month first": lambda f, r: f"A strategy discussion took place on March {r.randrange(13, 28)} 2025 by video.",
    "ISO date": lambda f, r: f"The system shows 2025-03-{r.randrange(13, 28)} as the day.",
    "date with points": lambda f, r: f"The letter is dated {r.randrange(13, 28)}.03.25 and unsigned.",
    "date without a year": lambda f, r: f"The injury was seen on {r.randrange(13, 28)} February at nursery.",
    "spelt-out date": lambda f, r: f"It happened on the {r.choice(ORDINALS)} of March, in the evening.",
    "spelt-out date with year": lambda f, r: f"The {r.choice(ORDINALS)} of June two thousand and twenty-four was a Friday.",
    "feast day": lambda f, r: "They were last seen together on Christmas Day 2024 at the flat.",
    "date of birth": lambda f, r: f"Date of birth: {f.born:%d/%m/%y}, as the form says.",
    "birthday": lambda f, r: f"Her birthday, the {ORDINALS[f.born.day - 1]} of {f.born:%B}, was spent on the ward.",
    "NHS number": lambda f, r: f"The record of {f.nhs} was merged.",
    "NHS number, spaced": lambda f, r: f"NHS No. {_spaced(f.nhs)} was given over the telephone.",
    "NHS number of somebody else": lambda f, r: "A second record, 943-476-5919, was opened by mistake.",
    "postcode": lambda f, r: f"The home was in SM{r.randrange(10, 20)} 4QT at that time.",
    "postcode without space": lambda f, r: f"The address on the form ends in ZE{r.randrange(1, 9)}3BD only.",
    "part of a postcode": lambda f, r: f"Few families in the LD{r.randrange(3, 8)} postcode have a health visitor.",
    "telephone": lambda f, r: f"She gave 07700 900{r.randrange(100, 999)} as her number.",
    "telephone with country": lambda f, r: f"A text came from +44 7700 900{r.randrange(100, 999)} at night.",
    "landline": lambda f, r: f"The surgery can be rung on (01632) 960{r.randrange(100, 999)} all day.",
    "e-mail": lambda f, r: f"He wrote from someone.{r.randrange(10, 99)}@mailbox.example that evening.",
    "e-mail in words": lambda f, r: "His address was redfox at mailbox dot com, he said.",
    "web address": lambda f, r: "The story is told at https://news.example/local/story-4411 in full.",
    "account": lambda f, r: f"Messages came from @purple_otter{r.randrange(10, 99)} for weeks.",
    "court case": lambda f, r: f"The proceedings are ZE{r.randrange(20, 26)}C{r.randrange(10000, 99999)} in the family court.",
    "police reference": lambda f, r: f"The crime reference is 42/{r.randrange(10000, 99999)}/25 and is closed.",
    "incident log": lambda f, r: f"Incident {r.randrange(1000, 9999)} was closed the same night; see log number {r.randrange(100, 999)}/4.",
    "hospital number": lambda f, r: f"The ward used hospital number H{r.randrange(1000000, 9999999)} throughout.",
    "National Insurance number": lambda f, r: f"He gave QQ {r.randrange(10, 99)} 34 56 C to the officer.".replace("QQ", "JC"),
    "vehicle": lambda f, r: f"A grey car, YX{r.randrange(51, 73)} KLM, was outside.",
    "pupil number": lambda f, r: f"The pupil A{r.randrange(10**11, 10**12)}0 had moved twice.",
    "map reference": lambda f, r: f"The place is 54.{r.randrange(1000, 9999)}, -2.{r.randrange(1000, 9999)} on the map.",
}  # fmt: skip


def text_leaks(who: Family, rng: random.Random) -> Iterator[TextLeak]:
    """One leak of each form about the family."""
    for form, write in FORMS.items():
        yield TextLeak(form, write(who, rng))
