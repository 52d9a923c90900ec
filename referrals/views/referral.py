"""Where a referral stands: the list, the page for its agency, the page for who decides, what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cspr.accounts.models import Agency, User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import in_full
from cspr.ui.arriving import tidied
from cspr.ui.keyset import page_of
from referrals import attachments, permissions
from referrals.forms.intake import FilterForm, referring_for
from referrals.models import Referral, ReturnedField
from referrals.questions import changes, in_words, missing, place_of
from referrals.questions.answers import of
from referrals.questions.table import children
from referrals.states import UNSENT, WITH_AGENCY, ReferralState, Route
from referrals.views.intake import notifying, staffed
from referrals.views.news import news_of
from referrals.views.shared import cards, form_link, found, given_back, person, today
from referrals.views.triage import note_reading, triage
from referrals.views.verbs import offers

S = ReferralState


def _on(day: Any) -> str:
    return f" on {in_full(day)}" if day else ""


def _returned(r: Referral) -> str:
    return f"It has come back to you. Please complete the answers below by {in_full(r.return_due_on or today())}."


# One sentence for the agency in every state.
SENTENCES: dict[ReferralState, Callable[[Referral], str]] = {
    S.DRAFT: lambda r: "You have not sent this yet.",
    S.DISCARDED: lambda r: "You discarded this before it was sent. Nobody else can read it.",
    S.WITH_LEAD: lambda r: "It is with your safeguarding lead, who checks it and sends it on.",
    S.SUBMITTED: lambda r: "The partnership has it and is checking that it is complete.",
    S.RETURNED: _returned,
    S.TRIAGE: lambda r: (
        f"The partnership accepted it{_on(r.accepted_on)} and is considering whether it is a serious case."
    ),
    S.AWAITING_INFO: lambda r: "The partnership has asked others for information before it decides.",
    S.DECIDED_NOTIFY: lambda r: (
        f"It was decided{_on(r.decided_on)} that the national Panel has to be notified."
    ),
    S.DECIDED_NOT_MET: lambda r: f"It was decided{_on(r.decided_on)}. {r.get_outcome_display()}.",
    S.TRANSFERRED: lambda r: f"{r.transferred_to} took it on{_on(r.transfer_accepted_on)}.",
    S.WITHDRAWN: lambda r: f"It was withdrawn{_on(r.decided_on)}.",
    S.LINKED: lambda r: "It was joined with another referral about the same child or incident.",
}


def for_agency(referral: Referral, user: User) -> bool:
    """Whether the person sees it as the agency does: its writer, its lead, a colleague who refers for it.

    What staff write down for somebody else is theirs to write while it is not sent, and theirs to judge after.
    """
    if user.holds(referral.partnership_id, Role.STAFF) and referral.state not in UNSENT:
        return False
    same_agency = user.holds(
        referral.partnership_id, Role.REFERRER, Role.SAFEGUARDING_LEAD, agency_id=referral.agency_id
    )
    return same_agency or permissions.writes(referral, user) is None


@require_safe
def referral(request: HttpRequest, ref: str) -> HttpResponse:
    """Where it stands: one page for its agency, another for those who decide."""
    subject = found(request, ref)
    if for_agency(subject, person(request)):
        return _agency_page(request, subject)
    return triage(request, subject)


# What its agency can do besides writing and sending it.
BESIDE = frozenset({"ask_to_withdraw", "discard", "take_up"})


def _agency_page(request: HttpRequest, subject: Referral) -> HttpResponse:
    user = person(request)
    writes = subject.state in WITH_AGENCY and permissions.edit_referral(subject, user) is None
    verbs = [offer for offer in offers(subject, user) if offer.name in BESIDE and not offer.reason]
    context = {
        "referral": subject,
        "sentence": SENTENCES[ReferralState(subject.state)](subject),
        "writes": writes,
        "asked": given_back(subject) if subject.state == S.DRAFT else "",
        "returned": marks(subject) if subject.state == S.RETURNED else [],
        "gaps": len(missing(subject.answers)) if writes else 0,
        "verbs": verbs,
        "news": news_of(subject) if subject.case_id else [],
        "files": attachments.files_of(subject, user),
        "adds_files": subject.route == Route.LA_NOTIFICATION
        and attachments.why_not_attach(subject, user) is None,
    }
    return render(request, "referrals/agency.html", context)


@dataclass(frozen=True)
class Mark:
    """A marked answer as the agency sees it: what, why, what is asked for, and whether it has been changed."""

    label: str
    reason: str
    comment: str
    url: str
    changed: bool


def marks(subject: Referral) -> list[Mark]:
    """The answers marked in the latest return, in the order in which staff marked them."""
    rows = ReturnedField.objects.filter(referral=subject, times=subject.times_returned)
    version = subject.versions.last()
    before = version.answers if version else {}
    return [_mark(row, subject, before) for row in rows]


def _mark(row: ReturnedField, subject: Referral, before: dict[str, Any]) -> Mark:
    place = place_of(row.section, row.field)
    reason = row.get_reason_display()
    if place is None:
        return Mark(
            row.section, reason, row.comment, reverse("referral-form", args=[subject.ref]), changed=False
        )
    label = place.label if place.question is None or place.item is not None else place.question.label
    changed = _answer(place, before) != _answer(place, subject.answers)
    return Mark(label, reason, row.comment, form_link(subject)(place), changed)


def _answer(place: Any, answers: dict[str, Any]) -> Any:
    """The answer at a place, in words; the whole section or item where no question is named."""
    given: Any = of(place.section, answers)
    if place.item is not None:
        items = place.section.items(given)
        given = items[place.item] if place.item < len(items) else {}
    return in_words(place.question, given) if place.question else given


@require_safe
def answers(request: HttpRequest, ref: str) -> HttpResponse:
    """What was written, for its agency to read again."""
    subject = found(request, ref)
    if not for_agency(subject, person(request)):
        raise Http404
    context = {
        "referral": subject,
        "cards": cards(subject.answers),
        "documents": attachments.files_of(subject, person(request)),
    }
    return render(request, "referrals/answers_page.html", context)


@require_safe
def changed(request: HttpRequest, ref: str) -> HttpResponse:
    """What the latest version says differently from the one before, or from the one asked for."""
    subject, user = found(request, ref), person(request)
    own = for_agency(subject, user)
    if not own and permissions.read_answers(subject, user):
        raise Http404
    versions = list(subject.versions.select_related("sent_by"))
    if len(versions) < 2:
        raise Http404
    later = versions[-1]
    wanted = request.GET.get("from", "")
    earlier = next((v for v in versions[:-1] if str(v.number) == wanted), versions[-2])
    context = {
        "referral": subject,
        "earlier": earlier,
        "later": later,
        "others": [v for v in versions[:-1] if v != earlier],
        "changes": changes(earlier.answers, later.answers),
    }
    if not own:
        note_reading(subject, user)
    return render(request, "referrals/changes.html", context)


# --- the list ---------------------------------------------------------------------------------------------

ORDER = ("-answered_at", "-id")
# Who has such a list; for everybody else the page does not exist.
READERS = frozenset({Role.REFERRER, Role.SAFEGUARDING_LEAD, Role.STAFF, Role.CHAIR, Role.PARTNER})


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """Every referral the person may see, newest first, narrowed by what stands in the address."""
    user = person(request)
    if not any(m.role in READERS for m in user.standing):
        raise Http404
    form = FilterForm(tidied(request.GET), agencies=agencies_of(user))
    form.is_valid()
    rows = filtered(Referral.objects.visible_to(user), form.cleaned_data, valid=not form.errors)
    page = page_of(
        rows.select_related("agency", "case"),
        order=ORDER,
        after=request.GET.get("after", ""),
    )
    chosen = [name for name, value in form.cleaned_data.items() if value]
    return render(
        request,
        "referrals/list.html",
        {
            "form": form,
            "page": page,
            "rows": [(row, _subject_words(row, user)) for row in page.items],
            "chosen": [(_chosen_words(form, name), _without(request, name)) for name in chosen],
            "clear": reverse("referrals"),
            "filtered": bool(chosen or form.errors),
            "may_refer": bool(referring_for(user)),
            "may_record": bool(staffed(user) or notifying(user)),
        },
    )


def agencies_of(user: User) -> list[Agency]:
    """The agencies a list may be narrowed to: for staff, all of their partnerships; for others, their own."""
    partnerships = [p.pk for p in staffed(user)]
    if partnerships:
        return list(Agency.objects.filter(partnerships__in=partnerships).distinct())
    return list({m.agency_id: m.agency for m in user.standing if m.agency}.values())


def filtered(rows: QuerySet[Referral], given: dict[str, Any], *, valid: bool) -> QuerySet[Referral]:
    """The rows that fit the filters. Filters that cannot be read find nothing; discarded drafts are asked for."""
    if not valid:
        return rows.none()
    if not given.get("state") and not given.get("ref"):
        rows = rows.exclude(state=S.DISCARDED)
    columns = {"ref": "ref", "state": "state", "agency": "agency_id", "route": "route"}
    return rows.filter(**{columns[name]: value for name, value in given.items() if value})


def _subject_words(row: Referral, user: User) -> str:
    """What the referral is about: the child's name for its agency, the case's name for everybody else."""
    if for_agency(row, user):
        first = next(iter(children.items(of(children, row.answers))), {})
        return str(first.get("name") or "No child named yet")
    return row.case.pseudonym if row.case else "Not sent yet"


def _chosen_words(form: FilterForm, name: str) -> str:
    value = form.cleaned_data[name]
    choices = dict(getattr(form.fields[name], "choices", ()))
    return f"{form.fields[name].label}: {choices.get(value, value)}"


def _without(request: HttpRequest, name: str) -> str:
    left = request.GET.copy()
    for gone in (name, "after"):
        left.pop(gone, None)
    return f"{reverse('referrals')}?{left.urlencode()}" if left else reverse("referrals")
