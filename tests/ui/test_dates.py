"""A date in three boxes: what is understood, and the sentence when it is not."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from cspr.ui.fields import DateField

DAY = dt.date(2026, 12, 29)


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        (["29", "12", "2026"], DAY),
        ([" 29 ", "December", "2026"], DAY),
        (["29", "dec", "2026"], DAY),
        (["29", "Dec.", "2026"], DAY),
        (["1", "sept", "2026"], dt.date(2026, 9, 1)),
        (["01", "03", "2024"], dt.date(2024, 3, 1)),
        (["29", "2", "2024"], dt.date(2024, 2, 29)),
    ],
)
def test_a_date_is_understood(typed: list[str], date: dt.date) -> None:
    assert DateField().clean(typed) == date


@pytest.mark.parametrize(
    ("typed", "sentence", "boxes"),
    [
        (["29", "", "2026"], "Date must include a month", {1}),
        (["", "", "2026"], "Date must include a day and month", {0, 1}),
        (["29", "12", ""], "Date must include a year", {2}),
        (["30", "2", "2026"], "Date must be a real date", {0}),
        (["29", "2", "2026"], "Date must be a real date", {0}),
        (["32", "1", "2026"], "Date must be a real date", {0}),
        (["1", "13", "2026"], "Date must be a real date", {1}),
        (["1", "ma", "2026"], "Date must be a real date", {1}),
        (["0", "0", "0000"], "Date must be a real date", {0, 1, 2}),
        (["-1", "1", "2026"], "Date must be a real date", {0}),
        (["1_0", "1", "2026"], "Date must be a real date", {0}),
        (["١", "1", "2026"], "Date must be a real date", {0}),
        (["1", "1", "26"], "Date must have a year of 4 numbers", {2}),
        (["9" * 9999, "1", "2026"], "Date must be a real date", {0}),
    ],
)
def test_what_is_wrong_is_named_and_marked(typed: list[str], sentence: str, boxes: set[int]) -> None:
    field = DateField()
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == [sentence]
    assert field.widget.wrong_boxes == boxes


def test_the_limits_are_included_and_say_themselves() -> None:
    field = DateField(label="Date of birth", not_after=lambda: DAY, not_before=DAY - dt.timedelta(days=1))
    assert field.clean(["29", "12", "2026"]) == DAY
    assert field.clean(["28", "12", "2026"]) == dt.date(2026, 12, 28)
    for typed, sentence in (
        (["30", "12", "2026"], "Date of birth must be 29 December 2026 or earlier"),
        (["27", "12", "2026"], "Date of birth must be 28 December 2026 or later"),
    ):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        assert refused.value.messages == [sentence]


def test_an_optional_date_may_be_blank_and_a_required_one_may_not() -> None:
    assert DateField(required=False).clean(["", " ", ""]) is None
    with pytest.raises(ValidationError):
        DateField().clean(["", "", ""])


def test_a_saved_draft_comes_back_as_it_was() -> None:
    field = DateField()
    assert field.widget.decompress("2026-12-29") == ["29", "12", "2026"]
    assert field.widget.decompress("rubbish") == ["", "", ""]
    assert field.has_changed(DAY, ["29", "12", "2026"]) is False
    assert field.has_changed(None, ["", "", ""]) is False
    assert field.has_changed(DAY, ["28", "12", "2026"]) is True
