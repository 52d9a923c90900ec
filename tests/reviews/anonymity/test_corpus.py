"""The measurement of issue 4: leaks in all hiding places are caught, and clean texts are left alone."""

import random

import pytest

from reviews.anonymity.files import find_in_file
from reviews.management.leaks.families import family
from reviews.management.leaks.measuring import clean_files, measure
from tests.documents.pango import needs_pango


@pytest.mark.long
@needs_pango
@pytest.mark.once
def test_three_hundred_leaks_are_caught_and_clean_texts_left_alone():
    measured = measure(seed=11, families=4, secrets=1)
    assert measured.missed == []
    assert measured.leaks >= 300
    assert (measured.clean, measured.alarmed <= 5) == (100, True)


@pytest.mark.once
def test_a_file_in_which_nothing_hides_says_nothing():
    """Otherwise what is found in the others would prove nothing."""
    key = family(0, random.Random(1)).key
    for kind, contents in clean_files():
        assert [(kind, one.place.title, one.said) for one in find_in_file(contents, key)] == []
        assert contents.carried == ()
