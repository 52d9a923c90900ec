"""What the finder needs to know of a case, gathered once: the places of the report, and the key as it reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from referrals.models import Child
from reviews.anonymity import Caution, Entry, Find, Key, KeyKind, Place, cautions_of, find
from reviews.anonymity.folding import plain
from reviews.models.checking import people_of
from reviews.models.identity_key import IdentityKey, same
from reviews.models.practice_review import PracticeReview
from reviews.models.publication import one_year_from
from reviews.states import REPORT_SECTIONS

# How the page calls what of a recommendation and of a figure is published.
CALLED = {
    "owner": "who sees to it",
    "owner_role": "the role of whoever sees to it",
    "outcome": "what will be different",
    "measure": "how it is measured",
    "caption": "the caption",
    "alt": "the description for people who cannot see it",
}
# Kinds of agency whose name tells where a child went to school or was treated (domain §4.5).
SCHOOLS = frozenset({"school", "early_years", "fe_college", "childminder", "ehe"})
SERVICES = frozenset(
    {"acute_trust", "gp", "maternity", "urgent_care", "residential_care", "dentist_pharmacy"}
)
# Answers that say there is nothing to name.
NOTHING = re.compile(r"(?:none|no|not|n/a|too young|unknown|never|nil)\b", re.IGNORECASE)


def places_of(review: PracticeReview) -> list[Place]:
    """All that would be published, as it reads now and in the order in which it is read."""
    texts = review.published_texts()
    sections = [f"section.{code}" for code in REPORT_SECTIONS]
    order = ["title", *sections, *(place for place in texts if place not in {"title", *sections})]
    return [Place(place, _called(place), texts[place]) for place in order if place in texts]


def _called(place: str) -> str:
    kind, _, rest = place.partition(".")
    if kind == "section":
        return REPORT_SECTIONS[rest]
    number, _, field = rest.partition(".")
    said = f": {CALLED[field]}" if field in CALLED else ""
    return f"{kind.capitalize()} {number}{said}".strip()


def key_of(identity_key: IdentityKey, review: PracticeReview) -> Key:
    """The key as the finder reads it. The pseudonym and the partnership's own name are meant to be there."""
    partnership = identity_key.partnership
    due = {given.due_on for given in review.recommendations.all() if given.due_on}
    published = review.planned_publication_on or review.decided_on
    return Key(
        entries=tuple(entry.as_read() for entry in identity_key.entries.all()),
        meant=(identity_key.case.pseudonym, partnership.name, partnership.short_name, partnership.area),
        meant_days=frozenset(due | {published, one_year_from(published)}),
    )


def open_finds(identity_key: IdentityKey, review: PracticeReview) -> list[Find]:
    """What is found in the report and nobody has left in. Raises ``TooMuch``."""
    left_in = identity_key.left_in()
    return [
        found
        for found in find(places_of(review), key_of(identity_key, review))
        if not {(found.place.code, same(found.said)), ("", same(found.said))} & left_in
    ]


def cautions(identity_key: IdentityKey, review: PracticeReview) -> list[Caution]:
    """What to think about beside the finds. Only that a pseudonym is somebody's real name is told, never whose."""
    stand_ins = {entry.instead for entry in identity_key.entries.all() if entry.kind == KeyKind.CHILD}
    pseudonyms = sorted({identity_key.case.pseudonym, *stand_ins} - {""})
    words = {plain(word) for name in pseudonyms for word in name.split()}
    names = {plain(name.split()[0]) for name in Child.objects.values_list("name", flat=True) if name.split()}
    return cautions_of(places_of(review), pseudonyms=pseudonyms, real_names=words & names)


# --- beginning a key --------------------------------------------------------------------------------------


def entries_from(case: Any) -> list[Entry]:
    """What the case already says of people, places, days and numbers, each once, for a person to complete."""
    found: dict[tuple[str, str], Entry] = {}
    area = case.partnership.area.lower()
    for entry in (*_people(case), *_of_children(case), *_answers(case)):
        if entry.words.lower() == area:
            continue  # the partnership's own name says it
        found.setdefault((entry.kind, entry.words.lower()), entry)
    return list(found.values())


def _people(case: Any) -> Iterator[Entry]:
    children = {name for child in case.children.all() for name in (child.name, child.also_known_as) if name}
    family = {person.name for person in case.family.all()}
    review = case.practice_review
    public = {
        r.user.name for r in review.reviewers.all()
    }  # the reviewer's name stands on the cover on purpose
    for named in people_of(case):
        kind = (
            KeyKind.CHILD
            if named.name in children
            else KeyKind.FAMILY
            if named.name in family
            else KeyKind.STAFF
        )
        # The report may call the only child otherwise than the case does.
        instead = review.title if review.title and named.instead == case.pseudonym else named.instead
        if kind == KeyKind.STAFF and instead.startswith("a professional of "):
            instead = "a professional"  # of which hospital or school, the report does not say
        if named.name not in public:
            yield Entry(kind, named.name, instead)


def _of_children(case: Any) -> Iterator[Entry]:
    for child in case.children.all():
        for day, instead in ((child.born_on, "an age"), (child.died_on, "the month")):
            if day:
                yield Entry(KeyKind.DATE, f"{day.day} {day:%B %Y}", instead)
        if child.nhs_number:
            yield Entry(KeyKind.NUMBER, child.nhs_number, "leave it out")
    for person in case.family.all():
        if person.born_on:
            yield Entry(KeyKind.DATE, f"{person.born_on.day} {person.born_on:%B %Y}", "an age")
    if case.incident_on:
        yield Entry(KeyKind.DATE, f"{case.incident_on.day} {case.incident_on:%B %Y}", "the month")


def _answers(case: Any) -> Iterator[Entry]:
    for referral in case.referrals.all():
        for child in _items(referral.answers, "children"):
            yield from _said(child, "address", KeyKind.PLACE, "the family’s home")
            yield from _said(child, "school", KeyKind.SCHOOL, "a school")
            yield from _said(child, "gp", KeyKind.SERVICE, "a GP practice")
            yield from _said(child, "upn", KeyKind.NUMBER, "leave it out")
        for person in _items(referral.answers, "family"):
            yield from _said(person, "address", KeyKind.PLACE, "a home")
        for agency in _items(referral.answers, "agencies"):
            if agency.get("agency_type") in SCHOOLS:
                yield from _said(agency, "name", KeyKind.SCHOOL, "a school")
            elif agency.get("agency_type") in SERVICES:
                yield from _said(agency, "name", KeyKind.SERVICE, "a health service")


def _items(answers: dict[str, Any], section: str) -> list[dict[str, Any]]:
    items = answers.get(section, {}).get("items", [])
    return [item for item in items if isinstance(item, dict)]


def _said(answers: dict[str, Any], field: str, kind: KeyKind, instead: str) -> Iterator[Entry]:
    """An answer that names something. Of an address each line by itself: the number of the house is not enough."""
    said = answers.get(field)
    if not isinstance(said, str) or not said.strip() or NOTHING.match(said.strip()):
        return
    pieces = re.split(r"[,\n]", said) if kind == KeyKind.PLACE else [said]
    for piece in pieces:
        words = re.sub(r"^\s*(?:flat\s+)?\d+\w?\s+", "", piece.strip(), flags=re.IGNORECASE)
        if any(letter.isupper() for letter in words) and len(words) > 3:
            yield Entry(kind, words[:200], instead)
