"""Addresses of referrals, cases, notifications and decisions.

Every verb has its page at ``/<noun>/<reference>/<verb>/``, named ``<noun>-<verb>``.
"""

from django.urls import URLPattern, path

from referrals.views import intake, referral, triage, writing
from referrals.views.shared import ReferralVerb

REFERRAL_VERBS: tuple[type[ReferralVerb], ...] = (
    intake.SendToLead,
    intake.GiveBack,
    intake.Submit,
    intake.AskToWithdraw,
    triage.Accept,
    triage.ReturnIncomplete,
    triage.Link,
    triage.AskMore,
    triage.RecordInfo,
    triage.Transfer,
    triage.Withdraw,
    triage.Reopen,
    triage.GiveFeedback,
)
form = "referrals/<slug:ref>/form/"
urlpatterns: list[URLPattern] = [
    path("referrals/", referral.referrals, name="referrals"),
    path("referrals/new/", intake.New.as_view(), name="referral-new"),
    path("referrals/new/received/", intake.Received.as_view(), name="referral-received"),
    path("referrals/new/notification/", intake.LaNotification.as_view(), name="referral-la-notification"),
    path("referrals/<slug:ref>/", referral.referral, name="referral"),
    path("referrals/<slug:ref>/sent/", intake.sent, name="referral-sent"),
    path("referrals/<slug:ref>/answers/", referral.answers, name="referral-answers"),
    path("referrals/<slug:ref>/changes/", referral.changed, name="referral-changes"),
    path("referrals/<slug:ref>/files/", intake.AddFiles.as_view(), name="referral-files"),
    path(form, writing.TaskList.as_view(), name="referral-form"),
    path(f"{form}attachments/<slug:document>/remove/", writing.RemoveFile.as_view(), name="referral-file-remove"),
    path(f"{form}<slug:code>/", writing.page_of_section, name="referral-section"),
    path(f"{form}<slug:code>/<int:number>/", writing.ItemPage.as_view(), name="referral-item"),
    path(f"{form}<slug:code>/<int:number>/remove/", writing.RemoveItem.as_view(), name="referral-item-remove"),
    *(path(f"referrals/<slug:ref>/{v.verb}/", v.as_view(), name=f"referral-{v.verb}") for v in REFERRAL_VERBS),
]
