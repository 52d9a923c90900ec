"""Forms: the GOV.UK markup, what a screen reader is told, and fields that open under an option."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import engines
from django.utils.datastructures import MultiValueDict
from lxml import html

from cspr.ui.errors import error_links
from cspr.ui.forms import GovukForm, required_message
from tests.ui.forms_for_test import GOOD, IncidentForm


def sent(**changed: object) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in (GOOD | changed).items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not None:
            data[name] = str(value)
    return data


def drawn(form: forms.Form) -> html.HtmlElement:
    return html.fragment_fromstring(str(form), create_parent="form")


def test_every_control_has_a_label_and_every_group_a_legend() -> None:
    page = drawn(IncidentForm())
    controls = page.xpath(".//input[@type!='hidden']|.//select|.//textarea")
    labelled = set(page.xpath(".//label/@for"))
    assert [c.get("id") for c in controls if c.get("id") not in labelled] == []
    assert [f for f in page.xpath(".//fieldset") if not f.xpath("./legend")] == []
    ids = page.xpath(".//@id")
    assert sorted(ids) == sorted(set(ids))


def test_a_text_field_in_error_is_described_by_its_hint_and_its_error() -> None:
    page = drawn(IncidentForm(sent(name="")))
    (control,) = page.xpath(".//input[@name='name']")
    assert control.get("aria-describedby") == "id_name_helptext id_name_error"
    assert control.get("aria-invalid") == "true"
    assert control.get("class") == "govuk-input govuk-input--error"
    (error,) = page.xpath(".//*[@id='id_name_error']")
    assert error.text_content().split() == ["Error:", "Enter", "the", "name", "of", "the", "child"]


def test_a_group_in_error_is_described_on_its_fieldset() -> None:
    page = drawn(IncidentForm(sent(outcome="")))
    (group,) = page.xpath(".//fieldset[.//input[@name='outcome']]")
    assert group.get("aria-describedby") == "id_outcome_error"


def test_a_date_marks_only_the_boxes_that_are_wrong() -> None:
    page = drawn(IncidentForm(sent(happened_on_month="")))
    wrong = page.xpath(".//input[contains(@class,'govuk-input--error')]/@name")
    assert wrong == ["happened_on_month"]
    assert page.xpath(".//input[@name='happened_on_day']/@value") == ["1"]


def test_the_summary_leads_to_the_first_control_to_put_right() -> None:
    form = IncidentForm(sent(name="", happened_on_month="", outcome="", agreed=None))
    assert [(link.target, link.message) for link in error_links(form)] == [
        ("id_name", "Enter the name of the child"),
        ("id_happened_on_1", "Date of the incident must include a month"),
        ("id_outcome_0", "Select the outcome for the child"),
        ("id_agreed", "Tick “I have told my safeguarding lead”"),
    ]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("E-mail address", "Enter the e-mail address"),
        ("The date it was sent", "Enter the date it was sent"),
        ("Their role", "Enter their role"),
        ("NHS number", "Enter the NHS number"),
        ("What happened", "Say what happened"),
        ("Who agreed to this?", "Answer the question “Who agreed to this?”"),
    ],
)
def test_a_missing_answer_is_asked_for_in_a_sentence(label: str, said: str) -> None:
    assert required_message(label, forms.TextInput()) == said


def test_the_summary_is_announced_and_absent_without_errors() -> None:
    template = engines["django"].from_string("{% error_summary form %}")
    page = html.fromstring(template.render({"form": IncidentForm(sent(name=""))}))
    assert page.xpath(".//*[@role='alert']//a/@href") == ["#id_name"]
    assert template.render({"form": IncidentForm(sent())}).strip() == ""


def test_what_was_typed_is_shown_escaped() -> None:
    page = str(IncidentForm(sent(name="<script>alert(1)</script>", account="</textarea><b>")))
    assert "<script" not in page
    assert "</textarea><b>" not in page


def test_a_field_opens_under_its_option_and_nowhere_else() -> None:
    page = drawn(IncidentForm())
    (inner,) = page.xpath(".//input[@name='ethnicity_why']")
    (panel,) = inner.xpath("./ancestor::div[contains(@class,'govuk-radios__conditional')]")
    assert panel.getprevious().xpath(".//input/@value") == ["not_known"]


def test_an_opened_field_is_asked_for() -> None:
    form = IncidentForm(sent(ethnicity_known="not_known", ethnicity=""))
    assert dict(form.errors) == {"ethnicity_why": ["Say why it is not known yet"]}


def test_a_field_that_was_not_opened_is_neither_asked_nor_kept() -> None:
    form = IncidentForm(sent(ethnicity_known="no", ethnicity="nonsense", ethnicity_why="typed, then changed"))
    assert form.is_valid()
    assert (form.cleaned_data["ethnicity"], form.cleaned_data["ethnicity_why"]) == ("", "")


def test_a_choice_that_was_never_offered_is_refused() -> None:
    assert dict(IncidentForm(sent(outcome="forged")).errors) == {"outcome": ["Select one of the options"]}


@pytest.mark.parametrize(
    ("chosen", "valid"),
    [([], True), (["neglect", "domestic"], True), (["none"], True), (["none", "neglect"], False)],
)
def test_none_of_these_excludes_the_others(chosen: list[str], valid: bool) -> None:
    assert IncidentForm(sent(concerns=chosen)).is_valid() is valid


def test_a_line_break_counts_as_one_character() -> None:
    assert IncidentForm(sent(account="\r\n" * 10 + "x" * 190)).is_valid()
    assert "account" in IncidentForm(sent(account="x" * 201)).errors


def test_prose_says_how_much_may_be_written_and_never_cuts_it() -> None:
    (area,) = drawn(IncidentForm()).xpath(".//textarea")
    assert area.get("maxlength") is None
    assert area.get("aria-describedby") == "id_account-info"
    (group,) = area.xpath("./ancestor::div[@data-module='govuk-character-count']")
    assert group.get("data-maxlength") == "200"


def test_several_files_are_given_as_a_list() -> None:
    two = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    form = IncidentForm(sent(), MultiValueDict({"papers": two}))
    assert form.is_valid()
    assert [f.name for f in form.cleaned_data["papers"]] == ["a.txt", "b.txt"]


def test_an_empty_file_is_refused() -> None:
    form = IncidentForm(sent(), MultiValueDict({"papers": [SimpleUploadedFile("a.txt", b"")]}))
    assert dict(form.errors) == {"papers": ["“a.txt” is empty. Check that it was saved, and choose it again"]}


def test_the_one_question_of_a_page_is_its_heading() -> None:
    class One(GovukForm):
        h1 = "who"
        who = forms.CharField(label="Who are you?")

    (heading,) = drawn(One()).xpath(".//h1")
    assert heading.text_content() == "Who are you?"
    assert heading.xpath("./label/@for") == ["id_who"]


def test_a_form_that_knows_nothing_of_govuk_wears_the_same_clothes() -> None:
    class Plain(forms.Form):
        login = forms.EmailField()
        keep = forms.ChoiceField(choices=[("1", "one")], widget=forms.RadioSelect)

    page = drawn(Plain())
    assert page.xpath(".//input/@class") == ["govuk-input", "govuk-radios__input"]


def test_only_radios_and_checkboxes_reveal() -> None:
    class Wrong(GovukForm):
        reveals = {"name": {"x": ["other"]}}
        name = forms.CharField()
        other = forms.CharField()

    with pytest.raises(TypeError, match="must be radios or checkboxes"):
        Wrong()
