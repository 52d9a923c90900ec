"""Warnings that no single word gives: rare facts that identify together, small areas, a pseudonym that is a real name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from reviews.anonymity.finder import Place
from reviews.anonymity.folding import fold, plain

# How many kinds of rare facts in one report are enough to find a family with a newspaper beside it.
TOGETHER = 4
# Kind of fact -> how it shows. Data, for a reader who does not program (domain §4.5: jigsaw identification).
RARE: dict[str, str] = {
    "born together": r"\b(?:twins?|triplets?|quadruplets?)\b",
    "place among brothers and sisters": r"\b(?:eldest|youngest|middle|oldest) of (?:three|four|five|six|seven|eight|nine|ten)\b|"
    r"\b(?:third|fourth|fifth|sixth|seventh|eighth) (?:child|son|daughter|of \w+ children)\b",
    "a rare condition": r"\b(?:rare (?:genetic |medical |metabolic )?(?:condition|disorder|disease)|syndrome|cystic fibrosis|haemophilia|albinis\w+|"
    r"muscular dystrophy|spina bifida|epidermolysis|deaf-?blind|quadriplegi\w+)\b",
    "an unusual occupation": r"\b(?:soldier|army|navy|air force|police officer|firefighter|vicar|imam|rabbi|councillor|footballer|magistrate|circus|"
    r"fisherman|farmer|paramedic|social worker by profession)\b(?=[^.]{0,60}\b(?:father|mother|parent|uncle|aunt|grand\w+)\b)|"
    r"\b(?:father|mother|parent|step\w+)\b[^.]{0,40}\b(?:is|was) an? (?:serving |retired )?(?:soldier|police officer|vicar|imam|rabbi|councillor|"
    r"firefighter|footballer|magistrate|farmer|paramedic|nurse|teacher)\b",
    "where the family came from": r"\b(?:from|fled|born in) (?:Afghanistan|Albania|Bangladesh|Congo|Eritrea|Ethiopia|Iran|Iraq|Kosovo|Nigeria|"
    r"Pakistan|Poland|Romania|Slovakia|Somalia|Sri Lanka|Sudan|Syria|Ukraine|Vietnam|Zimbabwe)\b|\basylum\b",
    "a small community": r"\b(?:Traveller|Gypsy|Roma|Jehovah|Exclusive Brethren|Plymouth Brethren|Orthodox Jewish|Amish|Mormon|Rastafari\w*|Zoroastrian)\b",
    "what the news told": r"\b(?:reported in the (?:press|media|news)|national news|headlines|media coverage|televis\w+ appeal|newspaper|viral)\b",
    "how it ended in court": r"\b(?:convicted|found guilty|pleaded guilty|acquitted|sentenced to|life imprisonment|hanging themselves in custody)\b",
    "how the child died": r"\b(?:drowned|stabb\w+|shot|house fire|fell from|hit by a (?:train|car)|poison\w+|hanged|starv\w+)\b",
    "a public place": r"\b(?:shopping centre|railway station|reservoir|canal|pier|cliff|football ground|festival|motorway)\b",
    "an exact age and sex": r"\b(?:girl|boy|son|daughter) (?:aged|of) (?:\w+ )?(?:\d+|\w+) (?:weeks|days)\b|\b\d+[- ](?:week|day)[- ]old (?:girl|boy)\b",
}  # fmt: skip
SMALL_AREA = re.compile(
    r"\b(?:village|hamlet|parish|estate|ward|cul-de-sac|island) (?:of|called|named) [A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}"
    r"|(?<=\bthe )(?:[A-Z][\w'-]+ ){1,2}(?:estate|Estate|ward|Ward|village|Village|parish|Parish|island)\b"
)
_SHOWN = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in RARE.items()}


@dataclass(frozen=True)
class Caution:
    """One thing to think about: what it is, the sentence, and the words it rests on (empty when a person must not see them)."""

    rule: str
    words: str
    said: tuple[str, ...] = ()


def cautions_of(
    places: Iterable[Place], *, pseudonyms: Collection[str], real_names: Collection[str]
) -> list[Caution]:
    """What to think about before signing. ``real_names``: first names of children the system knows, folded."""
    text = fold("\n\n".join(place.text for place in places if not place.machine)).text
    return [*_pseudonyms(pseudonyms, real_names), *_together(text), *_small_areas(text)]


def _pseudonyms(pseudonyms: Collection[str], real_names: Collection[str]) -> list[Caution]:
    known = [name for name in pseudonyms if any(plain(word) in real_names for word in name.split())]
    return [
        Caution(
            "pseudonym",
            f"“{name}” is the real name of a child on this system. Choose another pseudonym.",
            (name,),
        )
        for name in known
    ]


def _together(text: str) -> list[Caution]:
    found = {what: match.group() for what, pattern in _SHOWN.items() if (match := pattern.search(text))}
    if len(found) < TOGETHER:
        return []
    words = (
        "Facts that are rare alone may identify the family together: "
        + "; ".join(found)
        + ". Leave some of them out, or make them general."
    )
    return [Caution("together", words, tuple(found.values()))]


def _small_areas(text: str) -> list[Caution]:
    areas = tuple(dict.fromkeys(match.group() for match in SMALL_AREA.finditer(text)))
    if not areas:
        return []
    return [
        Caution(
            "small_area",
            "A small area is named. Few families live there: name the kind of place instead.",
            areas[:10],
        )
    ]
