"""The files of a referral: kept while it is written, and the copy of a notification that follows later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from cspr.documents.uploads import UploadRefused
from cspr.workflow import Refused
from referrals import actions, attachments
from referrals.forms.answers import AnswersForm
from referrals.models import Referral
from referrals.views.shared import found, person, today
from referrals.views.writing import SectionPage, Writing


class FilesPage(SectionPage):
    """The files that belong to the referral."""

    template_name = "referrals/form/files.html"
    with_files = True

    def complete(self, form: AnswersForm) -> None:
        """Keep each file that can be kept, whatever else is wrong, and see that the answer fits what is there."""
        for file in self.request.FILES.getlist("uploads"):
            if not file.size:
                continue  # the field has said so
            try:
                attachments.attach(self.referral, by=self.user, today=today(), file=file)
            except (UploadRefused, Refused) as reason:
                form.add_error("uploads", str(reason))
        confirmed, there = form.answers.get("confirmed"), bool(attachments.files_of(self.referral, self.user))
        if confirmed == "attached" and not there:
            form.answers.pop("confirmed")
            form.add_error("confirmed", "Nothing is attached yet. Add the files, or say that there are none")
        if confirmed == "none" and there:
            form.answers.pop("confirmed")
            form.add_error("confirmed", "There are files. Remove them, or say that you have attached them")

    def next(self) -> str:
        if self.request.FILES:
            return reverse("referral-section", args=[self.referral.ref, self.section.code])
        return self.home()

    def context(self) -> dict[str, Any]:
        return {"documents": attachments.files_of(self.referral, self.user), "back": self.home()}


class RemoveFile(Writing):
    """Taking a file away while the referral is still being written."""

    def post(self, request: HttpRequest, ref: str, document: str) -> HttpResponse:
        files = attachments.files_of(self.referral, self.user)
        wanted = next((file for file in files if file.ref == document), None)
        if wanted is None:
            raise Http404
        try:
            attachments.detach(self.referral, by=self.user, today=today(), document=wanted)
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"“{wanted.name}” was removed.")
            self._ask_again()
        return redirect("referral-section", ref=ref, code="attachments")

    def _ask_again(self) -> None:
        """Whoever said that everything is attached is asked again once nothing is."""
        if self.referral.answers.get("attachments") and not attachments.files_of(self.referral, self.user):
            actions.write(self.referral, by=self.user, today=today(), section="attachments", answers={})


def keep(request: HttpRequest, referral: Referral, files: Sequence[UploadedFile], kind: str) -> None:
    """Keep the files that can be kept; what was recorded stays recorded, and the person hears of the others."""
    for file in files:
        try:
            attachments.attach(referral, by=person(request), today=today(), file=file, kind=kind)
        except (UploadRefused, Refused) as reason:
            messages.error(request, f"The referral is recorded, but a file is not: {reason}")


class AddFiles(View):
    """A copy of the notification, added after it was recorded."""

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        referral = found(request, ref)
        reason = attachments.why_not_attach(referral, person(request))
        if reason:
            messages.error(request, reason)
        for file in request.FILES.getlist("uploads") if not reason else []:
            try:
                attachments.attach(
                    referral, by=person(request), today=today(), file=file, kind=attachments.CORRESPONDENCE
                )
            except UploadRefused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "The file is kept with the referral.")
        return redirect(referral)
