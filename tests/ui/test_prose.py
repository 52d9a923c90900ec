"""What people write in a text box: paragraphs, lists, headings, and nothing else."""

import pytest
from django.template import engines

from cspr.ui.prose import prose

BODY = '<p class="govuk-body">{}</p>'
BULLETS = '<ul class="govuk-list govuk-list--bullet">{}</ul>'


def test_a_blank_line_begins_a_new_paragraph_and_a_line_break_stays_one():
    assert prose("One\ntwo\n\n \nthree") == "\n".join([BODY.format("One<br>two"), BODY.format("three")])


def test_lines_with_a_dash_are_a_list_wherever_it_stands():
    written = "Before:\n- first\n- second\nAfter"
    read = [BODY.format("Before:"), BULLETS.format("<li>first</li><li>second</li>"), BODY.format("After")]
    assert prose(written) == "\n".join(read)


def test_two_hashes_are_a_heading_of_the_level_the_page_asks_for():
    assert prose("## Fathers") == '<h3 class="govuk-heading-m">Fathers</h3>'
    assert prose("## Fathers", 4) == '<h4 class="govuk-heading-s">Fathers</h4>'


def test_nothing_gives_nothing():
    assert [prose(""), prose(None), prose("\n \n")] == ["", "", ""]


@pytest.mark.parametrize("start", ["", "- ", "## "])
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "</p></section><h1>Forged</h1>",
        "<a href='javascript:alert(1)'>here</a>",
        "{{ settings.SECRET_KEY }}{% include 'x' %}",
        '" onmouseover="alert(1)',
    ],
)
def test_markup_that_somebody_typed_is_shown_and_never_obeyed(start: str, hostile: str):
    read = prose(start + hostile)
    without_ours = read
    for tag in ("p", "ul", "li", "h3"):
        without_ours = without_ours.replace(f"</{tag}>", "")
    for tag in ('<p class="govuk-body">', '<ul class="govuk-list govuk-list--bullet">', "<li>"):
        without_ours = without_ours.replace(tag, "")
    assert "<" not in without_ours.replace('<h3 class="govuk-heading-m">', "")
    assert "SECRET_KEY" not in read or "{{ settings.SECRET_KEY }}" in read


def test_every_template_has_it_without_loading_anything():
    page = engines["django"].from_string("{{ text|prose:4 }}")
    assert page.render({"text": "a < b"}) == BODY.format("a &lt; b")


def test_a_null_character_is_left_out():
    assert prose("a\x00b") == BODY.format("ab")
