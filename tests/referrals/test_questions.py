"""The table of the form: what is missing, how it reads, what changed, and that the table itself is sound."""

from __future__ import annotations

import json
from typing import Any

import pytest

from referrals.questions import (
    SECTIONS,
    Gap,
    Kind,
    changes,
    field_of,
    missing,
    nhs_number,
    place_of,
    shown,
)
from referrals.questions.answers import of
from tests import factories as make


def child(**changed: Any) -> dict[str, Any]:
    answers = make.answers()
    answers["children"]["items"][0].update(changed)
    return answers


def labels(answers: dict[str, Any]) -> list[str]:
    return [gap.label for gap in missing(answers)]


def words(answers: dict[str, Any], section: str, question: str) -> str:
    return next(s.value for s in shown(answers) if (s.section.code, s.question.code) == (section, question))


# --- the table itself -------------------------------------------------------------------------------------


def test_every_code_is_used_once_in_its_section_and_fits_where_marks_keep_it() -> None:
    for section in SECTIONS:
        codes = [question.code for question in section.questions]
        assert len(codes) == len(set(codes)), section.code
        assert all(len(f"99.{code}") <= 60 for code in codes)
        assert len(section.code) <= 40


def test_a_question_hangs_only_on_an_earlier_one_and_on_answers_that_can_be_given() -> None:
    for section in SECTIONS:
        earlier: dict[str, set[str]] = {}
        for question in section.questions:
            for condition in filter(None, (question.only, *question.required_when)):
                assert condition.values <= earlier[condition.question], question.code
            earlier[question.code] = {value for value, _ in question.choices}


def test_a_coded_not_known_is_one_of_the_choices() -> None:
    for section in SECTIONS:
        for question in section.questions:
            assert not question.unknown or question.unknown in dict(question.choices), question.code


def test_every_name_of_an_answer_reads_as_a_name_and_not_as_a_question() -> None:
    assert [q.noun for s in SECTIONS for q in s.questions if "?" in q.noun] == []


# --- what is missing --------------------------------------------------------------------------------------


def test_a_complete_form_has_no_gap_and_survives_being_stored() -> None:
    answers = make.answers()
    assert missing(answers) == []
    assert missing(json.loads(json.dumps(answers))) == []


def test_an_empty_form_misses_every_required_answer_and_says_which_child_is_to_be_added() -> None:
    gaps = missing({})
    assert Gap("children", None, "", "Children: add at least one child") in gaps
    assert Gap("safety", None, "child_safe", "Whether the child is safe now") in gaps
    assert {gap.section for gap in gaps} == {section.code for section in SECTIONS}


def test_a_gap_in_an_item_says_which_item() -> None:
    assert missing(child(born_on="")) == [Gap("children", 0, "born_on", "Child 1: date of birth")]


def test_a_reason_why_it_is_not_known_yet_is_an_answer() -> None:
    answers = child(born_on="", born_on_unknown="The register has not been searched yet")
    assert missing(answers) == []
    assert (
        words(answers, "children", "born_on")
        == "Not known yet, because: The register has not been searched yet"
    )


def test_a_coded_not_known_counts_only_with_its_reason() -> None:
    assert labels(child(ethnicity="not_yet_known", ethnicity_reason="")) == ["Child 1: ethnic group"]
    assert missing(child(ethnicity="white_british", ethnicity_reason="")) == []


def test_a_question_that_is_not_asked_is_not_missing() -> None:
    assert missing(child(died="no")) == []
    assert labels(child(died="yes")) == ["Child 1: date of death"]
    assert labels(child(looked_after="yes")) == [
        "Child 1: placement",
        "Child 1: local authority that looks after the child",
    ]


def test_who_was_told_is_required_when_somebody_is_not_safe() -> None:
    assert labels(make.answers(safety={"others_safe": "no"})) == ["Who has been told of remaining worries"]
    assert missing(make.answers(safety={"others_safe": "no", "passed_to": "The front door"})) == []


def test_an_empty_list_needs_a_reason_and_then_is_complete() -> None:
    assert labels(make.answers(family={"items": []})) == [
        "Family and others close to the child: add at least one person"
    ]
    assert missing(make.answers(family={"items": [], "none": "The child was found alone"})) == []


def test_what_the_police_or_a_court_forbid_may_be_said_and_stands_with_the_process() -> None:
    answers = make.answers()
    assert missing(answers) == []
    answers["processes"]["items"][0]["restrictions"] = "Nobody speaks to him before the police have."
    assert missing(answers) == []
    assert words(answers, "processes", "restrictions") == "Nobody speaks to him before the police have."


def test_the_authority_responsible_and_the_pupil_number_are_asked_and_hold_nothing_up() -> None:
    answers = child(responsible_la="Vale Council", upn="A123456789012", immigration="Asks for asylum, alone")
    assert missing(child()) == missing(answers) == []
    read = [words(answers, "children", code) for code in ("responsible_la", "upn", "immigration")]
    assert read == ["Vale Council", "A123456789012", "Asks for asylum, alone"]


def test_what_was_typed_and_cannot_be_read_counts_as_missing_even_where_an_answer_is_optional() -> None:
    answers = make.answers(authority={"typed": {"la_suspected_on": ["31", "2", "2026"]}})
    assert labels(answers) == ["Date the authority first suspected abuse or neglect"]
    assert words(answers, "authority", "la_suspected_on") == "“31 2 2026”: this has to be corrected"


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"died": "yes", "died_on": "2026-05-31"}, "Child 1: date of death"),
        ({"legal_status": "C2", "looked_after": "no"}, "Child 1: whether the child is looked after"),
    ],
)
def test_two_answers_that_cannot_both_be_so_are_a_gap(changed: dict[str, str], label: str) -> None:
    assert labels(child(**changed)) == [label]


@pytest.mark.parametrize("broken", [None, [], "text", 7, {"items": "text"}, {"items": [None, 3, "x"]}])
def test_answers_of_the_wrong_shape_are_missing_and_break_nothing(broken: Any) -> None:
    answers = make.answers()
    answers["children"] = broken
    assert [gap.label for gap in missing(answers)] == ["Children: add at least one child"]
    assert [s for s in shown(answers) if s.section.code == "children"] == []


# --- how answers read -------------------------------------------------------------------------------------


def test_answers_read_in_words() -> None:
    answers = child(nhs_number="9991234578", disability=["MOB", "AUT"], died="yes", died_on="2026-11-18")
    assert words(answers, "children", "born_on") == "Monday 1 June 2026"
    assert words(answers, "children", "sex") == "Female"
    assert words(answers, "children", "disability") == "Mobility; Autism or Asperger syndrome"
    assert words(answers, "children", "nhs_number") == "999 123 4578"
    assert words(answers, "children", "died_on") == "Wednesday 18 November 2026"


def test_every_asked_question_is_shown_once_with_or_without_an_answer() -> None:
    rows = [(s.section.code, s.item, s.question.code) for s in shown(make.answers())]
    assert len(rows) == len(set(rows))
    assert ("incident", None, "key_dates") in rows
    assert ("children", 0, "died_on") not in rows


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("999 123 4578", "9991234578"),
        ("943-476-5919", "9434765919"),
        ("9991234579", None),
        ("999123457", None),
        ("٩٩٩١٢٣٤٥٧٨", None),
        ("", None),
        ("1234567890", None),  # its check digit would be ten
    ],
)
def test_an_nhs_number_is_ten_digits_with_the_right_check_digit(typed: str, digits: str | None) -> None:
    assert nhs_number(typed) == digits


# --- what changed -----------------------------------------------------------------------------------------


def test_nothing_changed_between_equal_versions() -> None:
    assert changes(make.answers(), make.answers()) == []


def test_a_change_says_what_was_and_what_is() -> None:
    (change,) = changes(make.answers(), make.answers(incident={"place": "1 Example Street"}))
    assert (change.label, change.before, change.after) == (
        "Place of the incident",
        "Home",
        "1 Example Street",
    )


def test_items_are_followed_by_name_when_another_is_taken_out() -> None:
    before = make.answers()
    before["children"]["items"].insert(0, {"name": "First Child", "died": "no"})
    found = changes(before, make.answers())
    assert {(c.before, c.after) for c in found} == {("First Child", ""), ("No", "")}


def test_an_item_whose_name_changed_is_the_same_item() -> None:
    (change,) = changes(make.answers(), child(name="Another Spelling"))
    assert (change.label, change.after) == ("Child 1: full name", "Another Spelling")


# --- marks ------------------------------------------------------------------------------------------------


def test_every_place_can_be_named_and_found_again() -> None:
    for row in shown(make.answers()):
        place = place_of(row.section.code, row.place.field)
        assert place == row.place


@pytest.mark.parametrize(
    ("section", "field"),
    [("nowhere", "name"), ("incident", "no_such"), ("incident", "1.place"), ("children", "0.name"),
     ("children", "99999.name"), ("children", "٣.name"), ("children", "1.2.name"), ("children", "-1.name")],
)  # fmt: skip
def test_a_place_the_form_does_not_have_is_not_found(section: str, field: str) -> None:
    assert place_of(section, field) is None


def test_a_whole_item_and_a_whole_section_can_be_named() -> None:
    item, whole = place_of("children", field_of(1, "")), place_of("children", "")
    assert item is not None
    assert item.label == "Child 2"
    assert whole is not None
    assert whole.label == "Children"


def test_dates_and_long_texts_are_asked_as_such() -> None:
    kinds = {q.code: q.kind for s in SECTIONS for q in s.questions if s.code == "incident"}
    assert (kinds["incident_on"], kinds["narrative"]) == (Kind.DATE, Kind.LONG)
    assert of(SECTIONS[0], {}) == {}
