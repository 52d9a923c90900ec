"""What is laid out many times is as good as what was performed: whole, readable, and no two alike."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.scale.place import Place, asked, ended_well, migrated_place

pytestmark = pytest.mark.services
CASES, FILES = 60, 5
PERFORMED = 6  # three in each partnership, all of one child
CHILDREN = """
import django; django.setup()
from cspr.wall.scope import everything
from referrals.models import Child
with everything():
    print(len({(c.name, c.born_on) for c in Child.objects.all()}))
"""


@pytest.fixture(scope="module")
def place(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Sixty cases in two partnerships, with five files of 20 kB or so, behind a wall."""
    with migrated_place(server, tmp_path_factory.mktemp("files")) as made:
        size = [f"--cases={CASES}", f"--files={FILES}", "--megabytes=1"]
        ended_well([sys.executable, "-m", "tests.scale.filling", *size], made.owner)
        made.manage("build_wall", owner=True)
        yield made


def test_there_are_as_many_cases_as_asked_for_and_each_copy_has_its_own_child(place: Place) -> None:
    assert asked(place.url, "SELECT count(*) FROM referrals_case") == CASES
    assert int(ended_well([sys.executable, "-c", CHILDREN], place.site)) == CASES - PERFORMED + 1


def test_the_record_is_whole_and_fits_its_anchors(place: Place) -> None:
    said = place.manage("verify_audit", owner=True).splitlines()
    assert [line.partition(": ")[2].partition(":")[0] for line in said] == ["whole", "whole"]
    assert all(line.endswith(" 1 anchors") for line in said)


def test_every_event_is_of_a_case_that_is_there(place: Place) -> None:
    lost = "SELECT count(*) FROM audit_event e WHERE case_ref <> '' AND NOT EXISTS"
    assert asked(place.url, f"{lost} (SELECT 1 FROM referrals_case c WHERE c.ref = e.case_ref)") == 0


def test_every_file_has_its_row_and_every_row_its_file(place: Place) -> None:
    assert place.manage("reconcile_files", owner=True) == ""
    assert asked(place.url, "SELECT count(*) FROM documents_document WHERE path <> ''") == FILES


def test_the_clocks_of_a_third_run_and_the_others_are_over(place: Place) -> None:
    running = (
        "SELECT count(DISTINCT case_id) FROM referrals_deadline WHERE met_on IS NULL AND stopped_on IS NULL"
    )
    still_open = asked(place.url, "SELECT count(*) FROM referrals_case WHERE state = 'open'")
    assert asked(place.url, running) == still_open
    assert 0.25 * CASES < still_open < 0.5 * CASES
