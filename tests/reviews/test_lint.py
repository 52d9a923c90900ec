"""The quiet check beside a section: what it finds, and above all what it leaves alone."""

import pytest

from reviews.lint import Named, look, names_in, without_names
from reviews.lint.names import one_apart
from reviews.states import OPTIONAL_SECTIONS, RAPID_REVIEW_SECTIONS

ORDER = tuple(RAPID_REVIEW_SECTIONS)
# A synthetic family with names that are hard: two that are also words, one that is nearly one, one with a hyphen.
PEOPLE = (
    Named("Tamsinella Heath", "the child"),
    Named("Grace Heath", "the mother"),
    Named("Ivor Quillfeather-Jones", "the mother’s partner"),
    Named("May Young", "the half-sister"),
    Named("Example Person", "a professional"),
    Named("Dr Bartolomew O'Shaunessy", "the paediatrician"),
)


def at(section, text, **more):
    return look(
        section,
        {**more, section: text},
        order=ORDER,
        optional=OPTIONAL_SECTIONS,
        people=PEOPLE,
        pseudonym="Linden",
    )


def rules(section, text, **more):
    return [(find.rule, find.quote) for find in at(section, text, **more)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She saw Tamsinella twice.", ["Tamsinella"]),
        ("TAMSINELLA was seen.", ["TAMSINELLA"]),
        ("tamsinella's cot", ["tamsinella"]),
        ("Tamsinella’s cot", ["Tamsinella"]),
        ("The visitor asked Tamsinela about it.", ["Tamsinela"]),
        ("Tamsinlela slept.", ["Tamsinlela"]),
        ("It was Mr Quillfeather who came.", ["Quillfeather"]),
        ("It was Quillfeather-Jones.", ["Quillfeather-Jones"]),
        ("Then O'Shaunessy was told.", ["O'Shaunessy"]),
        ("The nurse rang Grace at noon.", ["Grace"]),
        ("Example Person wrote it.", ["Example Person"]),
        ("The sister, May Young, was seen.", ["May Young"]),
    ],
)
def test_a_name_is_found_however_it_is_written(text, words):
    assert [left.word for left in names_in(text, PEOPLE, pseudonym="Linden")] == words


@pytest.mark.parametrize(
    "text",
    [
        "Grace period and all.",
        "A young person was seen in May by a health visitor of the Health Trust.",
        "An example of a person who helped.",
        "Linden lived with her mother.",
        "The heath was green.",
        "They may visit.",
    ],
)
def test_a_word_that_only_looks_like_a_name_is_left_alone(text):
    assert names_in(text, PEOPLE, pseudonym="Linden") == []


def test_one_letter_apart_is_changed_added_left_out_or_exchanged():
    near = ("tamsin", "tamsim", "tamsinn", "tamsi", "tasmin", "xamsin")
    assert [one_apart(word, "tamsin") for word in near] == [False, True, True, True, True, True]
    assert [one_apart(word, "tamsin") for word in ("tam", "tamsinxx", "tomsim", "")] == [False] * 4


def test_names_give_way_to_what_the_report_calls_the_person():
    text = (
        "Grace Heath told Dr Bartolomew O'Shaunessy that Tamsinella’s cot was bought by Quillfeather-Jones."
    )
    assert without_names(text, PEOPLE, pseudonym="Linden") == (
        "the mother told the paediatrician that the child’s cot was bought by the mother’s partner."
    )


def test_a_name_holds_the_draft_up_until_it_is_accepted():
    report = {"incident": "Tamsinella fell."}
    [find] = look("incident", report, order=ORDER, people=PEOPLE)
    assert (find.rule, find.blocks, find.words) == (
        "name",
        True,
        "A name was left in. Write the child instead.",
    )
    assert look("incident", report, order=ORDER, people=PEOPLE, accepted={"tamsinella"}) == []


def test_an_empty_section_holds_up_and_an_empty_optional_one_does_not():
    assert [find.blocks for find in at("incident", "  ")] == [True]
    assert at("lines_of_enquiry", "") == []


@pytest.mark.parametrize(
    ("section", "text", "found"),
    [
        ("child", "She lived at home.", ["addressed", "addressed"]),
        ("child", "She is of Black Caribbean heritage and liked trains.", []),
        ("equality", "Nothing stood out.", ["addressed"]),
        ("equality", "Racism shaped what was asked of her.", []),
        ("actions", "- Ask about every adult.", ["action"]),
        ("actions", "- Ask about every adult: the hospital trust, by 1 March.", []),
        ("actions", "Words before the list.\n- Vale Community Health asks, within four weeks.", []),
        ("incident", "The parents failed to bring her.", ["blame"]),
        ("incident", "The family is hard to reach.", ["blame"]),
        ("incident", "The case was stepped down.", ["jargon"]),
        ("incident", "CSC closed it.", ["abbreviation"]),
        ("incident", "Children’s social care (CSC) closed it. CSC had tried.", []),
        ("incident", "The GP rang the NHS line.", []),
        ("incident", "[From the answer of the school, 1 May 2026]\nShe came.", ["taken"]),
    ],
)
def test_each_rule_finds_what_it_is_for_and_only_advises(section, text, found):
    finds = at(section, text)
    assert [find.rule for find in finds] == found
    assert [find.blocks for find in finds] == [False] * len(found)


def test_an_abbreviation_explained_in_an_earlier_section_is_explained():
    assert (
        rules("incident", "CSC closed it.", child="Her heritage. She told children’s social care (CSC).")
        == []
    )
    assert rules("incident", "CSC closed it.", limits="Children’s social care (CSC).") == [
        ("abbreviation", "CSC")
    ]


CLEAN = """
Linden was fourteen weeks old. Her family is of White and Black Caribbean heritage. She watched faces.
The health visitor saw the family at home five times. Each visit was recorded on the same day.
In May the family moved to a flat on the Heathfield estate. The move was not known to health visiting.
The baby clinic recorded a bruise on the left cheek. The explanation was accepted because it had been heard before.
The General Practitioner referred the mother to the perinatal service. The appointment was four weeks later.
Police held information about the partner at another address. No process connects an address with a new household.
The hospital asked for a strategy discussion within the hour. A paediatrician, a social worker and an officer took part.
Practitioners said that they had not wanted to seem to judge a young mother. They asked her less than they ask others.
The school knew the older child well. A teaching assistant kept a diary of what he said.
Housing repaired the heating in week nine. The worker met a man who said that he lived there.
The family had moved three times in one year. Each time a new team had to learn the story again.
Children’s social care (CSC) received two contacts. CSC offered early help both times.
Young people told the service that they wanted one person to talk to. Two of them had asked for a woman.
The reviewer read the accounts of five agencies. Nobody disagreed about the facts.
The mother may have thought that the appointment was optional. The letter did not say what it was for.
He was placed with foster carers in a Welsh county. The placing authority visited every six weeks.
The partnership has looked at two earlier rapid reviews about babies. Both recommended that men are asked about.
What helped was a nurse who stayed on the telephone. What hindered was a form without a field for her.
The inquest has been opened and adjourned. The coroner has asked for the report.
The trust changed its protocol the next day. The chief nurse wrote to every ward.
The interpreter spoke another dialect. The family understood about half of what was said.
The boy liked football and drawing. He said that he wanted to go home.
Two agencies used different dates of birth. The difference was found when the chronology was put together.
The court made an interim order on Tuesday. The guardian met the child on Wednesday.
Grace was given for a late payment, and the tenancy was kept.
The panel considered whether a national review might be needed. It thought that the learning is local.
Racism was named by the family as a reason for not asking for help. The services had not asked about it.
The midwife booked the pregnancy at eleven weeks. She asked about the home and about work.
Probation had closed its file a year earlier. The person had kept every appointment.
An Independent Domestic Violence Adviser (IDVA) spoke with her twice. The IDVA was told that she felt safe.
""".strip().splitlines()


def test_thirty_clean_paragraphs_hold_nothing_up_and_are_hardly_commented_on():
    finds = [find for paragraph in CLEAN for find in at("limits", paragraph)]
    assert len(CLEAN) == 30
    assert [(find.quote, find.words) for find in finds if find.blocks] == []
    assert [(find.rule, find.quote) for find in finds] == []
