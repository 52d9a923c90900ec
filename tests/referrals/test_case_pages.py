"""The case in the browser: what is going on, what next, why each date, who can open it."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cspr.accounts.roles import Role
from cspr.audit.log import history, record
from cspr.audit.models import Event
from cspr.audit.words import DISPOSED, forget_words
from cspr.documents.models import Document
from cspr.workflow import Subject, perform, transitions
from referrals.models import Case, CaseMember, Conflict, Deadline, Notification
from referrals.states import CaseState, Stage
from referrals.views import story
from reviews.models import RapidReview
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
BOX = ("_day", "_month", "_year")


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def case(a: make.Area) -> Case:
    """A case that is being considered."""
    return Case.objects.get(pk=make.accepted(a).case_id)


@pytest.fixture
def staff(a: make.Area) -> Browser:
    return Browser(a.staff)


def at(case: Case, verb: str = "") -> str:
    return reverse(f"case-{verb}" if verb else "case", args=[case.ref])


def day(name: str, on: dt.date | None) -> dict[str, str]:
    parts = (str(on.day), str(on.month), str(on.year)) if on else ("", "", "")
    return {f"{name}{box}": part for box, part in zip(BOX, parts, strict=True)}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case_ref=case.ref).order_by("id").values_list("kind", flat=True))


# --- a verb's page ----------------------------------------------------------------------------------------


def test_a_verbs_page_says_who_is_told_and_which_clocks_run_on(staff, case):
    page = staff.get(at(case, "rename"))
    assert "No date moves. These clocks keep running: Serious incident notification" in page.words
    assert "Nobody is e-mailed." in page.words


def test_the_notifications_page_names_everybody_who_will_be_told(a, staff, case):
    page = staff.get(reverse("notification-submit", args=[case.notification.ref]))
    others = [a.chair.name, a.colleague.name, a.la.name, a.icb.name, a.police.name]
    said = page.words.partition("An e-mail without any details goes to ")[2].partition(".")[0]
    assert sorted(said.replace(" and ", ", ").split(", ")) == sorted(others)


def test_a_verb_is_done_once_and_leads_back_to_the_case(staff, case):
    staff.fill(at(case, "rename"), pseudonym="Hazel")
    assert (fresh(case).pseudonym, staff.went_to) == ("Hazel", at(case))


def test_the_name_a_new_case_starts_with_is_not_that_of_another_case(a, staff, case):
    """Somebody has called a case by the tree that would have come next."""
    first = make.accepted(a).case
    staff.fill(at(first, "rename"), pseudonym="aspen")
    assert [make.accepted(a).case.pseudonym for _ in range(2)] == ["Beech", "Birch"]


def test_what_a_verb_is_told_cannot_turn_the_words_beside_it_round(staff, case):
    staff.fill(at(case, "rename"), pseudonym="Ha\u202ez\u2066el\x00")
    assert fresh(case).pseudonym == "Hazel"


def test_the_same_form_sent_twice_is_carried_out_once_and_answered_alike(staff, case):
    sends = {**staff.get(at(case, "rename")).sends, "pseudonym": "Hazel"}
    staff.post(at(case, "rename"), sends)
    first = staff.went_to
    staff.post(at(case, "rename"), sends)
    assert (staff.went_to, kinds(case).count("case.rename")) == (first, 1)


def test_a_stale_page_says_who_did_what_and_keeps_what_was_typed(a, staff, case):
    sends = {**staff.get(at(case, "restrict")).sends, "words": "The family is known to many here."}
    Browser(a.colleague).fill(at(case, "rename"), pseudonym="Hazel")
    page = staff.post(at(case, "restrict"), sends, status=409)
    assert f"The case was given another name, by {a.colleague.name}" in page.words
    assert page.sends["words"] == "The family is known to many here."
    assert (fresh(case).restricted, "case.restrict" in kinds(case)) == (False, False)
    staff.post(at(case, "restrict"), page.sends)
    assert fresh(case).restricted


def test_a_stale_page_whose_verb_has_gone_offers_the_words_to_copy(a, staff, case):
    sends = {**staff.get(at(case, "restrict")).sends, "words": "Known to many here."}
    Browser(a.colleague).fill(at(case, "restrict"), words="For another reason.")
    page = staff.post(at(case, "restrict"), sends, status=409)
    assert "The case is restricted already." in page.words
    assert "Known to many here." in page.words
    assert "version" not in page.sends


def test_a_refused_verb_says_why_and_changes_nothing(a, case):
    chair = Browser(a.chair)
    assert "You are not on this case" in chair.get(at(case, "rename"), 403).words
    page = chair.post(
        at(case, "rename"), {"pseudonym": "Hazel", "version": str(fresh(case).version), "nonce": "n"}, 403
    )
    assert "Hazel" in page.words
    assert fresh(case).pseudonym == case.pseudonym


@pytest.mark.parametrize("form", [{}, {"words": "  "}])
def test_a_form_with_nothing_in_it_is_shown_again(staff, case, form):
    page = staff.fill(at(case, "restrict"), 422, **form)
    assert page.messages == ["Answer the question “Why is the case restricted?”"]


@pytest.mark.parametrize("version", [{}, {"version": "x\0y"}, {"version": "-1"}, {"version": "9" * 40}])
def test_a_form_that_does_not_say_which_page_it_was_made_from_is_shown_again(staff, case, version):
    page = staff.post(at(case, "rename"), {"pseudonym": "Hazel", "nonce": "\0" * 99, **version}, 422)
    assert "Something was missing from the page when it was sent." in page.words
    assert (page.sends["pseudonym"], fresh(case).pseudonym) == ("Hazel", case.pseudonym)
    staff.post(at(case, "rename"), page.sends)
    assert fresh(case).pseudonym == "Hazel"


def test_every_verb_that_a_person_can_do_has_its_page():
    for noun in ("case", "notification", "decision"):
        model = apps.get_model("referrals", noun)
        for verb, steps in transitions(model).items():
            if steps[0].custom["rule"].__name__ != "follows":
                assert reverse(f"{noun}-{verb}", args=["AAAAA-AAAAA"]).endswith(f"/AAAAA-AAAAA/{verb}/")


# --- hidden and unknown are the same bytes ----------------------------------------------------------------

PLACES = ("", "events/", "people/", "access/", "clocks/SIN_5WD/", "rename/", "close/", "decide/notify/")


@pytest.mark.parametrize("who", ["referrer", "author", "reviewer", "panel_member", "sysadmin", "dpo"])
def test_for_people_who_are_not_on_it_a_case_is_a_reference_that_never_existed(a, case, who):
    visitor = Browser(a.people[who])
    for place in PLACES:
        hidden, unknown = (visitor.client.get(f"/cases/{ref}/{place}") for ref in (case.ref, "AAAAA-AAAAA"))
        assert (place, hidden.status_code, hidden.content) == (place, 404, unknown.content)


def test_another_partnerships_staff_see_nothing(case):
    other = Browser(make.area().staff)
    assert [other.get(at(case) + place, 404).words for place in PLACES] == [
        other.get("/cases/A/", 404).words
    ] * 8


def test_a_conflict_of_interest_closes_the_case_with_the_next_click(a, staff, case):
    chair = Browser(a.chair)
    sends = {**chair.get(at(case, "declare_conflict")).sends, "words": "I know the family."}
    chair.post(at(case, "declare_conflict"), sends)
    assert chair.went_to == reverse("work")
    chair.get(at(case), 404)
    # The same form again is answered as the first time, and recorded once.
    chair.post(at(case, "declare_conflict"), sends)
    assert (chair.went_to, Conflict.objects.count()) == (reverse("work"), 1)
    assert "I know the family." not in staff.get(reverse("case-events", args=[case.ref])).words
    assert "I know the family." in staff.get(reverse("case-access", args=[case.ref])).words


# --- the case page ----------------------------------------------------------------------------------------


def test_the_case_page_shows_the_next_verb_the_clocks_and_what_happened(staff, case):
    page = staff.get(at(case))
    assert "Propose: whether to notify the Panel" in page.links
    assert "day 2 of 5" in page.words
    assert "Thursday 26 November 2026, in 3 working days" in page.words
    assert "The referral was accepted" in page.words
    assert "Here since Monday 23 November 2026" in page.words


def test_no_name_stands_on_the_case_page_and_opening_the_names_is_recorded(a, staff, case):
    assert "Synthetic Child" not in staff.get(at(case)).words
    assert "Synthetic Child" in staff.get(reverse("case-people", args=[case.ref])).words
    read = Event.objects.get(kind="read.identity")
    assert (read.by, read.case_ref) == (a.staff, case.ref)


def test_staff_who_are_not_on_the_list_see_the_case_but_no_names(a, case):
    newcomer = Browser(make.person(a.partnership, Role.STAFF))
    page = newcomer.get(at(case))
    assert "Names and dates of birth are shown only to people on this case’s access list." in page.words
    newcomer.get(reverse("case-people", args=[case.ref]), 403)
    assert not Event.objects.filter(kind="read.identity").exists()


def test_what_is_refused_is_said_once_for_each_reason(a, case):
    page = Browser(a.chair).get(at(case))
    assert page.words.count("A clock still runs: Serious incident notification.") == 1


def test_an_agencys_author_sees_only_what_the_agency_is_asked(a, case):
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.author, capacity=Role.AUTHOR)
    author = Browser(a.author)
    page = author.get(at(case))
    assert "You are here for your agency’s own answer." in page.words
    assert "Serious incident notification" not in page.words
    for place in ("events/", "clocks/SIN_5WD/", "access/"):
        author.get(at(case) + place, 403)


def test_all_events_are_shown_a_page_at_a_time(a, staff, case):
    for n in range(30):
        case = perform(case, "rename", by=a.staff, today=TODAY, pseudonym=f"Ash {n}")
    url = reverse("case-events", args=[case.ref])
    page = staff.get(url)
    assert page.words.count("The case was given another name") == 25
    older = staff.get(url + next(href for words, href in page.links.items() if words.startswith("Next")))
    assert older.words.count("The case was given another name") == 5


def test_what_was_done_again_and_again_is_told_once_on_the_cases_page(a, staff, case):
    for name in ("Ash", "Birch", "Cherry"):
        case = perform(case, "rename", by=a.staff, today=TODAY, pseudonym=name)
    words = staff.get(at(case)).words
    assert words.count("The case was given another name") == 1
    assert f"The case was given another name, 3 times by {a.staff.name}" in words
    assert (
        staff.get(reverse("case-events", args=[case.ref])).words.count("The case was given another name") == 3
    )


def test_the_stage_of_a_case_follows_its_clocks(a):
    stages = []
    referral = make.sent(a)
    stages.append(fresh(referral.case).stage)
    review = make.practice_review(a)
    stages.append(fresh(review.case).stage)
    stages.append(fresh(make.accepted(a).case).stage)
    assert stages == [Stage.REFERRAL, Stage.CSPR, Stage.NOTIFICATION]


def test_a_case_that_need_not_be_notified_has_ended(a, case):
    make.decided(a, case, "notify", "nfa")
    assert fresh(case).stage == Stage.ENDED
    assert "stopped here" in Browser(a.staff).get(at(case)).words


# --- clocks -----------------------------------------------------------------------------------------------


def test_a_clock_says_why_on_a_calendar(staff, case):
    page = staff.get(reverse("clock", args=[case.ref, "SIN_5WD"]))
    assert "Due Thursday 26 November 2026, in 3 working days" in page.words
    assert "19 day 0 20 day 1 21 off 22 off" in page.words
    assert "23 day 2 today 24 day 3 25 day 4 26 due: day 5" in page.words
    assert "Children Act 2004 s.16C(1)" in page.words
    assert "It has not moved." in page.words


def test_a_clock_that_does_not_run_on_the_case_is_no_page(staff, case):
    staff.get(reverse("clock", args=[case.ref, "LCSPR_6M"]), 404)
    staff.get(reverse("clock", args=[case.ref, "NONSENSE"]), 404)


def test_both_ways_of_counting_are_shown_before_a_date_is_changed(staff, case):
    url = at(case, "set_dates")
    sends = staff.get(url).sends
    suspected = dt.date(2026, 11, 20)
    page = staff.post(url, {**sends, **day("la_suspected_on", suspected), "show": "1"}, 200)
    assert "Serious incident notification due Thursday 26 November 2026" in page.words
    assert "Serious incident notification due Friday 27 November 2026" in page.words
    assert page.messages == []
    assert Deadline.objects.get(case=case, code="SIN_5WD").due_on == dt.date(2026, 11, 26)


def test_a_changed_date_moves_the_clock_and_the_move_stands_on_its_page(staff, case):
    url = at(case, "set_dates")
    staff.fill(
        url,
        **day("la_suspected_on", dt.date(2026, 11, 20)),
        clock_basis="la_suspected",
        words="The X-ray came on the Friday.",
    )
    assert Deadline.objects.get(case=case, code="SIN_5WD").due_on == dt.date(2026, 11, 27)
    page = staff.get(reverse("clock", args=[case.ref, "SIN_5WD"]))
    assert "from 26 November 2026 to 27 November 2026" in page.words
    assert "The X-ray came on the Friday." in page.words


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (day("la_aware_on", None), "Enter the date the authority became aware of the incident"),
        (
            day("la_aware_on", dt.date(2026, 11, 24)),
            "The date the authority became aware of the incident must be 23 November 2026 or earlier",
        ),
        (
            {**day("la_suspected_on", None), "clock_basis": "la_suspected"},
            "Enter the day the authority knew or suspected abuse or neglect",
        ),
        (
            day("incident_on", dt.date(2026, 11, 20)),
            "The authority became aware of the incident on a day before the incident. Check both dates",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused_in_words(staff, case, change, message):
    page = staff.fill(at(case, "set_dates"), 422, **{**change, "words": "A correction."})
    assert message in page.messages


def test_a_date_beyond_the_bank_holidays_is_refused_not_guessed(staff, case):
    before = fresh(case).la_aware_on
    change = {**day("incident_on", None), **day("la_aware_on", dt.date(1901, 1, 1))}
    page = staff.fill(at(case, "set_dates"), 422, **change, words="A correction.")
    assert "bank holidays are known only from" in page.words
    assert fresh(case).la_aware_on == before


# --- restricting, closing ---------------------------------------------------------------------------------


def test_a_restricted_case_is_hidden_from_staff_who_are_not_on_it_and_lifted_by_somebody_else(a, staff, case):
    newcomer = Browser(make.person(a.partnership, Role.STAFF))
    newcomer.get(at(case))
    Browser(a.chair).fill(at(case, "restrict"), words="Known to many.")
    newcomer.get(at(case), 404)
    assert "You set this yourself" in Browser(a.chair).get(at(case, "lift_restriction"), 403).words
    perform(
        fresh(case),
        "grant_access",
        by=a.staff,
        today=TODAY,
        user=(second := make.person(a.partnership, Role.CHAIR)),
        capacity=Role.CHAIR,
    )
    Browser(second).fill(at(case, "lift_restriction"), words="No longer so.")
    newcomer.get(at(case))


def test_a_case_closes_when_no_clock_runs_and_is_reopened_by_another_chair(a, case):
    make.decided(a, case, "notify", "nfa")
    Browser(a.chair).fill(at(case, "close"), words="Nothing more to do.")
    assert (fresh(case).state, fresh(case).stage) == (CaseState.CLOSED, Stage.ENDED)
    assert "You set this yourself" in Browser(a.chair).get(at(case, "reopen"), 403).words


# --- access -----------------------------------------------------------------------------------------------


def test_access_is_given_to_somebody_for_a_time_and_ended(a, staff, case):
    held = a.reviewer.memberships.get()
    until = TODAY + dt.timedelta(days=30)
    staff.fill(at(case, "grant_access"), who=held.ref, **day("ends_on", until))
    listed = CaseMember.objects.get(case=case, user=a.reviewer)
    assert (listed.capacity, listed.ends_on, staff.went_to) == (Role.REVIEWER, until, at(case, "access"))
    Browser(a.reviewer).get(at(case))
    page = staff.get(at(case, "access"))
    assert "23 December 2026" in page.words
    ending = next(href for words, href in page.links.items() if a.reviewer.name in words)
    assert staff.get(ending).sends["user"] == a.reviewer.ref
    staff.fill(ending)
    Browser(a.reviewer).get(at(case), 404)


def test_somebody_elses_partnership_cannot_be_let_in(staff, case):
    stranger = make.area().reviewer.memberships.get()
    page = staff.fill(at(case, "grant_access"), 422, who=stranger.ref)
    assert page.messages == ["Select one of the options"]
    assert CaseMember.objects.filter(user=stranger.user).count() == 0


def test_a_conflict_recorded_for_somebody_is_lifted_by_the_chair_who_did_not_record_it(a, staff, case):
    staff.fill(at(case, "record_conflict"), user=a.la.ref, words="A relative works with the family.")
    Browser(a.la).get(at(case), 404)
    Browser(a.chair).fill(at(case, "lift_conflict"), user=a.la.ref, words="It was another family.")
    Browser(a.la).get(at(case))


def test_the_access_list_is_for_the_cases_own_staff_and_chair(a, case):
    url = at(case, "access")
    assert a.police.name in Browser(a.chair).get(url).words
    Browser(make.person(a.partnership, Role.STAFF)).get(url, 403)
    Browser(a.la).get(url, 403)


def test_the_data_protection_officer_sees_who_can_open_which_case_by_reference_alone(a, case):
    dpo = Browser(a.dpo)
    page = dpo.get(reverse("access-register"))
    assert (case.ref in page.words, case.pseudonym in page.words, a.chair.name in page.words) == (
        True,
        False,
        True,
    )
    person = dpo.get(reverse("accounts:person", args=[a.chair.ref]))
    assert f"{case.ref}, as sub-group chair since 23 November 2026" in person.words
    perform(case, "restrict", by=a.staff, today=TODAY, words="Known to many.")
    assert case.ref not in dpo.get(reverse("access-register")).words
    assert case.ref not in dpo.get(reverse("accounts:person", args=[a.chair.ref])).words


def test_a_technical_administrator_sees_no_case_on_anybodys_page(a, case):
    words = Browser(a.sysadmin).get(reverse("accounts:person", args=[a.chair.ref])).words
    assert (case.ref in words, case.pseudonym in words) == (False, False)


# --- the notification -------------------------------------------------------------------------------------


def sending(**changes: object) -> dict[str, object]:
    return {
        **day("effective_on", TODAY),
        "panel_reference": "SIN-1",
        "notifier": "Council, head of safeguarding",
        "type": "abuse_neglect",
        **changes,
    }


def verb_of(case: Case, verb: str) -> str:
    return reverse(f"notification-{verb}", args=[Notification.objects.get(case=case).ref])


def test_recording_the_notification_opens_the_rapid_review_and_keeps_the_copy(a, staff, case):
    make.decided(a, case, "notify", "notify")
    copy = make_file("Copy of the notification.")
    staff.fill(verb_of(case, "submit"), **sending(copy=copy))
    assert RapidReview.objects.get(case=case).opened_on == TODAY
    assert Document.objects.get(kind="notification_copy").case_ref == case.ref
    assert kinds(case).count("notification.copy") == 1


def make_file(words: str, name: str = "copy.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode(), "text/plain")


def test_a_copy_that_cannot_be_kept_stops_the_whole_verb(staff, case):
    page = staff.fill(verb_of(case, "submit"), 422, **sending(copy=make_file("x", "copy.exe")))
    assert "this kind of file is not taken here" in page.words
    assert page.sends["panel_reference"] == "SIN-1"
    assert (Notification.objects.get(case=case).state, Document.objects.count()) == ("considering", 0)


def test_a_copy_sent_twice_is_kept_once(a, staff, case):
    url = verb_of(case, "submit")
    sends = staff.get(url).sends
    for _ in range(2):
        staff.post(url, {**sends, **sending(copy=make_file("Copy."))})
    assert (Document.objects.count(), kinds(case).count("notification.submit")) == (1, 1)
    assert default_storage.exists(Document.objects.get().path)


def test_a_late_notification_asks_for_its_reason(a, staff, case):
    perform(case, "set_dates", by=a.staff, today=TODAY, la_aware_on=dt.date(2026, 11, 2), words="Corrected.")
    page = staff.fill(verb_of(case, "submit"), 422, **sending())
    assert page.messages == ["Select why it was sent after the five working days"]
    staff.fill(verb_of(case, "submit"), **sending(late_reason="medical_opinion"))
    assert Notification.objects.get(case=case).late_reason == "medical_opinion"


def test_a_date_after_today_is_not_taken(staff, case):
    page = staff.fill(
        verb_of(case, "submit"), 422, **sending() | day("effective_on", TODAY + dt.timedelta(days=1))
    )
    assert page.messages == ["The date it was sent must be 23 November 2026 or earlier"]


def test_what_follows_a_notification_is_recorded_verb_by_verb(a, staff):
    case = make.notified(a).case
    staff.fill(verb_of(case, "tell_partners"), **day("effective_on", TODAY))
    staff.fill(verb_of(case, "acknowledge"), **day("effective_on", TODAY))
    staff.fill(verb_of(case, "update"), **day("effective_on", TODAY), words="The child has died.")
    assert (
        "This is an abuse-or-neglect notification already." in staff.get(verb_of(case, "convert"), 403).words
    )
    staff.fill(verb_of(case, "close"))
    notification = Notification.objects.get(case=case)
    assert (notification.state, notification.partners_told_on, notification.acknowledged_on) == (
        "closed",
        TODAY,
        TODAY,
    )


def test_the_death_of_a_care_leaver_is_converted_when_abuse_emerges(a, staff):
    case = make.notified(a, type_="care_leaver_death").case
    assert not RapidReview.objects.exists()
    staff.fill(verb_of(case, "convert"), **day("effective_on", TODAY), words="A statement was made.")
    assert RapidReview.objects.get(case=case).opened_on == TODAY


def test_a_notification_is_retracted_by_the_chair_after_a_decision(a):
    case = make.notified(a).case
    chair = Browser(a.chair)
    assert "needs an approved decision to retract" in chair.get(verb_of(case, "retract"), 403).words
    make.decided(a, case, "retract", "retract")
    chair.fill(verb_of(case, "retract"), **day("panel_told_on", TODAY), words="The fall was witnessed.")
    assert RapidReview.objects.get(case=case).state == "cancelled"


def test_a_decision_not_to_notify_is_considered_again(a, staff, case):
    make.decided(a, case, "notify", "nfa")
    staff.fill(verb_of(case, "reconsider"), words="A new medical opinion.")
    assert Notification.objects.get(case=case).state == "considering"


def test_the_notifications_own_address_leads_to_the_case(a, staff, case):
    address = reverse("notification", args=[case.notification.ref])
    assert staff.client.get(address).headers["Location"] == at(case)
    Browser(a.dpo).get(address, 404)


# --- events in sentences ----------------------------------------------------------------------------------


def noted() -> set[str]:
    """The kinds that code records without a transition: the second argument of ``note(…)``, with its noun."""
    found = set()
    for path in Path(project.BASE_DIR, "referrals").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(call, "func", None), "id", "")
            if name == "note" and isinstance(call.args[1], ast.Constant):
                found.add(call.args[1].value)
    return found


def test_every_event_of_referrals_has_its_sentence():
    needed = {"deadline.move"}
    for model in apps.get_app_config("referrals").get_models():
        if issubclass(model, Subject):
            needed |= {f"{model._meta.model_name}.{verb}" for verb in ("begin", *transitions(model))}
    said = {kind for kind in story.SENTENCES if kind.partition(".")[2] not in noted()}
    assert said == needed
    assert {kind.partition(".")[2] for kind in story.SENTENCES} >= noted()


def test_every_sentence_can_be_said_of_what_was_really_recorded(a):
    make.sent_before_publication(a)
    told = story.told(Event.objects.exclude(kind__startswith="read."))
    assert [t.words for t in told if not t.words or "None" in t.words or "_" in t.words] == []


def test_an_event_without_a_sentence_is_told_by_the_label_of_its_verb(monkeypatch):
    monkeypatch.delitem(story._table, "rapidreview.hold_meeting")
    assert story.sentence("rapidreview.hold_meeting", {}) == "Rapid review: record the meeting"
    assert story.sentence("nothing.at_all", {}) == "At all"


def test_words_that_were_disposed_of_are_said_to_be_gone_with_the_day(a, django_assert_num_queries):
    case = make.accepted(a).case
    for words in ("Nobody was at home.", "", "The mother rang."):
        record(partnership=a.partnership, kind="case.rename", by=a.staff, case_ref=case.ref, words=words)
    said_so = record(partnership=a.partnership, kind=DISPOSED, by=a.chair, case_ref=case.ref, words="Due.")
    forget_words(case.ref, a.partnership)
    with django_assert_num_queries(2):
        told = story.told(history(case.ref)[:4])
    gone = f"These words were disposed of on {date_format(timezone.localdate(said_so.at), 'j F Y')}."
    assert [line.detail for line in told] == ["Due.", gone, "", gone]
