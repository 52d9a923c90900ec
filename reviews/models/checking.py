"""The check of a report against the people on its case: what ``reviews.lint`` needs to know, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cspr.ui.richtext import without_marks
from reviews.lint import Find, Left, Named, look, names_in
from reviews.models.figures import Figure, Illustrated
from reviews.models.sections import AcceptedName
from reviews.questions import SIGNED
from reviews.states import OPTIONAL_SECTIONS, RAPID_REVIEW_SECTIONS, REPORT_SECTIONS

SECTIONS = {"rapidreview": RAPID_REVIEW_SECTIONS, "practicereview": REPORT_SECTIONS}


@dataclass(frozen=True)
class Check:
    """A report as the check reads it."""

    report: dict[str, str]
    order: tuple[str, ...]
    people: tuple[Named, ...]
    pseudonym: str
    accepted: dict[str, frozenset[str]]
    figures: frozenset[int] = frozenset()

    def finds(self, section: str) -> list[Find]:
        """What there is to say about one section, what holds the draft up first."""
        return look(
            section,
            self.report,
            order=self.order,
            optional=OPTIONAL_SECTIONS,
            people=self.people,
            pseudonym=self.pseudonym,
            accepted=self.accepted.get(section, frozenset()),
            figures=self.figures,
        )

    def names(self) -> list[tuple[str, Left]]:
        """Every name that was left in and not accepted, with its section."""
        return [
            (section, left)
            for section in self.order
            for left in names_in(self.report.get(section, ""), self.people, pseudonym=self.pseudonym)
            if left.word.lower() not in self.accepted.get(section, frozenset())
        ]


def check_of(review: Any) -> Check:
    """The report of a review with the people on its case: five statements."""
    accepted: dict[str, set[str]] = {}
    rows = AcceptedName.objects.filter(case_id=review.case_id, report=review._meta.model_name)
    for section, word in rows.values_list("section", "word"):
        accepted.setdefault(section, set()).add(word)
    return Check(
        report={section: without_marks(text) for section, text in review.report.items()},
        order=tuple(SECTIONS[review._meta.model_name]),
        people=tuple(people_of(review.case)),
        pseudonym=review.case.pseudonym,
        accepted={section: frozenset(words) for section, words in accepted.items()},
        figures=frozenset(one.number for one in _pictures(review)),
    )


def _pictures(review: Any) -> list[Figure]:
    """The figures of a report that can have some."""
    return review.pictures() if isinstance(review, Illustrated) else []


def people_of(case: Any) -> list[Named]:
    """Everybody whose name must not stand in a report of the case, and what it calls them."""
    children = list(case.children.order_by("id"))
    several = len(children) > 1
    found = []
    for number, child in enumerate(children, start=1):
        instead = f"child {number}" if several else case.pseudonym
        found += [Named(name, instead) for name in (child.name, child.also_known_as) if name]
    for person in case.family.order_by("id"):
        found.append(Named(person.name, f"the {person.relationship.lower()}"))
    for member in case.members.select_related("user").order_by("id"):
        job = member.user.job_title
        found.append(Named(member.user.name, f"the {job.lower()}" if job else "a professional"))
    review = getattr(case, "rapid_review", None)
    for request in review.requests.select_related("agency") if review else ():
        said = [request.answer, request.answer.get("who"), request.answer.get(SIGNED)]
        names = {one["name"] for one in said if isinstance(one, dict) and isinstance(one.get("name"), str)}
        found += [Named(name, f"a professional of {request.agency.name}") for name in sorted(names) if name]
    return found
