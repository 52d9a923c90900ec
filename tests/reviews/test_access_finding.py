"""What is held about somebody who asks: it is found wherever it stands, and nobody else's is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals import actions as referral_actions
from referrals.models import Case, Child, Referral
from reviews import actions
from reviews.access_finding import (
    SKIPPED,
    finder_of_others,
    known_of,
    looked_through,
    others_in,
    own_data,
    without_others,
)
from reviews.models import AccessPassage, AccessRecord, AccessRequest
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
MOTHER = "Marisol Quennell"
OTHERS = (
    "Tobiah Quennell",
    "Wilmette Ashgrove",
    "Perpetua Oldacre",
)  # her son, her other child's father, a nurse


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def case(a: make.Area) -> Case:
    return bereaved(a)


def bereaved(a: make.Area) -> Case:
    """A case in which her son died; she and another man are family, and texts speak of all of them."""
    case = make.accepted(a).case
    Child.objects.filter(case=case).delete()
    case.children.create(name=OTHERS[0], ethnicity="not_yet_known", details={"school": "Canary School"})
    case.family.create(
        name=MOTHER,
        relationship="mother",
        details={"address": "1 Example Road", "note": f"Lives with {OTHERS[1]}"},
    )
    case.family.create(name=OTHERS[1], relationship="father", details={"address": "Canary Street"})
    Case.objects.filter(pk=case.pk).update(
        basis_reason=f"{MOTHER} rang on Monday. {OTHERS[1]} shouted.\n\nThe weather was fine.\n\nThe mother left early."
    )
    return Case.objects.beside().get(pk=case.pk)


def searched(a: make.Area, name: str = MOTHER, **said: Any) -> AccessRequest:
    request = make.access_request(a, name=name, **said)
    request = perform(request, "identify", by=a.staff, today=TODAY, identity="document")
    return actions.search_for_person(request, by=a.staff, today=TODAY)


def ticked(a: make.Area, request: AccessRequest, by: User | None = None) -> AccessRequest:
    every = list(request.records.values_list("pk", flat=True))
    return perform(request, "tick", by=by or a.staff, today=TODAY, shown=every, theirs=every)


def gathered(a: make.Area, called: str = "the mother") -> AccessRequest:
    return actions.gather_passages(ticked(a, searched(a)), by=a.staff, today=TODAY, called=called)


def decided(a: make.Area, request: AccessRequest, by: User | None = None) -> AccessRequest:
    for passage in request.passages.filter(decision=""):
        finds = others_in(finder_of_others(request, passage.case_id), passage.text)
        said: dict[str, Any] = {"decision": "disclose"}
        if finds:
            redacted = without_others(finds, passage.text)
            said = {"decision": "redact", "exemption": "others", "redacted": redacted}
        request = perform(request, "decide", by=by or a.staff, today=TODAY, passage=passage.pk, **said)
    return request


# --- finding ----------------------------------------------------------------------------------------------


def test_every_field_that_speaks_of_people_is_looked_through_or_skipped_with_a_reason() -> None:
    labels = {model._meta.label for model in looked_through()}
    assert labels >= {"referrals.Child", "referrals.Referral", "reviews.ChronologyEntry", "accounts.User"}
    assert not labels & SKIPPED.keys()
    assert all(SKIPPED.values())


def test_a_record_is_found_by_name_day_number_or_address_however_it_is_written(
    a: make.Area, case: Case
) -> None:
    case.children.create(name="Somebody Else", ethnicity="x", nhs_number="943 476 5919", born_on=TODAY)
    by_name = searched(a, name="MARISOL  quennell").records.get(label="referrals.FamilyMember")
    assert (by_name.case, by_name.why) == (case, "name")
    by_number = searched(a, name="Nobody", nhs_number="9434765919", born_on=TODAY)
    assert (
        by_number.records.get(label="referrals.Child").why == "date of birth or expected date, nhs number"
    )  # as the model calls them
    User.objects.filter(pk=a.la.pk).update(email="la@council.example")
    assert (
        searched(a, name="Nobody", email="LA@council.example").records.filter(label="accounts.User").exists()
    )


def test_nothing_of_another_partnership_is_found(a: make.Area, case: Case) -> None:
    other = make.area("Otherham")
    request = make.access_request(other, name=MOTHER)
    request = actions.search_for_person(request, by=other.staff, today=TODAY)
    assert not request.records.exists()
    assert not actions.gather_passages(request, by=other.staff, today=TODAY).passages.exists()


def test_passages_that_name_the_person_or_call_them_so_are_gathered_and_others_are_not(
    a: make.Area, case: Case
) -> None:
    texts = {passage.text for passage in gathered(a).passages.all()}
    assert texts == {
        "1 Example Road",
        f"Lives with {OTHERS[1]}",
        f"{MOTHER} rang on Monday. {OTHERS[1]} shouted.",
        "The mother left early.",
    } | {text for text in texts if text in {"mother"}}
    assert gathered(a, called="").passages.filter(place="basis_reason").count() == 1


def test_searching_and_gathering_again_keeps_what_was_decided_and_doubles_nothing(
    a: make.Area, case: Case
) -> None:
    request = decided(a, gathered(a))
    before = list(request.passages.values_list("pk", "decision"))
    request = actions.search_for_person(request, by=a.staff, today=TODAY)
    request = actions.gather_passages(request, by=a.staff, today=TODAY, called="the mother")
    assert list(request.passages.values_list("pk", "decision")) == before
    assert AccessRecord.objects.filter(request=request).count() == request.records.count()


# --- other people -----------------------------------------------------------------------------------------


def test_nothing_of_anybody_else_is_in_the_answer_unless_somebody_decided_so(
    a: make.Area, case: Case
) -> None:
    request = decided(a, gathered(a))
    request = perform(request, "prepare", by=a.staff, today=TODAY, answer="give")
    page = Browser(a.dpo).get(reverse("access-request-goes-out", args=[request.ref])).words
    assert MOTHER in page
    assert "[another person]" in page
    for canary in (*OTHERS, "Tobiah", "Wilmette", "Canary"):
        assert canary not in page
    record = request.records.get(label="referrals.FamilyMember")
    assert "Wilmette" not in str(own_data(record, known_of(request))[0])


def test_an_undecided_passage_or_record_stands_in_the_way(a: make.Area, case: Case) -> None:
    give = {"today": TODAY, "answer": "give"}
    request = searched(a)
    with pytest.raises(Refused, match="whether it is this person"):
        perform(request, "prepare", by=a.staff, **give)
    request = ticked(a, request)
    with pytest.raises(Refused, match="Gather the passages"):
        perform(request, "prepare", by=a.staff, **give)
    request = actions.gather_passages(request, by=a.staff, today=TODAY)
    with pytest.raises(Refused, match="not decided yet"):
        perform(request, "prepare", by=a.staff, **give)
    with pytest.raises(Refused, match="Something was found"):
        perform(decided(a, request), "prepare", by=a.staff, today=TODAY, answer="nothing")


def test_what_is_not_given_needs_its_exemption_and_what_is_taken_out_is_gone(
    a: make.Area, case: Case
) -> None:
    request = gathered(a)
    passage = request.passages.get(text__isnull=False, title__contains="note")
    withhold = {"passage": passage.pk, "decision": "withhold"}
    with pytest.raises(Refused, match="which exemption"):
        perform(request, "decide", by=a.staff, today=TODAY, **withhold)
    redact = {"passage": passage.pk, "decision": "redact", "exemption": "others"}
    with pytest.raises(Refused, match="Take out"):
        perform(request, "decide", by=a.staff, today=TODAY, **redact, redacted=passage.text)
    perform(request, "decide", by=a.staff, today=TODAY, **redact, redacted="Lives with [another person]")
    assert AccessPassage.objects.get(pk=passage.pk).given == "Lives with [another person]"


def test_whoever_decided_on_a_passage_does_not_confirm_the_answer(a: make.Area, case: Case) -> None:
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.colleague, capacity="staff")
    request = decided(a, gathered(a), by=a.colleague)
    request = perform(request, "prepare", by=a.staff, today=TODAY, answer="give")
    with pytest.raises(Refused, match="somebody else has to check"):
        perform(request, "confirm", by=a.colleague, today=TODAY)
    assert perform(request, "confirm", by=a.dpo, today=TODAY).confirmed_by == a.dpo


# --- who sees what ----------------------------------------------------------------------------------------


def test_the_officer_sees_the_reference_of_a_case_and_of_a_restricted_one_that_somebody_must_look(
    a: make.Area, case: Case
) -> None:
    request = searched(a)
    page = reverse("access-request-tick", args=[request.ref])
    seen = Browser(a.dpo).get(page).words
    assert case.ref in seen
    assert MOTHER in Browser(a.staff).get(page).words
    perform(case, "restrict", by=a.staff, today=TODAY, words="Why.")
    seen = Browser(a.dpo).get(page).words
    assert "Something else has to be looked at" in seen
    assert case.ref not in seen
    third = make.person(a.partnership, "staff")
    assert not AccessRecord.objects.visible_to(third).exists()
    assert "Something else has to be looked at" in Browser(third).get(page).words


def test_what_was_written_with_an_event_belongs_to_its_case_and_is_seen_by_its_list_alone(
    a: make.Area, case: Case
) -> None:
    """Nothing leads from an event to its case but a reference."""
    perform(case, "restrict", by=a.staff, today=TODAY, words=f"{MOTHER} is a cousin of the chair.")
    words = gathered(a).passages.filter(label="audit.Words")
    assert [passage.case for passage in words] == [case]
    for user in (make.person(a.partnership, "staff"), a.dpo):
        assert not AccessPassage.objects.visible_to(user).exists()
    assert AccessPassage.objects.visible_to(a.staff).filter(pk__in=words).exists()


def test_words_from_before_there_was_a_case_belong_to_the_case_that_came_of_them(a: make.Area) -> None:
    a.partnership.lead_signs_off = True
    a.partnership.save()
    referral = perform(make.draft(a), "send_to_lead", by=a.referrer, today=TODAY)
    words = f"Say more of {MOTHER}."
    referral = perform(referral, "give_back", by=a.safeguarding_lead, today=TODAY, words=words)
    assert not gathered(a).passages.exists()  # the agency has not sent it
    referral = perform(referral, "send_to_lead", by=a.referrer, today=TODAY)
    referral = referral_actions.submit(referral, by=a.safeguarding_lead, today=TODAY)
    assert referral.case is not None
    [passage] = gathered(a).passages.all()
    assert (passage.text, passage.case) == (words, referral.case)


def test_what_an_agency_has_not_sent_is_not_looked_through(a: make.Area) -> None:
    """Staff never see it, so they do not find it by a request either."""
    draft = make.draft(a)
    Referral.objects.beside().filter(pk=draft.pk).update(answers={"child": {"name": MOTHER}})
    assert not searched(a).records.exists()
    assert not gathered(a).passages.exists()
    assert not [
        str(field) for fields in looked_through().values() for field in fields if field.name == "draft"
    ]


def test_a_decision_on_what_one_may_not_see_is_refused(a: make.Area, case: Case) -> None:
    request = gathered(a)
    passage = request.passages.first()
    with pytest.raises(Refused, match="not there any more"):
        perform(request, "decide", by=a.dpo, today=TODAY, passage=passage.pk, decision="disclose")
    Browser(a.dpo).get(reverse("access-request-decide", args=[request.ref, passage.pk]), 404)


def test_an_answer_from_a_restricted_case_is_confirmed_by_somebody_on_its_list(
    a: make.Area, case: Case
) -> None:
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.colleague, capacity="staff")
    perform(case, "restrict", by=a.staff, today=TODAY, words="Why.")
    request = perform(decided(a, gathered(a)), "prepare", by=a.staff, today=TODAY, answer="give")
    with pytest.raises(Refused, match="access list"):
        perform(request, "confirm", by=a.dpo, today=TODAY)
    Browser(a.dpo).get(reverse("access-request-goes-out", args=[request.ref]), 403)
    assert perform(request, "confirm", by=a.colleague, today=TODAY).state == "confirmed"


def test_reading_is_on_record_and_events_and_mail_say_nothing(a: make.Area, case: Case) -> None:
    request = gathered(a)
    Browser(a.staff).get(reverse("access-request-passages", args=[request.ref]))
    assert Event.objects.filter(kind="read.access_holdings", case_ref=case.ref, by=a.staff).exists()
    told = [
        *Event.objects.filter(kind__startswith="accessrequest").values_list(
            "said__text", "facts", "reason_code"
        )
    ]
    told += [*OutgoingEmail.objects.filter(kind__startswith="access").values_list()]
    assert not [name for name in (MOTHER, *OTHERS, "Quennell") if name in str(told)]


def test_from_the_search_to_the_decision_through_the_pages(a: make.Area, case: Case) -> None:
    staff = Browser(a.staff)
    request = make.access_request(a, name=MOTHER)
    at = request.get_absolute_url()
    staff.fill(f"{at}search/")
    theirs = [str(record.pk) for record in request.records.all()]
    staff.fill(f"{at}tick/", theirs=theirs)
    staff.fill(f"{at}gather/", called="the mother")
    page = staff.get(staff.went_to)
    first = page.links["Decide on the next one"]
    left = request.passages.count()
    while request.passages.filter(decision="").exists():
        staff.fill(first, decision="disclose")
        first, left = staff.went_to, left - 1
    assert left == 0
    assert "Every passage is decided" in staff.get(first).words
