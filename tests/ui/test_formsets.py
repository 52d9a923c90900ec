"""Repeatable groups by ordinary POST: add, remove, send."""

import pytest
from django.test import Client
from lxml import html

pytestmark = [pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db]


def group(*names: str, **more: str) -> dict[str, str]:
    data = {"children-TOTAL_FORMS": str(len(names)), "children-INITIAL_FORMS": "0"}
    for number, name in enumerate(names):
        data[f"children-{number}-first_name"] = name
        data[f"children-{number}-born_on_day"] = "31" if name else ""
    return data | more


def names(response: object) -> list[str]:
    page = html.fromstring(response.content)  # type: ignore[attr-defined]
    return [i.get("value", "") for i in page.xpath("//input[contains(@name,'first_name')]")]


def test_the_page_starts_with_one_group_that_cannot_be_removed(client: Client) -> None:
    page = client.get("/children/").content.decode()
    assert "Add another child" in page
    assert "children_remove_0" not in page


def test_add_keeps_what_was_typed_checks_nothing_and_moves_the_focus(client: Client) -> None:
    response = client.post("/children/", group("Invented One", children_add="1"))
    page = html.fromstring(response.content)
    assert names(response) == ["Invented One", ""]
    assert page.xpath("//input[@name='children-0-born_on_day']/@value") == ["31"]
    assert page.xpath("//*[contains(@class,'govuk-error')]") == []
    assert [h.text for h in page.xpath("//h2[@autofocus]")] == ["Child 2"]


def test_no_more_than_the_limit_can_be_added(client: Client) -> None:
    full = client.post("/children/", group("A", "B", "C", children_add="1"))
    assert names(full) == ["A", "B", "C"]
    assert "Add another" not in full.content.decode()


@pytest.mark.parametrize(
    ("pressed", "left"), [("0", ["B", "C"]), ("1", ["A", "C"]), ("2", ["A", "B"]), ("9", ["A", "B", "C"])]
)
def test_remove_takes_the_group_whose_button_was_pressed(
    client: Client, pressed: str, left: list[str]
) -> None:
    assert (
        names(client.post("/children/", group("A", "B", "C", **{f"children_remove_{pressed}": "1"}))) == left
    )


def test_the_last_group_stays(client: Client) -> None:
    assert names(client.post("/children/", group("A", children_remove_0="1"))) == [""]


def test_groups_left_blank_are_ignored_but_the_first_is_asked_for(client: Client) -> None:
    sent = group("A", "", "C")
    sent |= {f"children-{n}-born_on_day": "" for n in range(3)}
    assert client.post("/children/", sent).content.decode() == repr(
        [{"first_name": "A", "born_on": None}, {"first_name": "C", "born_on": None}]
    )
    assert "Enter the first name" in client.post("/children/", group("")).content.decode()


def test_errors_in_a_group_lead_to_that_group(client: Client) -> None:
    page = html.fromstring(client.post("/children/", group("A", "B")).content)
    links = page.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href")
    assert links == ["#id_children-0-born_on_1", "#id_children-1-born_on_1"]


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999999"])
def test_a_forged_count_is_refused_without_a_fault(client: Client, total: str) -> None:
    response = client.post("/children/", group("A") | {"children-TOTAL_FORMS": total, "children_add": "1"})
    assert response.status_code == 200


def test_enter_in_a_field_sends_the_form_rather_than_removing_a_group(client: Client) -> None:
    page = html.fromstring(client.post("/children/", group("A", "B", children_add="1")).content)
    (first, *_) = page.xpath("//main//button[@type='submit']")
    assert first.get("name") is None
