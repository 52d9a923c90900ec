"""What staff say a report is about, so that the public finds it."""

from __future__ import annotations

from typing import Any

from cspr.ui.fields import CheckboxesField
from reviews.forms.practice_review import ReviewForm
from reviews.models import InformationRequest, PracticeReview
from reviews.questions.library import FACETS, Harm, age_band
from reviews.states import RequestState as S


def _boxes(facet: str, hint: str = "") -> CheckboxesField:
    question = FACETS[facet]
    return CheckboxesField(label=question.question, choices=question.choices, help_text=hint)


class DescribeForm(ReviewForm):
    """The facets of the library. What is not said yet starts from the case and waits to be confirmed."""

    age = _boxes("age", "At the time of the incident. Only the band becomes public.")
    harm = _boxes("harm")
    agency = _boxes("agency", "Only the kind of agency becomes public, never its name.")

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        return review.described if review.catalogue else self._from_the_case(review)

    def _from_the_case(self, review: PracticeReview) -> dict[str, Any]:
        case = review.case
        children = list(case.children.all())
        on = case.incident_on or review.decided_on
        bands = {str(age_band(c.born_on, on)) for c in children if c.born_on}
        asked = InformationRequest.objects.beside().filter(rapid_review__case=case).exclude(state=S.WITHDRAWN)
        return {
            "age": [code for code in FACETS["age"].names if code in bands],
            "harm": [Harm.DEATH if any(c.died_on for c in children) else Harm.SERIOUS_HARM],
            "agency": sorted(set(asked.values_list("agency__type", flat=True))),
        }
