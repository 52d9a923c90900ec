"""Pages by cursor: every row once, whatever ties or arrives, and a forged cursor is only a first page."""

import base64
import datetime as dt
import json

import pytest
from django.db.models import Value
from pytest_django import DjangoAssertNumQueries

from cspr.accounts.models import User
from cspr.ui.keyset import Page, page_of

pytestmark = pytest.mark.django_db
ORDER = ("-date_joined", "-id")
START = dt.datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)


@pytest.fixture
def people() -> list[User]:
    """Twenty-three people who joined at four moments that differ by a microsecond: mostly ties."""
    User.objects.bulk_create(
        User(email=f"p{n}@example.org", name=f"P{n}", date_joined=START + dt.timedelta(microseconds=n % 4))
        for n in range(23)
    )
    return list(User.objects.order_by(*ORDER))


def page(after: str = "", size: int = 5) -> Page[User]:
    return page_of(User.objects.all(), order=ORDER, after=after, size=size)


def all_pages() -> list[Page[User]]:
    pages = [page()]
    while pages[-1].next_cursor:
        pages.append(page(pages[-1].next_cursor))
    return pages


def test_every_row_comes_once_and_in_order_through_ties(people: list[User]) -> None:
    pages = all_pages()
    assert [row for p in pages for row in p.items] == people
    assert [len(p.items) for p in pages] == [5, 5, 5, 5, 3]


def test_the_way_back_shows_the_same_pages(people: list[User]) -> None:
    pages = all_pages()
    back = [pages[-1]]
    while back[-1].previous_cursor:
        back.append(page(back[-1].previous_cursor))
    assert [p.items for p in back[::-1]] == [p.items for p in pages]
    assert pages[0].previous_cursor == ""
    assert page(pages[1].previous_cursor).next_cursor == pages[0].next_cursor


def test_a_row_that_arrives_at_the_front_moves_nothing(people: list[User]) -> None:
    second = page().next_cursor
    before = page(second).items
    User.objects.create(email="new@example.org", name="New", date_joined=START + dt.timedelta(days=1))
    assert page(second).items == before


def test_a_row_that_left_does_not_break_its_cursor(people: list[User]) -> None:
    second = page().next_cursor
    people[4].delete()
    assert page(second).items == people[5:10]


def test_an_exact_last_page_has_no_next(people: list[User]) -> None:
    assert page(size=23).next_cursor == ""
    assert page(size=22).next_cursor != ""
    assert page_of(User.objects.none(), order=ORDER) == Page([], "", "")


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "é",
        "AAAA",
        "x" * 5000,
        forged({}),
        forged([0]),
        forged([2, START.isoformat(), 1]),
        forged([0, "not a date", 1]),
        forged([0, START.isoformat(), "abc"]),
        forged([0, START.isoformat(), 10**30]),
        forged([0, None, None]),
        forged([0, {"a": 1}, [1]]),
        forged([0, START.isoformat(), 1, 1]),
        forged([[[[[]]]]]),
    ],
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(people: list[User], cursor: str) -> None:
    assert page(cursor).items == people[:5]


def test_text_with_a_null_character_is_no_cursor(people: list[User]) -> None:
    first = page_of(User.objects.all(), order=("name", "id"), size=2)
    cursor = forged([0, "P\x00", 1])
    assert page_of(User.objects.all(), order=("name", "id"), after=cursor, size=2).items == first.items


def test_a_page_is_one_statement_without_count_or_offset(
    people: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cursor = page().next_cursor
    with django_assert_num_queries(1) as captured:
        page(cursor)
    (statement,) = [q["sql"].upper() for q in captured.captured_queries]
    assert "COUNT(" not in statement
    assert "OFFSET" not in statement
    assert "LIMIT 6" in statement


def test_annotated_columns_may_order_a_list(people: list[User]) -> None:
    rows = User.objects.annotate(rank=Value(1))
    first = page_of(rows, order=("rank", "id"), size=5)
    assert page_of(rows, order=("rank", "id"), after=first.next_cursor, size=5).items == list(
        rows.order_by("id")[5:10]
    )
