"""What stands for one person or place without being a name: numbers, addresses, references, accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reviews.anonymity.folding import Folded

_OUTWARD = r"(?:GIR|[A-Z]{1,2}\d[A-Z\d]?|ASCN|STHL|TDCU|BBND|[BFS]IQQ|PCRN|TKCA)"
_HOSTS = r"(?:co\.uk|org\.uk|gov\.uk|nhs\.uk|ac\.uk|sch\.uk|police\.uk|com|org|net|info|me|tv|io|example)"
_SITES = "instagram|snapchat|snap|facebook|tiktok|twitter|whatsapp|discord|xbox|roblox|playstation|psn|youtube|insta|kik|telegram"


@dataclass(frozen=True)
class Looked:
    """One thing looked for: how it shows, what it is called, and what to write instead."""

    pattern: re.Pattern[str]
    why: str
    instead: str
    holds: Callable[[re.Match[str]], bool] = lambda match: True
    # In names of parts, of files and the like only these make sense; others would fire on the machine's own words.
    anywhere: bool = False


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match.group())


def is_nhs_number(digits: str) -> bool:
    """Ten digits whose last one checks the others (modulus 11)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = (
        11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    )
    return check % 11 == int(digits[9]) and check != 10


def _telephone(match: re.Match[str]) -> bool:
    digits = _digits(match)
    national = digits.removeprefix("0044").removeprefix("44").lstrip("0")
    # Helplines are meant to be printed: 0800, 0808, 0300, 116 123.
    return len(national) in {9, 10} and not national.startswith(("800", "808", "300", "303", "345"))


def _coordinates(match: re.Match[str]) -> bool:
    north, east = float(match["north"]), float(match["east"])
    return 49 < north < 61 and -9 < east < 3


def _three_digits(match: re.Match[str]) -> bool:
    return len(re.sub(r"\D", "", match["number"])) >= 3 and not re.fullmatch(
        r"(?:19|20)\d\d", match["number"]
    )


def _one(
    pattern: str, why: str, instead: str, *, holds: Callable[[re.Match[str]], bool] = lambda match: True,
    case: bool = False, anywhere: bool = False,
) -> Looked:  # fmt: skip
    return Looked(re.compile(pattern, 0 if case else re.IGNORECASE), why, instead, holds, anywhere)


LOOKED_FOR = (
    _one(r"(?<![\d/])\d(?:[\s.\-]{0,3}\d){9}(?![\d/])", "an NHS number", "leave it out", holds=lambda m: is_nhs_number(_digits(m)),
         anywhere=True),
    _one(r"(?:NHS|hospital|patient) (?:number|no\.?|num)\W{0,3}(?P<number>\d[\d \-]{5,})", "a patient’s number", "leave it out"),
    _one(r"[\w.+%'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}", "an e-mail address", "leave it out", anywhere=True),
    _one(r"\b[\w.+-]{2,64}\s?[\[(]?\s?at\s?[\])]\s?[\w-]{2,64}\s?[\[(]?\s?dot\s?[\])]\s?\w{2,}", "an e-mail address", "leave it out"),
    _one(r"\b[\w.+-]{2,64} at [\w-]{2,64} dot (?:com|org|co|net|uk|example)\b", "an e-mail address", "leave it out"),
    _one(r"\b(?:https?://|www\.)[^\s<>()\"]{2,200}", "an address on the web", "leave it out"),
    _one(rf"(?<![@\w.-])(?:[\w-]{{2,64}}\.){{1,4}}{_HOSTS}(?:/[^\s<>()]{{0,200}})?(?![\w@])", "an address on the web", "leave it out"),
    _one(r"(?<![\w@.])@[A-Za-z_][\w.]{2,30}", "the name of an account", "leave it out"),
    _one(rf"\b(?:{_SITES})\W{{1,3}}(?:(?:user ?name|account|handle|name|tag|profile|as|called)\W{{1,3}}){{1,3}}(?P<number>[\w.]{{3,40}})",
         "the name of an account", "leave it out", holds=lambda m: any(c in m["number"] for c in "_.0123456789")),
    _one(r"\b(?:user ?name|handle|gamer ?tag|screen name)\W{1,3}(?:is |was )?(?P<number>[\w.]{3,40})", "the name of an account",
         "leave it out", holds=lambda m: any(c in m["number"] for c in "_.0123456789")),
    _one(r"(?<![\d/.\w])(?:(?:\+|00)\s?44|0)(?:[\s().\-]{0,3}\d){9,12}(?![\d/])", "a telephone number", "leave it out",
         holds=_telephone, anywhere=True),
    _one(rf"(?<![A-Z0-9]){_OUTWARD}[\s\-]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}}(?![A-Z0-9])", "a postcode", "name the kind of area",
         case=True),
    _one(rf"(?<![a-z0-9]){_OUTWARD}\s\d[abd-hjlnp-uw-z]{{2}}(?![a-z0-9])", "a postcode", "name the kind of area",
         anywhere=True),
    _one(rf"\bpost ?codes?(?: area| district| sector)?\W{{1,3}}(?:is |was |of |in |beginning |starting )?(?:with )?{_OUTWARD}(?:\s?\d)?\b",
         "part of a postcode", "name the kind of area"),
    _one(rf"(?-i:\b{_OUTWARD})(?:\s\d)? (?:post ?code|area|district)\b", "part of a postcode", "name the kind of area"),
    _one(r"(?<![A-Z0-9])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d\d\s?\d\d\s?\d\d\s?[A-D](?![A-Z0-9])", "a National Insurance number",
         "leave it out", case=True, anywhere=True),
    _one(r"(?<![A-Z0-9])[A-Z]{2}\d\d\s?[A-Z]{3}(?![A-Z0-9])", "a vehicle’s number", "leave it out", case=True),
    _one(r"(?<![A-Z0-9])[A-Z]{2}\d{2}\s?[A-Z]\s?\d{5}(?![A-Z0-9])", "the number of a court case", "leave it out", case=True,
         anywhere=True),
    _one(r"(?<![A-Z0-9])\d{2}[A-Z]{2}\d{5,7}(?:/\d{2})?(?![A-Z0-9])", "the number of a court case", "leave it out", case=True),
    _one(r"(?<![A-Z0-9])[A-Z]\d{12}(?![A-Z0-9])|(?<![A-Z0-9])[A-Z]\d{11}[A-Z](?![A-Z0-9])", "a pupil’s number", "leave it out", case=True,
         anywhere=True),
    _one(r"(?<![\w/])\d{2}/?[A-Z]{1,3}/?\d{1,2}/\d{3,7}/\d{2}(?![\w/])|(?<![\w/])(?:[A-Z]{2,4}|\d{2})/\d{4,7}/\d{2}(?:\d\d)?(?![\w/])",
         "a police reference", "leave it out"),
    _one(r"\b(?:[\[(](?:19|20)\d\d[\])]|(?:19|20)\d\d)\s(?:EWHC|EWFC|EWCA|UKSC)(?:\s(?:Civ|Crim|Fam))?\s\d+", "the number of a court case",
         "leave it out"),
    _one(r"\b(?:crime|incident|cad|log|urn|mrn|upn|hospital|patient|pupil|prison|claim|court|case|file|police|custody|collar|liquidlogic|mosaic|systmone|niche)"
         r"(?:\s(?:case|file|record|report|system))?\s?(?:ref(?:erence)?\.?|number|no\.?|num|id|#)?\s?[:#]?\s{0,2}(?:is |was )?"
         r"(?P<number>[A-Z]{0,4}[/\-]?\d[A-Z0-9/\-]{2,24})(?![\w%])", "a reference number", "leave it out",
         holds=_three_digits),
    _one(r"\b(?:ref(?:erence)?(?: number| no\.?)?|our ref|your ref)\W{1,3}(?P<number>[A-Z0-9][A-Z0-9/\-]{3,24})(?!\w)", "a reference number",
         "leave it out", holds=_three_digits),
    _one(r"(?P<north>\d\d\.\d{3,8})\W{1,3}(?P<east>-?\d{1,2}\.\d{3,8})", "a place on a map", "leave it out", holds=_coordinates),
    _one(r"///[a-z]+\.[a-z]+\.[a-z]+", "a place on a map", "leave it out"),
    _one(r"(?<!\w)(?:Flat |Apartment |Room |Unit )?\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'-]+ ){1,3}(?:Road|Street|Avenue|Close|Lane|Drive|Crescent|Terrace|"
         r"Gardens|Grove|Court|Row|Walk|Mews|Way|Rd|Ave|St|Cres)\b", "an address", "name the kind of area", case=True),
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A stretch of folded text that is such a thing."""

    start: int
    end: int
    why: str
    instead: str


def numbers_in(folded: Folded, *, machine: bool) -> Iterator[Number]:
    """Everything in the text that stands for one person or place; ``machine``: the text is not prose."""
    text = folded.flat
    for looked in LOOKED_FOR:
        if machine and not looked.anywhere:
            continue
        for match in looked.pattern.finditer(text):
            if looked.holds(match):
                yield Number(match.start(), match.end(), looked.why, looked.instead)


def same_number(words: str) -> re.Pattern[str] | None:
    """How a number of the key may be written: its letters and digits with any of the usual marks between them."""
    letters = re.sub(r"[^A-Za-z0-9]", "", words)
    if len(letters) < 4:
        return None
    return re.compile(
        r"(?<![A-Za-z0-9])" + r"[\s./\-]{0,3}".join(letters) + r"(?![A-Za-z0-9])", re.IGNORECASE
    )
