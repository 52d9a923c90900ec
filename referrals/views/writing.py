"""Writing a referral: its list of parts, one page a part, each saved as it stands, and the files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from cspr.ui.arriving import tidied
from cspr.workflow import Refused, Stale
from referrals import actions, permissions
from referrals.forms.answers import AnswersForm, answers_form, initial_of, posted
from referrals.models import Referral, ReturnedField
from referrals.questions import (
    GROUPS,
    ITEMS,
    NONE,
    SECTIONS,
    Question,
    Section,
    in_words,
    place_of,
    section_of,
    title_of,
)
from referrals.questions.answers import missing_in, more_question, none_question, of
from referrals.states import ReferralState, Route
from referrals.views.shared import found, given_back, person, readers, today


def digest(answers: Any) -> str:
    """A short mark of what was stored when a page was made: whoever saves later can tell that it changed."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:20]


class Writing(View):
    """A page that only the one whose turn it is to write may open."""

    referral: Referral
    user: Any
    # The addresses of the form begin with this name; ``find`` knows its parts.
    prefix = "referral"
    find = staticmethod(section_of)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = self.writer(request)
        self.load(kwargs["ref"])
        reason = self.why_not()
        if reason:
            return self.refused(reason)
        return super().dispatch(request, *args, **kwargs)

    def writer(self, request: HttpRequest) -> Any:
        """Who writes."""
        return person(request)

    def load(self, ref: str) -> None:
        """Fetch what is written, as visible to the person."""
        self.referral = found(self.request, ref)

    def why_not(self) -> str | None:
        return permissions.edit_referral(self.referral, self.user)

    def refused(self, reason: str) -> HttpResponse:
        return refused(self.request, self.referral, reason)

    def url(self, name: str, *which: Any) -> str:
        """The address of a page of the form: ``section``, ``item`` and so on."""
        return reverse(f"{self.prefix}-{name}", args=[self.kwargs["ref"], *which])

    def base(self) -> dict[str, Any]:
        """What every page of the form shows."""
        return {"referral": self.referral, "contact": self.referral.partnership.urgent_contact}

    def home(self) -> str:
        """Where a person goes after a part: to the list of parts, or to what was marked when it was returned."""
        if self.referral.state == ReferralState.RETURNED:
            return self.referral.get_absolute_url()
        return reverse("referral-form", args=[self.referral.ref])


def refused(request: HttpRequest, referral: Referral, reason: str) -> HttpResponse:
    context = {"label": "Change this referral", "reason": reason, "back": referral.get_absolute_url()}
    return render(request, "actions/refused.html", context, status=403)


class TaskList(Writing):
    """Which parts are done, and which are not."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        answers = self.referral.answers
        gaps = {section.code: len(missing_in(section, of(section, answers))) for section in SECTIONS}
        groups = [
            (group, [self._task(s, gaps[s.code]) for s in SECTIONS if s.group == group]) for group in GROUPS
        ]
        verb = "send_to_lead" if permissions.send_to_lead(self.referral, self.user) is None else "submit"
        with_lead = self.referral.state == ReferralState.WITH_LEAD
        return render(
            request,
            "referrals/form/task_list.html",
            {
                **self.base(),
                "groups": groups,
                "done": sum(1 for count in gaps.values() if not count),
                "all": len(SECTIONS),
                "readers": list(readers(self.referral)),
                "send": reverse(f"referral-{verb}", args=[ref]),
                "give_back": reverse("referral-give_back", args=[ref]) if with_lead else "",
                "asked": given_back(self.referral),
                "on_behalf": self.referral.route not in {Route.ONLINE, Route.LA_NOTIFICATION},
            },
        )

    def _task(self, section: Section, gaps: int) -> dict[str, Any]:
        begun = bool(self.referral.answers.get(section.code))
        hint = f"{gaps} answer{'s' if gaps > 1 else ''} still missing" if gaps and begun else ""
        return {
            "title": section.title,
            "url": reverse("referral-section", args=[self.referral.ref, section.code]),
            "hint": hint,
            "state": "to do" if gaps else "done",
        }


class SectionPage(Writing):
    """One part of the form. It saves what was typed first, and says what is wrong afterwards."""

    template_name = "referrals/form/section.html"
    with_files = False
    item: int | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        section = self.find(kwargs["code"])
        if section is None:
            raise Http404
        self.section = section
        return super().dispatch(request, *args, **kwargs)

    # --- what it is about -----------------------------------------------------------------------------------
    def stored(self) -> dict[str, Any]:
        """What the whole section holds now."""
        return dict(of(self.section, self.referral.answers))

    def questions(self) -> Sequence[Question]:
        return self.section.questions

    def answers(self) -> dict[str, Any]:
        """What the questions of this page are answered with now."""
        return self.stored() or self._about_the_writer()

    def merged(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The whole section with this page's answers in it."""
        return answers

    def _about_the_writer(self) -> dict[str, Any]:
        """What the account says already, offered on the first visit."""
        if self.section.code != "referrer" or self.referral.route != Route.ONLINE:
            return {}
        user = self.user
        return {"name": user.name, "job_title": user.job_title, "phone": user.phone, "email": user.email}

    def form(self, data: Any = None, files: Any = None) -> AnswersForm:
        questions = self.questions()
        made = answers_form(self.section, questions, today(), files=self.with_files)
        form = made(data, files, initial=initial_of(questions, self.answers()))
        form.insets = {code: asked for code, asked in self.asked_for() if code in form.fields}
        return form

    def asked_for(self) -> list[tuple[str, str]]:
        """What staff marked on this page when they returned the form: the question, and what they need."""
        if self.referral.state != ReferralState.RETURNED:
            return []
        marks = ReturnedField.objects.filter(
            referral=self.referral, times=self.referral.times_returned, section=self.section.code
        )
        places = [(place_of(mark.section, mark.field), mark) for mark in marks]
        return [
            (
                place.question.code if place.question else "",
                f"{mark.get_reason_display()}. {mark.comment}".strip(),
            )
            for place, mark in places
            if place and place.item == self.item
        ]

    # --- asking and saving ----------------------------------------------------------------------------------
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form()
        return self.page(self.form(posted(form)) if "check" in request.GET else form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        before = self.stored()
        form = self.form(tidied(request.POST), request.FILES)
        form.is_valid()
        self.complete(form)
        if request.POST.get("seen", "") != digest(before):
            return self.page(form, status=409, conflict=True)
        try:
            self.save(form, before)
        except Stale:
            self.load(kwargs["ref"])
            return self.page(form, status=409, conflict=True)
        except Refused as reason:
            return self.refused(str(reason))
        if form.errors and "later" not in request.POST:
            return self.page(form, status=422, saved=True)
        return redirect(self.next())

    def complete(self, form: AnswersForm) -> None:
        """Say what only this page can know to be missing."""

    def save(self, form: AnswersForm, before: dict[str, Any]) -> None:
        self.write(self.merged(form.answers), before)

    def write(self, answers: dict[str, Any], before: dict[str, Any]) -> None:
        """Keep the whole section, unless it holds something else by now than ``before``."""
        self.referral.answers = actions.write(
            self.referral, by=self.user, today=today(), section=self.section.code,
            answers=answers, before=before,
        ).answers  # fmt: skip

    def next(self) -> str:
        return self.home()

    def page(self, form: AnswersForm, status: int = 200, **extra: Any) -> HttpResponse:
        stored = self.stored()
        context = {
            **self.base(),
            "section": self.section,
            "title": self.section.title,
            "form": form,
            "seen": digest(stored),
            "asked": [asked for code, asked in self.asked_for() if code not in form.fields],
            "back": self.next() if status == 200 else self.home(),
            **self.context(),
            **extra,
        }
        if extra.get("conflict"):
            context["now"] = [(q.label, in_words(q, self.answers())) for q in self.questions()]
        return render(self.request, self.template_name, context, status=status)

    def context(self) -> dict[str, Any]:
        return {}


class ListPage(SectionPage):
    """A part that repeats: what has been added, and what to say if there is nothing to add."""

    template_name = "referrals/form/list.html"

    def items(self) -> list[dict[str, Any]]:
        return self.section.items(self.stored())

    def questions(self) -> Sequence[Question]:
        more = more_question(self.section)
        return [more] if self.items() or not self.section.none_label else [none_question(self.section), more]

    def answers(self) -> dict[str, Any]:
        return self.stored()

    def merged(self, answers: dict[str, Any]) -> dict[str, Any]:
        items = self.items()
        return {ITEMS: items, **answers} if items else answers

    def complete(self, form: AnswersForm) -> None:
        if len(self.items()) >= max(self.section.least, 1) or form.answers.get(NONE):
            return
        if self.section.none_label:
            form.add_error(NONE, f"Add a {self.section.repeats}, or say why none is known")
        else:
            form.add_error(None, f"Add at least one {self.section.repeats}")

    def context(self) -> dict[str, Any]:
        code = self.section.code
        items = [
            {
                "title": title_of(self.section, number, item),
                "url": self.url("item", code, number + 1),
                "remove": self.url("item-remove", code, number + 1),
                "gaps": len([g for g in missing_in(self.section, self.stored()) if g.item == number]),
            }
            for number, item in enumerate(self.items())
        ]
        full = len(items) >= self.section.most
        add = "" if full else self.url("item", code, len(items) + 1)
        return {"items": items, "add": add, "back": self.home()}


class ItemPage(SectionPage):
    """One child, person, agency or process. The number after the last is a new one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.number = self.item = kwargs["number"] - 1
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self._refuse_beyond(len(self.section.items(self.stored())))
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # Where others have been taken off meanwhile, the page that says so comes before "not found".
        fresh = request.POST.get("seen", "") == digest(self.stored())
        self._refuse_beyond(len(self.section.items(self.stored())) if fresh else self.section.most)
        return super().post(request, **kwargs)

    def _refuse_beyond(self, last: int) -> None:
        if not self.section.repeats or not 0 <= self.number <= min(last, self.section.most - 1):
            raise Http404

    def answers(self) -> dict[str, Any]:
        items = self.section.items(self.stored())
        return items[self.number] if self.number < len(items) else {}

    def merged(self, answers: dict[str, Any]) -> dict[str, Any]:
        stored = self.stored()
        items = self.section.items(stored)
        items[self.number : self.number + 1] = [answers]
        stored.pop(NONE, None)
        return {**stored, ITEMS: items}

    def next(self) -> str:
        return self.url("section", self.section.code)

    def context(self) -> dict[str, Any]:
        return {"title": f"{self.section.repeats.capitalize()} {self.number + 1}"}


class RemoveItem(SectionPage):
    """Taking one child, person, agency or process off the form, after asking."""

    template_name = "referrals/form/remove.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.number = kwargs["number"] - 1
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        items = self.section.items(self.stored())
        if not 0 <= self.number < len(items):
            raise Http404
        what = title_of(self.section, self.number, items[self.number])
        back = self.url("section", self.section.code)
        context = {
            **self.base(),
            "what": what,
            "section": self.section,
            "seen": digest(self.stored()),
            "back": back,
        }
        return render(request, self.template_name, context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stored = self.stored()
        items = self.section.items(stored)
        back = redirect(self.url("section", self.section.code))
        if request.POST.get("seen", "") != digest(stored) or not 0 <= self.number < len(items):
            messages.warning(request, "Nothing was removed: this part was changed in the meantime.")
            return back
        del items[self.number]
        try:
            self.write({**stored, ITEMS: items}, stored)
        except Stale:
            messages.warning(request, "Nothing was removed: this part was changed in the meantime.")
        return back


def page_of_section(request: HttpRequest, ref: str, code: str) -> HttpResponseBase:
    """The page of a part, by what kind of part it is."""
    section = section_of(code)
    kind: type[SectionPage] = ListPage if section and section.repeats else SectionPage
    return kind.as_view()(request, ref=ref, code=code)
