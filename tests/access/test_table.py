"""The table itself: it can be read, it forbids what must never be, and nothing of the system is missing from it."""

from __future__ import annotations

import pytest

from cspr.documents.pdf import paper_kinds
from cspr.workflow import Subject, transitions
from tests.access.own import OWN
from tests.access.registry import NOUNS, PAGES
from tests.access.routes import names, verb_pages
from tests.access.scenes import SCENES
from tests.access.table import CONTEXTS, GRAMMAR, NEVER, ROLES, ROWS, Row
from tests.access.verbs import VERBS

rows = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


def nouns(kind: type[Subject] = Subject) -> set[type[Subject]]:
    """Every class that moves by verbs and has a table of its own."""
    found = {kind} if kind is not Subject and not kind._meta.abstract else set()
    return found.union(*(nouns(below) for below in kind.__subclasses__()))


@rows
def test_every_cell_can_be_read(row: Row) -> None:
    assert [role for role, cell in row.cells.items() if not GRAMMAR.fullmatch(cell.text)] == []


@rows
def test_no_cell_lets_in_somebody_from_elsewhere_in_conflict_shut_out_or_lapsed(row: Row) -> None:
    assert [role for role, cell in row.cells.items() if cell.letters & NEVER] == []


@rows
def test_the_letters_of_a_row_belong_to_its_scope(row: Row) -> None:
    known = {"self": {"S"}, "pub": {"*"}}.get(row.scope, set(CONTEXTS[row.scope]))
    assert [role for role, cell in row.cells.items() if not cell.letters <= known] == []


@rows
def test_where_own_and_others_differ_the_test_knows_whose_it_is(row: Row) -> None:
    told_apart = {
        r
        for r, cell in row.cells.items()
        if cell.four_eyes or ("O" in cell.letters and "A" not in cell.letters)
    }
    assert told_apart - OWN.get(row.action, {}).keys() == set()


def test_an_administrator_never_sees_a_case_and_a_data_protection_officer_only_what_is_kept_and_who_may() -> (
    None
):
    of_cases = {action: row.cells for action, row in ROWS.items() if row.scope == "case"}
    assert {action for action, cells in of_cases.items() if cells["SYSADM"].text != "-"} == set()
    assert {action for action, cells in of_cases.items() if cells["DPO"].text != "-"} == {
        "access_list.view",
        "audit.view_for_case",
        "emergency.view",
        "emergency.end",
        "emergency.look_at",
        "legal_hold.view",
        "legal_hold.set",
        "legal_hold.lift",
        "disposal.view",
        "disposal.propose",
        "disposal.approve",
    }


def test_a_panel_member_changes_nothing_and_takes_no_copies() -> None:
    reading = ("view", "list", "read_whole", "view_summary", "declare_own", "make_pdf")
    allowed = {a for a, row in ROWS.items() if row.scope == "case" and row.cells["PANEL"].text != "-"}
    assert {action for action in allowed if not action.endswith(reading)} == set()


def test_nobody_who_is_not_signed_in_does_anything_but_read_what_is_public_and_sign_in() -> None:
    assert {a for a, row in ROWS.items() if row.cells["ANON"].text != "-"} == {
        a for a, row in ROWS.items() if row.scope == "pub"
    }


# --- nothing is missing -----------------------------------------------------------------------------------


def test_every_address_stands_in_a_row() -> None:
    mapped = {page.name for page in (*PAGES, *verb_pages())}
    assert [name for name in names() if name not in mapped] == []


def test_every_verb_of_every_noun_stands_in_a_row() -> None:
    mapped = {(kind, verb) for kind, _, _, verbs in VERBS for verb in verbs.split()}
    assert {(kind, verb) for kind in nouns() for verb in transitions(kind)} == mapped


def test_every_noun_has_a_name_in_addresses() -> None:
    assert set(NOUNS.values()) == nouns()


def test_every_pdf_that_can_be_asked_for_stands_in_a_row() -> None:
    asked = {page.name for page in PAGES if page.name == "documents:make"}
    assert asked
    kinds = {kind.kind for noun in nouns() for kind in paper_kinds(noun._meta.label_lower)}
    assert kinds == {page.of_kind for page in PAGES if page.name == "documents:make"}


def test_every_row_is_carried_out_by_something() -> None:
    carried_out = {page.row for page in PAGES} | {row for _, row, _, _ in VERBS}
    assert carried_out == set(ROWS)


def test_every_scene_is_played() -> None:
    assert {page.scene for page in PAGES} | {scene for _, _, scene, _ in VERBS} == set(SCENES)


def test_the_table_names_every_role_in_the_order_of_the_page() -> None:
    assert (
        *("ANON", "REF", "SGLEAD", "AUTH", "STAFF", "CHAIR", "PARTNER", "LEAD", "PANEL", "SYSADM", "DPO"),
    ) == ROLES
