"""Disposal of a case by two people: who may, what stands in the way, what is left, and what a restore does not undo."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cspr.audit.chain import first_break
from cspr.audit.log import record_read
from cspr.audit.models import Event, Words
from cspr.documents.models import Document
from cspr.documents.storing import write
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.relay import relay
from cspr.wall.policies import all_models
from cspr.workflow import Refused, note, perform
from referrals import actions
from referrals.actions import disposing, tombstones
from referrals.models import Case, Child, Disposal, EmergencyAccess, Referral
from referrals.models.leading import BY_REFERENCE, STAYS, leading
from referrals.retention import DisposalState
from reviews.models import AccessRecord
from reviews.models.unfinished import unfinished
from tests import factories as make
from tests.factories import TODAY
from tests.outlived import confirmed, file_closed
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))
WHY = {"words": "No claim is known."}


@pytest.fixture
def case(a: make.Area, settings: Any, tmp_path: Path) -> Case:
    """A case whose time has come: nothing stands in the way, and no e-mail about it waits."""
    settings.TOMBSTONE_DIR = tmp_path / "tombstones"
    settings.MFA_REQUIRED = False
    confirmed(a)
    found = file_closed(a)
    OutgoingEmail.objects.update(state=MailState.SENT)
    return found


def proposed(a: make.Area, case: Case, by: str = "staff") -> Disposal:
    return actions.propose_disposal(case, by=a.people[by], today=TODAY, **WHY)


def approved(a: make.Area, case: Case) -> Disposal:
    return perform(proposed(a, case), "approve", by=a.dpo, today=TODAY)


def carried_out(a: make.Area, case: Case) -> Disposal:
    disposal = approved(a, case)
    assert actions.dispose_waiting(NOW) == 1
    return Disposal.objects.get(pk=disposal.pk)


def with_letter(case: Case, a: make.Area) -> Document:
    """A file of the case that really lies in the storage."""
    document = make.letter(case, a.staff)
    document.path, document.file_key = (stored := write(b"A letter")).path, stored.key
    document.sha256, document.size = stored.sha256, stored.size
    document.save()
    assert default_storage.exists(document.path)
    return document


# --- two people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "other"), [("staff", "chair"), ("staff", "dpo"), ("dpo", "chair")])
def test_one_proposes_and_another_approves(a: make.Area, case: Case, by: str, other: str) -> None:
    disposal = proposed(a, case, by)
    with pytest.raises(Refused):
        perform(disposal, "approve", by=a.people[by], today=TODAY)
    disposal = perform(disposal, "approve", by=a.people[other], today=TODAY)
    assert (disposal.state, disposal.proposed_by, disposal.approved_by) == (
        DisposalState.APPROVED,
        a.people[by],
        a.people[other],
    )


def test_the_officer_who_proposed_never_approves(a: make.Area, case: Case) -> None:
    with pytest.raises(Refused, match="You proposed this"):
        perform(proposed(a, case, "dpo"), "approve", by=a.dpo, today=TODAY)


def test_it_waits_in_the_work_of_those_who_may_approve_it_and_of_nobody_else(
    a: make.Area, case: Case
) -> None:
    waits = "Decide whether a case is disposed of"
    disposal = proposed(a, case, "dpo")
    told = {
        name: waits in Browser(a.people[name]).get(reverse("work")).links
        for name in ("chair", "dpo", "staff")
    }
    assert told == {"chair": True, "dpo": False, "staff": False}
    perform(disposal, "decline", by=a.chair, today=TODAY, **WHY)
    assert waits not in Browser(a.chair).get(reverse("work")).links


@pytest.mark.parametrize("by", ["referrer", "author", "panel_member", "reviewer", "sysadmin", "la"])
def test_nobody_else_proposes_or_decides(a: make.Area, case: Case, by: str) -> None:
    with pytest.raises(Refused):
        proposed(a, case, by)
    disposal = proposed(a, case)
    for verb, said in (("approve", {}), ("decline", WHY), ("withdraw", {})):
        with pytest.raises(Refused):
            perform(disposal, verb, by=a.people[by], today=TODAY, **said)


def test_another_partnerships_officer_is_told_nothing(a: make.Area, case: Case) -> None:
    other, disposal = make.area("Otherham"), proposed(a, case)
    client = Client()
    client.force_login(other.dpo)
    for address in (
        disposal.get_absolute_url(),
        f"{disposal.get_absolute_url()}approve/",
        reverse("case-propose_disposal", args=[case.ref]),
        reverse("retention-disposed", args=[a.partnership.ref]),
    ):
        unknown = address.replace(disposal.ref, "K7QF3-MXRTW").replace(case.ref, "K7QF3-MXRTW")
        unknown = unknown.replace(a.partnership.ref, "K7QF3-MXRTW")
        assert client.get(address).status_code == client.get(unknown).status_code == 404 or (
            client.get(address).status_code
            == 302  # asked for the password first, as for any address of the kind
        )
    for user in (other.dpo, other.staff, other.chair):
        with pytest.raises(Refused):
            perform(disposal, "approve", by=user, today=TODAY)


def test_a_double_click_proposes_once_and_a_second_proposal_is_refused(a: make.Area, case: Case) -> None:
    client = Client()
    client.force_login(a.staff)
    address = reverse("case-propose_disposal", args=[case.ref])
    page = client.get(address)
    form = {"version": page.context["version"], "nonce": page.context["nonce"], **WHY}
    for _ in range(2):
        answer = client.post(address, form)
        assert (answer.status_code, answer["Location"]) == (
            302,
            reverse("retention-due", args=[a.partnership.ref]),
        )
    assert Disposal.objects.count() == 1
    with pytest.raises(Refused, match="proposed already"):
        proposed(a, case, "colleague")


def test_declined_or_called_off_the_case_is_kept_and_can_be_proposed_again(a: make.Area, case: Case) -> None:
    perform(proposed(a, case), "decline", by=a.dpo, today=TODAY, words="A claim is on its way.")
    perform(proposed(a, case), "withdraw", by=a.staff, today=TODAY)
    perform(approved(a, case), "withdraw", by=a.colleague, today=TODAY)
    assert actions.dispose_waiting(NOW) == 0
    assert Case.objects.filter(pk=case.pk).exists()


def test_approval_asks_for_the_password_again(a: make.Area, case: Case) -> None:
    address, client = f"{proposed(a, case).get_absolute_url()}approve/", Client()
    with time_machine.travel(NOW, tick=False) as clock:
        a.dpo.set_password("three green kettles")
        a.dpo.save()
        client.force_login(a.dpo)
        assert client.get(address).status_code == 200
        clock.shift(301)
        assert client.post(address, {}).headers["Location"].startswith("/account/reauthenticate/")


# --- what stands in the way -------------------------------------------------------------------------------


def hold(a: make.Area, case: Case) -> None:
    perform(case, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquest")


def reopen(a: make.Area, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(set_aside_by=a.staff)
    perform(Case.objects.get(pk=case.pk), "reopen", by=a.chair, today=TODAY, words="There is more.")


def close_later(a: make.Area, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(closed_on=dt.date(2020, 1, 1))


def unsay(a: make.Area, case: Case) -> None:
    a.partnership.retention.all().delete()


def wait_for_mail(a: make.Area, case: Case) -> None:
    OutgoingEmail.objects.create(
        partnership=a.partnership, to=a.staff, kind="decision_proposed", dedupe_key="one",
        subject_label="referrals.referral", subject_ref=Referral.objects.get(case=case).ref,
    )  # fmt: skip


def make_paper(a: make.Area, case: Case) -> None:
    letter = make.letter(case, a.staff)
    Document.objects.filter(pk=letter.pk).update(origin="rendered", state="queued")


def link_another(a: make.Area, case: Case) -> None:
    """Whoever wants to be rid of a referral joins it to a case that is about to go."""
    actions.link(make.sent(a), by=a.staff, today=TODAY, to=case)
    OutgoingEmail.objects.update(state=MailState.SENT)


BARS = [hold, reopen, close_later, unsay, wait_for_mail, make_paper, link_another]


@pytest.mark.parametrize("bar", BARS)
def test_what_stands_in_the_way_refuses_each_step_and_the_last_one_again(
    a: make.Area, case: Case, bar: Any
) -> None:
    first, again = proposed(a, case), None
    bar(a, case)
    with pytest.raises(Refused):
        perform(first, "approve", by=a.dpo, today=TODAY)
    again = perform(first, "withdraw", by=a.staff, today=TODAY)
    assert again.state == DisposalState.WITHDRAWN
    with pytest.raises(Refused):
        proposed(a, Case.objects.get(pk=case.pk))


@pytest.mark.parametrize("bar", BARS)
def test_what_comes_between_approval_and_carrying_out_wins(a: make.Area, case: Case, bar: Any) -> None:
    disposal = approved(a, case)
    bar(a, case)
    assert actions.dispose_waiting(NOW) == 0
    disposal = Disposal.objects.get(pk=disposal.pk)
    assert disposal.state == DisposalState.PUT_ASIDE
    assert disposal.why_aside
    assert Case.objects.filter(pk=case.pk).exists()
    assert not tombstones.tombstone_file().exists()
    assert OutgoingEmail.objects.filter(kind="disposal_kept").count() == 2


def add_a_file(a: make.Area, case: Case) -> None:
    note(Referral.objects.get(case=case), "attach", by=a.staff, today=TODAY)


def open_in_emergency(a: make.Area, case: Case) -> None:
    by = make.person(a.partnership, "staff", name="Another Worker")
    why = {"hours": 1, "reason_code": "danger", "words": "A sibling."}
    actions.open_in_emergency(case, by=by, today=TODAY, now=timezone.now(), **why)
    OutgoingEmail.objects.update(state=MailState.SENT)


@pytest.mark.parametrize("change", [add_a_file, open_in_emergency])
def test_nobody_disposes_of_what_came_to_the_case_after_it_was_looked_at(
    a: make.Area, case: Case, change: Any
) -> None:
    first = proposed(a, case)
    change(a, case)
    with pytest.raises(Refused, match="after its disposal was proposed"):
        perform(first, "approve", by=a.dpo, today=TODAY)
    perform(first, "withdraw", by=a.staff, today=TODAY)
    second = approved(a, Case.objects.get(pk=case.pk))
    change(a, case)
    assert actions.dispose_waiting(NOW) == 0
    assert Disposal.objects.get(pk=second.pk).state == DisposalState.PUT_ASIDE


def test_reading_a_case_stands_in_nobodys_way(a: make.Area, case: Case) -> None:
    disposal = approved(a, case)
    record_read(a.staff, what="case", partnership=a.partnership, case_ref=case.ref)
    assert actions.dispose_waiting(NOW) == 1
    assert Disposal.objects.get(pk=disposal.pk).carried_out


def test_an_open_review_and_an_unanswered_request_for_access_refuse(a: make.Area, case: Case) -> None:
    review = make.practice_review(a)
    assert unfinished(case) is None
    assert "is still open" in (unfinished(review.case) or "")
    asked = {"request": make.access_request(a), "label": "referrals.Case", "row": case.pk, "case": case}
    AccessRecord.objects.create(**asked, why="The name agrees.")
    assert "is not answered yet" in (unfinished(case) or "")


# --- what is left -----------------------------------------------------------------------------------------


def test_nothing_of_the_case_is_left_but_its_tombstone_and_the_record(a: make.Area, case: Case) -> None:
    letter, keys = with_letter(case, a), list(leading())
    referral = Referral.objects.get(case=case)
    disposal = carried_out(a, case)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Referral.objects.filter(pk=referral.pk).exists()
    assert not Document.objects.filter(pk=letter.pk).exists()
    assert not default_storage.exists(letter.path)
    assert not OutgoingEmail.objects.filter(subject_ref=referral.ref).exists()
    assert sum(model._base_manager.count() for model in keys) == 0
    assert (disposal.state, disposal.case, disposal.words) == (DisposalState.CARRIED_OUT, None, "")
    assert disposal.leftovers == []
    said = disposal.certificate
    assert said["counts"]["referrals.Referral"] == 1
    assert said["counts"]["referrals.Child"] >= 1
    assert [(file["sha256"], file["size"]) for file in said["files"]] == [(letter.sha256, letter.size)]
    assert (said["proposed"]["role"], said["approved"]["role"]) == ("staff", "dpo")
    gone = Event.objects.get(kind="case.disposed", subject="referrals.case")
    assert (gone.case_ref, gone.facts["certificate"]) == (case.ref, disposal.certificate_hash)
    assert not Words.objects.filter(event__case_ref=case.ref, event__seq__lt=gone.seq).exists()
    assert not Words.objects.filter(event__subject_ref=referral.ref).exists()
    assert first_break(a.partnership) is None


def test_what_people_wrote_about_opening_it_in_an_emergency_goes_with_the_case(
    a: make.Area, case: Case
) -> None:
    open_in_emergency(a, case)
    access = EmergencyAccess.objects.get()
    perform(access, "look_at", by=a.dpo, today=TODAY, words="Canary: it was needed.")
    OutgoingEmail.objects.update(state=MailState.SENT)
    carried_out(a, case)
    assert not EmergencyAccess.objects.exists()
    assert not OutgoingEmail.objects.filter(subject_ref=access.ref).exists()
    assert not [words for words in Words.objects.all() if "Canary" in words.text]
    assert Event.objects.filter(subject_ref=access.ref).count() == 2


def test_the_old_address_is_the_same_page_as_one_that_never_was(a: make.Area, case: Case) -> None:
    client, address = Client(), case.get_absolute_url()
    client.force_login(a.staff)
    assert client.get(address).status_code == 200
    carried_out(a, case)
    gone, never = client.get(address), client.get(reverse("case", args=["K7QF3-MXRTW"]))
    assert (gone.status_code, never.status_code) == (404, 404)


def test_the_certificate_stands_in_the_register_for_those_who_keep_records(a: make.Area, case: Case) -> None:
    disposal = carried_out(a, case)
    client = Client()
    for who in ("staff", "chair", "dpo"):
        client.force_login(a.people[who])
        listed = client.get(reverse("retention-disposed", args=[a.partnership.ref])).content.decode()
        assert case.ref in listed
        page = client.get(disposal.get_absolute_url()).content.decode()
        assert disposal.certificate_hash in page
        assert case.pseudonym not in page
    for who in ("author", "sysadmin", "la"):
        client.force_login(a.people[who])
        assert client.get(disposal.get_absolute_url()).status_code == 404


def test_what_was_restricted_stays_known_to_the_two_alone(a: make.Area, case: Case) -> None:
    perform(case, "restrict", by=a.staff, today=TODAY, words="Named people only.")
    disposal = proposed(a, Case.objects.get(pk=case.pk))
    with pytest.raises(Refused):
        perform(disposal, "approve", by=a.dpo, today=TODAY)
    perform(disposal, "approve", by=a.chair, today=TODAY)
    assert actions.dispose_waiting(NOW) == 1
    for who, sees in (("staff", True), ("chair", True), ("dpo", False), ("colleague", False)):
        assert Disposal.objects.visible_to(a.people[who]).filter(pk=disposal.pk).exists() == sees


def test_what_was_restricted_only_after_it_was_proposed_is_known_to_the_two_alone(
    a: make.Area, case: Case
) -> None:
    """Restricting it puts the disposal aside; joined to it is a case that was restricted before."""
    Case.objects.create(partnership=a.partnership, pseudonym="Joined", merged_into=case, restricted=True)
    perform(proposed(a, case), "decline", by=a.chair, today=TODAY, words="Not yet.")
    disposal = perform(proposed(a, Case.objects.get(pk=case.pk)), "approve", by=a.chair, today=TODAY)
    OutgoingEmail.objects.update(state=MailState.SENT)
    assert actions.dispose_waiting(NOW) == 1
    assert Disposal.objects.get(pk=disposal.pk).certificate["restricted"]
    for user in (a.dpo, a.colleague):
        assert not Disposal.objects.visible_to(user).exists()
    assert Disposal.objects.visible_to(a.staff).count() == 2


def test_the_mail_says_nothing_of_the_case(a: make.Area, case: Case) -> None:
    carried_out(a, case)
    relay()
    told = "".join(str(message.message()) for message in mail.outbox)
    assert "dispose of a record" in told
    assert case.ref not in told
    assert case.pseudonym not in told


def test_a_case_that_was_joined_goes_with_the_one_it_was_joined_to(a: make.Area, case: Case) -> None:
    joined = Case.objects.create(partnership=a.partnership, pseudonym="Joined", merged_into=case)
    Child.objects.create(case=joined, name="Somebody")
    disposal = carried_out(a, case)
    assert not Case.objects.exists()
    assert not Child.objects.exists()
    assert disposal.certificate["joined"] == [joined.ref]
    assert set(Event.objects.filter(kind="case.disposed").values_list("case_ref", flat=True)) == {
        case.ref,
        joined.ref,
    }


def joined_to(case: Case) -> Case:
    """A case that was joined to one that was joined to ``case``."""
    first = Case.objects.create(partnership=case.partnership, pseudonym="Joined", merged_into=case)
    return Case.objects.create(partnership=case.partnership, pseudonym="Joined to that", merged_into=first)


def hold_that(a: make.Area, joined: Case) -> None:
    joined.legal_holds.create(reason="inquest", set_on=TODAY, set_by=a.chair)


def ask_for_data(a: make.Area, joined: Case) -> None:
    asked = {"request": make.access_request(a), "label": "referrals.Case", "row": joined.pk}
    AccessRecord.objects.create(**asked, case=joined, why="The name agrees.")


@pytest.mark.parametrize("bar", [hold_that, ask_for_data])
def test_what_stands_in_the_way_of_a_joined_case_stands_in_the_way_of_both(
    a: make.Area, case: Case, bar: Any
) -> None:
    joined = joined_to(case)
    disposal = approved(a, case)
    bar(a, joined)
    with pytest.raises(Refused):
        proposed(a, case)
    assert actions.dispose_waiting(NOW) == 0
    assert Disposal.objects.get(pk=disposal.pk).state == DisposalState.PUT_ASIDE


def test_a_conflict_in_a_joined_case_keeps_somebody_from_deciding(a: make.Area, case: Case) -> None:
    joined = joined_to(case)
    joined.conflicts.create(user=a.dpo, declared_on=TODAY, recorded_by=a.dpo, reason="A relative")
    disposal = proposed(a, case)
    with pytest.raises(Refused, match="conflict of interest"):
        perform(disposal, "approve", by=a.dpo, today=TODAY)
    assert perform(disposal, "approve", by=a.chair, today=TODAY).approved_by == a.chair


# --- killed in the middle ---------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker is gone."""


def kill(*given: Any, **named: Any) -> None:
    raise Killed


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (disposing, "erase"),
        (disposing, "keep_outside"),
        (default_storage, "delete"),
    ],
)
def test_a_worker_killed_between_two_steps_leaves_all_or_nothing_and_the_next_one_ends_it(
    a: make.Area, case: Case, monkeypatch: Any, place: Any, name: str
) -> None:
    letter, disposal = with_letter(case, a), approved(a, case)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, kill)
        with pytest.raises(Killed):
            actions.dispose_waiting(NOW)
    there, gone = (
        Case.objects.filter(pk=case.pk).exists(),
        Event.objects.filter(kind="case.disposed").exists(),
    )
    assert there != gone
    assert actions.dispose_waiting(NOW) == 1
    assert actions.dispose_waiting(NOW) == 0
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not default_storage.exists(letter.path)
    assert Event.objects.filter(kind="case.disposed", subject="referrals.case").count() == 1
    [told] = tombstones.tombstones()
    disposal = Disposal.objects.get(pk=disposal.pk)
    assert told == disposal.certificate
    assert disposal.told_outside


# --- a database that was brought back ---------------------------------------------------------------------


def brought_back(case: Case, disposal: Disposal, a: make.Area) -> Case:
    """As after the restore of a copy from before the proposal: the case is there, and its disposal is not."""
    Disposal.objects.filter(pk=disposal.pk).delete()
    back = Case.objects.create(
        ref=case.ref, partnership=a.partnership, pseudonym="Back again", state="closed"
    )
    Child.objects.create(case=back, name="Somebody")
    return back


def test_after_a_restore_the_tombstone_disposes_once_more(a: make.Area, case: Case, capsys: Any) -> None:
    disposal = carried_out(a, case)
    brought_back(case, disposal, a)
    letter = with_letter(Case.objects.get(ref=case.ref), a)
    call_command("apply_tombstones")
    assert f"{case.ref}: disposed of again" in capsys.readouterr().out
    assert not Case.objects.exists()
    assert not Child.objects.exists()
    assert not default_storage.exists(letter.path)
    again = Disposal.objects.get(ref=disposal.ref)
    assert (again.certificate, again.certificate_hash) == (disposal.certificate, disposal.certificate_hash)
    assert (again.state, again.proposed_by, again.approved_by) == (DisposalState.CARRIED_OUT, a.staff, a.dpo)
    call_command("apply_tombstones")
    assert f"{case.ref}: stays disposed of" in capsys.readouterr().out
    assert Event.objects.filter(kind="case.disposed", subject="referrals.case").count() == 2
    assert len(tombstones.tombstones()) == 1
    assert first_break(a.partnership) is None


def test_a_tombstone_ends_a_proposal_that_came_back_and_no_hold_of_that_time_keeps_it(
    a: make.Area, case: Case
) -> None:
    disposal = carried_out(a, case)
    back = brought_back(case, disposal, a)
    perform(back, "set_legal_hold", by=a.dpo, today=TODAY, reason_code="inquest")
    Disposal.objects.create(
        ref=disposal.ref, partnership=a.partnership, case=back, case_ref=back.ref, kind=disposal.kind,
        kept_from=disposal.kept_from, period=disposal.period, over_on=disposal.over_on,
        proposed_by=a.staff, proposed_on=TODAY,
    )  # fmt: skip
    call_command("apply_tombstones")
    assert not Case.objects.exists()
    assert Disposal.objects.get().state == DisposalState.CARRIED_OUT


@pytest.mark.parametrize("change", ["word", "order", "left out", "not one", "another key"])
def test_a_file_that_was_changed_is_refused_and_nothing_is_done(
    a: make.Area, case: Case, change: str, settings: Any
) -> None:
    disposal = carried_out(a, case)
    tombstones.keep_outside({**disposal.certificate, "certificate": "K7QF3-MXRTW"})
    file = tombstones.tombstone_file()
    first, second = file.read_text().splitlines()
    if change == "word":
        first = first.replace(case.ref, "K7QF3-MXRTW")
    if change == "another key":
        settings.FIELD_KEYS = ["ab" * 31 + "cd"]
    lines = {
        "order": [second, first],
        "left out": [second],
        "not one": [first, json.dumps({"tombstone": 1})],
    }.get(change, [first, second])
    file.write_text("\n".join(lines) + "\n")
    back = brought_back(case, disposal, a)
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("apply_tombstones")
    assert Case.objects.filter(pk=back.pk).exists()


def test_half_a_line_is_written_again(a: make.Area, case: Case) -> None:
    disposal = carried_out(a, case)
    file = tombstones.tombstone_file()
    file.write_text(file.read_text() + '{"tombstone": {"certif')
    assert tombstones.keep_outside({**disposal.certificate, "certificate": "K7QF3-MXRTW"})
    assert [one["certificate"] for one in tombstones.tombstones()] == [disposal.ref, "K7QF3-MXRTW"]


# --- no model is forgotten --------------------------------------------------------------------------------


def test_every_model_that_leads_to_a_case_is_removed_or_named_with_a_reason() -> None:
    reached = {model._meta.label for model in leading()}
    for model in all_models():
        for key in model._meta.concrete_fields:
            if isinstance(key, models.ForeignKey) and key.related_model._meta.label in reached:
                assert model._meta.label in {*reached, *STAYS}
    assert all(reason for reason in STAYS.values())


def test_every_model_that_names_a_case_by_its_reference_is_known() -> None:
    naming = {
        model._meta.label
        for model in all_models()
        for field in model._meta.concrete_fields
        if field.name in {"case_ref", "subject_ref"}
    }
    assert naming <= {*BY_REFERENCE, *STAYS}
