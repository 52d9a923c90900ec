"""An agency's request: what it is asked and by when, its answer, and what staff do with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from cspr.clocks.models import working_days
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from referrals import permissions
from referrals.models.evidence import content_hash
from referrals.questions import Place, missing
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar, faces
from referrals.views.shared import cards
from referrals.views.verbs import VerbView, offers
from reviews import actions
from reviews.emails import authors
from reviews.forms import request as asked
from reviews.forms.rapid_review import AskForm
from reviews.models import InformationRequest
from reviews.permissions import answer as may_answer
from reviews.questions import PARTS, SIGNED, by_part
from reviews.views.answering import Address, for_author, form_link, known_agencies, of_gap, open_for, queried
from reviews.views.feedback import told
from reviews.views.linked import links_of
from reviews.views.rapid_verbs import DAYS_TO_ANSWER
from reviews.views.reminded import reminders_of

# What an agency is given to answer a question about its answer, unless somebody says otherwise.
DAYS_TO_EXPLAIN = 3
# Saving a draft is a button of the answer's page, and a request opens when it is looked at: neither is chosen.
NOT_OFFERED = frozenset({"save_draft", "open_request"})


class RequestPage(View):
    """For the agency: the question, the date, and two equal ways to answer. For the team: the answer."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        open_for(user, ref, today)
        found = (
            InformationRequest.objects.visible_to(user)
            .filter(ref=ref)
            .select_related("agency", "answered_by", "rapid_review__case__partnership")
            .first()
        )
        if found is None:
            raise Http404
        case = found.case
        note_opening(case, user)
        rows = list(case.deadlines.all())
        clock = next((f for f in faces(rows, today) if f.row.key == found.ref), None)
        verbs = offers(found, user, without=NOT_OFFERED)
        whole = permissions.read_whole_case(case, user) is None
        for_agency = found.awaited and may_answer(found, user) is None
        context = {
            "subject": found,
            "news": told(case.pk),
            "case": case,
            "today": today,
            "bar": case_bar(case, rows, today) if whole else None,
            "whole": whole,
            "clock": clock,
            "for_agency": for_agency,
            "team": case.partnership,
            "verbs": [verb for verb in verbs if verb.reason is None],
            "refused": [verb for verb in verbs if verb.reason] if whole else [],
            "cards": cards(found.answer, None, PARTS) if found.answer and not found.answer.get("nil") else [],
            "signed": found.answer.get(SIGNED),
            "versions": found.versions.count(),
            "queried": queried(found, for_author(found) if for_agency else None),
            "others": known_agencies(found),
            "links": links_of(found, user) if whole else [],
            "can_link": whole and found.awaited and permissions.case_staff(found, user) is None,
            "documents": documents_of(found, user) if whole and found.duty_invoked_on else [],
            "paper_kinds": paper_kinds(found._meta.label_lower),
            "reminders": reminders_of(found, user) if whole else [],
            "may_know": permissions.see_identity(case, user) is None,
        }
        return render(request, "requests/request.html", context)


class RequestVerb(VerbView):
    """One verb on a request."""

    model = InformationRequest

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        open_for(self.user, kwargs["ref"], self.today)
        return super().get(request, **kwargs)

    def context(self, subject: InformationRequest) -> dict[str, Any]:
        """An agency's author sees no more of the case than their own request."""
        context = super().context(subject)
        if not self.reads_case(subject):
            context["bar"], context["run_on"] = None, []
        return context

    def reads_case(self, subject: InformationRequest) -> bool:
        return permissions.read_whole_case(subject.case, self.user) is None


class Send(RequestVerb):
    verb = "send"
    action = actions.send
    template_name = "requests/ask.html"
    button = "Send the request"
    done = "The agency is asked."

    def context(self, subject: InformationRequest) -> dict[str, Any]:
        return {**super().context(subject), "reached": bool(authors(subject))}

    def form(self, subject: InformationRequest, data: Any = None, files: Any = None) -> forms.Form:
        return AskForm(data, today=self.today, suggested=working_days().add(self.today, DAYS_TO_ANSWER))


class Extend(RequestVerb):
    verb = "extend"
    form_class = asked.ExtendForm
    button = "Give the new date"

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"today": self.today}


class NilReturn(RequestVerb):
    verb = "nil_return"
    form_class = asked.NilForm
    button = "Confirm: we had no involvement"
    done = "Thank you. Your answer is recorded."

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"by": self.user.name, "job": self.user.job_title}


class AnswerRequest(RequestVerb):
    """Check what was written, say who agreed to it, and send it."""

    verb = "answer_request"
    form_class = asked.SignForm
    action = actions.answer_request
    template_name = "requests/send.html"
    button = "Send our account"
    done = "Thank you. Your account has been sent."

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"writer": subject.writing.get("who", {}).get("name", "")}

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "seen": self.request.POST.get("seen", "")}

    def context(self, subject: InformationRequest) -> dict[str, Any]:
        url = self.account(subject)
        link = form_link(url)
        gaps = [(gap.label, link(Place(of_gap(gap), gap.item))) for gap in missing(subject.writing, PARTS)]
        return {
            **super().context(subject),
            "request_for": subject,
            "gaps": gaps,
            "cards": cards(subject.writing, link, PARTS),
            "seen": content_hash(subject.writing),
            "back": url("account"),
        }

    def account(self, subject: InformationRequest) -> Address:
        """Where the pages of the account are."""
        return for_author(subject)


class RecordAnswer(RequestVerb):
    verb = "record_answer"
    form_class = asked.RecordAnswerForm
    button = "Record the answer"

    def data(self, form: forms.Form) -> dict[str, Any]:
        given = super().data(form)
        return {"effective_on": given.pop("effective_on"), **by_part(given)}

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"request": subject, "today": self.today}


class RecordNilReturn(RequestVerb):
    verb = "record_nil_return"
    form_class = asked.RecordNilForm
    button = "Record it"

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"request": subject, "today": self.today}


class Accept(RequestVerb):
    verb = "accept"
    done = "The answer is accepted."


class Query(RequestVerb):
    verb = "query"
    form_class = asked.QueryForm
    button = "Send the question"

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"today": self.today, "suggested": working_days().add(self.today, DAYS_TO_EXPLAIN)}


class Refuse(RequestVerb):
    verb = "refuse"
    form_class = asked.WordsForm
    button = "Record the refusal"


class Withdraw(RequestVerb):
    verb = "withdraw"
    form_class = asked.WordsForm
    action = actions.withdraw
    button = "Withdraw the request"


REQUEST_VERBS: tuple[type[RequestVerb], ...] = (
    Send,
    Extend,
    NilReturn,
    AnswerRequest,
    RecordAnswer,
    RecordNilReturn,
    Accept,
    Query,
    Refuse,
    Withdraw,
)
