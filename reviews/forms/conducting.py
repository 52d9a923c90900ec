"""What is asked about practitioners and about the quality markers."""

from __future__ import annotations

from django import forms

from cspr.ui.fields import DateField, RadioField
from reviews.forms.practice_review import ReviewForm, prose
from reviews.questions.quality import Standing, Together

MOST_PEOPLE = 500


class PractitionersForm(ReviewForm):
    effective_on = DateField(label="The day it took place")
    how = RadioField(label="How did they take part?", choices=Together.choices)
    agencies = forms.CharField(
        label="Which agencies were they from?",
        help_text="For example: health visiting, school, police.",
        max_length=400,
        required=False,
    )
    attended = forms.IntegerField(
        label="How many took part?", min_value=1, max_value=MOST_PEOPLE, required=False
    )
    words = prose(
        "What was learned",
        "How it was to work there and then, and what would help. Leave names out.",
        rows=6,
        required=False,
    )


class MarkerForm(ReviewForm):
    standing = RadioField(label="How does it stand?", choices=Standing.choices)
    words = prose("What shows it, or what is still to do", required=False)
