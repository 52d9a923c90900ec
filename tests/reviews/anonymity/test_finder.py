"""What the finder sees in a text and what it leaves alone."""

import datetime as dt
import time

import pytest

from reviews.anonymity import LONGEST, Entry, Key, KeyKind, Place, TooMuch, cautions_of, find
from reviews.anonymity.numbers import is_nhs_number

KEY = Key(
    entries=(
        Entry(KeyKind.CHILD, "Tamsin Okonjo-Hale", "Rowan", ("Tammy",)),
        Entry(KeyKind.CHILD, "Hope Sample", "the sister"),
        Entry(KeyKind.FAMILY, "William Garstang", "the father"),
        Entry(KeyKind.STAFF, "Philomena Trask", "the health visitor"),
        Entry(KeyKind.SCHOOL, "St Wilfrith's Primary School", "a primary school"),
        Entry(KeyKind.PLACE, "Quillfeather Close", "a street"),
        Entry(KeyKind.DATE, "13 April 2016", "at the age of eight"),
        Entry(KeyKind.NUMBER, "AB/123-X9", "leave it out"),
    ),
    meant=("Rowan", "Samplebury Partnership"),
    meant_days=frozenset({dt.date(2026, 9, 1)}),
)


def said(text: str, *, machine: bool = False) -> list[str]:
    return [one.said for one in find([Place("events", "What happened", text, machine)], KEY)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We met Tamsin at home.", "Tamsin"),
        ("It was TAMSIN’S coat.", "TAMSIN’S"),
        ("It was tamsin.", "tamsin"),
        ("The Okonjo-Hales moved.", "Okonjo-Hales"),
        ("Only Hale was written.", "Hale"),
        ("We met Tamsin Okonjo-Hale twice.", "Tamsin Okonjo-Hale"),
        ("Her aunt said Tammy.", "Tammy"),
        ("That week Bill came.", "Bill"),
        ("We met T.O. there.", "T.O."),
        ("The plan for TO failed.", "TO"),
        ("We met Tamsyn there.", "Tamsyn"),
        ("We met Tamisn there.", "Tamisn"),
        ("We met Tamssin there.", "Tamssin"),
        ("We met Tamin there.", "Tamin"),
        ("We met Támsin there.", "Támsin"),
        ("We met Tаmsin there.", "Tаmsin"),
        ("We met Ｔａｍｓｉｎ there.", "Ｔａｍｓｉｎ"),
        ("We met Tam\u200bsin there.", "Tam\u200bsin"),
        ("We met Tam\u00adsin there.", "Tam\u00adsin"),
        ("We met Tam-\nsin there.", "Tam-\nsin"),
        ("We met T a m s i n there.", "T a m s i n"),
        ("We met **Tam**sin there.", "Tam**sin"),
        ("We met Tam\\\nsin there.", "Tam\\\nsin"),
        ("We met Tam**\\**sin there.", "Tam**\\**sin"),
        ("We met Tam\\*sin there.", "Tam\\*sin"),
        ("We met Tam\\sin there.", "Tam\\sin"),
        ("The file reviewTamsinFinal is gone.", "reviewTamsinFinal"),
        ("We met **Tamsin** Okonjo-Hale twice.", "**Tamsin** Okonjo-Hale"),
        ("Ring 077[^1]00 **900**123 today.", "077[^1]00 **900**123"),
        ("Born on **13** *April* 2016.", "**13** *April*"),
        ("We met Ta[m](https://example.org/x)sin.", "Ta[m](https://example.org/x)sin"),
        ("See AB\\/123\\-X9 there.", "AB\\/123\\-X9"),
        ("| Who | Times |\n|-----|-------|\n| school | 2 |\n| Tamsin | 3 |", "Tamsin"),
        ("It was seen.[^1]\n\n[^1]: By Philomena Trask.", "Philomena Trask"),
        ("Then Hope cried.", "Hope"),
        ("Mr Garstang rang.", "Garstang"),
        ("Staff at St Wilfrith’s were kind.", "Wilfrith’s"),
        ("On the twenty-\nfirst of May it ended.", "twenty-\nfirst of May"),
        ("She lived at 4 Quillfeather Close then.", "4 Quillfeather Close"),
        ("She was born on 13/04/16 there.", "13/04/16"),
        ("Born on the thirteenth of April.", "thirteenth of April"),
        ("On 12th Mar '25 it ended.", "12th Mar '25"),
        ("On March 12 2025 it ended.", "March 12 2025"),
        ("On 2025-03-12 it ended.", "2025-03-12"),
        ("The number is 943 476 5919 there.", "943 476 5919"),
        ("See AB 123 X9 there.", "AB 123 X9"),
        ("It is in SW1A 1AA now.", "SW1A 1AA"),
        ("Ring 07700 900123 today.", "07700 900123"),
    ],
)
def test_it_is_found_where_it_stands(text, words):
    assert words in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "We hope that she may, by the grace of time, be safe.",
        "Rowan and the Samplebury Partnership were named on purpose.",
        "In March 2025 she was eight; 1 in 4 did not attend, 24/7, 82.5%.",
        "Working Together 2023, SI 2018/789 and section 47 apply.",
        "The report is due by 1 September 2026.",
        "Childline is on 0800 1111.",
        "She was seen to be well. To do: ring the school.",
        "The number 943 476 5918 does not check.",
    ],
)
def test_what_identifies_nobody_is_left_alone(text):
    assert said(text) == []


def test_a_find_says_why_and_what_to_write_instead_in_its_sentence():
    (found,) = find(
        [Place("events", "What happened", "It rained. Then Tamsyn’s coat was found. Nobody asked.")], KEY
    )
    assert (found.why, found.instead, found.kind) == ("one letter away from the name", "Rowan", KeyKind.CHILD)
    assert (found.before, found.said, found.after) == ("Then ", "Tamsyn’s", " coat was found.")


def test_names_of_files_and_parts_are_asked_only_what_the_key_knows():
    assert said("review_okonjo_2025-03-12.docx http://schemas.example/2006", machine=True) == ["okonjo"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "a." * 30_000,
        "A B C " * 10_000,
        "1-2-" * 15_000,
        "\n-\n" * 20_000,
        "é" * 60_000,
        "@a." * 20_000,
    ],
)
@pytest.mark.once
def test_text_made_to_hang_it_ends(text):
    started = time.process_time()
    said(text)
    assert time.process_time() - started < 20


@pytest.mark.once
def test_more_than_nine_hundred_pages_are_refused_with_a_sentence():
    with pytest.raises(TooMuch, match="Divide the report"):
        find([Place("events", "What happened", "a " * (LONGEST // 2 + 1))], KEY)


def test_an_nhs_number_checks_itself():
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("1111111111")


def test_a_pseudonym_that_is_a_real_childs_name_is_warned_of():
    (caution,) = cautions_of([], pseudonyms=("Rowan",), real_names=("rowan",))
    assert caution.words == "“Rowan” is the real name of a child on this system. Choose another pseudonym."


def test_rare_facts_are_warned_of_only_when_they_come_together():
    few = "They were twins. The father was a serving soldier."
    many = f"{few} The family fled Syria. It was in the national news."
    assert cautions_of([Place("a", "A", few)], pseudonyms=(), real_names=()) == []
    (caution,) = cautions_of([Place("a", "A", many)], pseudonyms=(), real_names=())
    assert caution.rule == "together"
    assert len(caution.said) == 4


def test_a_small_area_is_warned_of():
    (caution,) = cautions_of(
        [Place("a", "A", "They lived in the village of Nether Brindle.")], pseudonyms=(), real_names=()
    )
    assert (caution.rule, caution.said) == ("small_area", ("village of Nether Brindle",))


def test_signs_that_mean_something_in_a_pattern_are_only_signs_in_a_name():
    key = Key(
        entries=(
            Entry(KeyKind.NUMBER, "AB.*1234+", "leave it out"),
            Entry(KeyKind.SCHOOL, "St Wilfrith [Upper] (North)?", "a primary school"),
        ),
        meant=(),
        meant_days=frozenset(),
    )

    def found(text: str) -> list[str]:
        return [one.said for one in find([Place("events", "What happened", text)], key)]

    assert found("It says AB-1234 there.") == ["AB-1234"]
    assert found("It says ABXYZ1234 there, and ABXY12344.") == []
    assert found("It was St Wilfrith [Upper] (North)? again.") != []
