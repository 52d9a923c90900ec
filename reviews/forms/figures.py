"""What is asked of a figure: the picture, what stands under it, and what it says to whoever does not see it."""

from __future__ import annotations

from django import forms

from reviews.forms.practice_review import ReviewForm, prose

LONGEST_CAPTION, LONGEST_ALT = 300, 600


def _told(lacking: str, label: str, hint: str, *, rows: int, longest: int) -> forms.CharField:
    field = prose(label, hint, rows=rows, longest=longest)
    field.error_messages["required"] = lacking
    return field


def caption() -> forms.CharField:
    return _told(
        "Write a caption",
        "Caption",
        "What it shows, and from where it is: “Visits in the year before, from the records of three agencies”. "
        "It stands under the figure, after its number.",
        rows=2,
        longest=LONGEST_CAPTION,
    )


def alt() -> forms.CharField:
    return _told(
        "Say what it shows, for people who cannot see it",
        "What does it show, for people who cannot see it?",
        "Say what a reader is meant to take from it, with the numbers that matter: “Visits fell from nine in "
        "January to two in June; none was at home after April”. Not “a chart”, and not the caption again.",
        rows=4,
        longest=LONGEST_ALT,
    )


class AddFigureForm(ReviewForm):
    """One picture and its words."""

    picture = forms.FileField(
        label="Picture",
        help_text="A PNG (charts, drawings) or a JPEG (photographs). It is drawn anew: place, camera and author are "
        "left out, and it is made no larger than a page needs.",
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        error_messages={"required": "Choose a picture", "empty": "The file is empty. Choose another one"},
    )
    caption = caption()
    alt = alt()


class AmendFigureForm(ReviewForm):
    caption = caption()
    alt = alt()


class DropFigureForm(ReviewForm):
    words = prose("Why is it taken out?")
