"""Addresses of referrals, cases, notifications and decisions.

Every verb has its page at ``/<noun>/<reference>/<verb>/``, named ``<noun>-<verb>``.
"""

from django.urls import URLPattern, path

from referrals.views import (
    access,
    case,
    case_verbs,
    decision,
    decision_verbs,
    disposal,
    emergency,
    files,
    intake,
    keeping,
    lists,
    notification,
    processes,
    reading,
    referral,
    triage,
    work,
    writing,
)
from referrals.views.shared import ReferralVerb
from referrals.views.verbs import VerbView

REFERRAL_VERBS: tuple[type[ReferralVerb], ...] = (
    intake.SendToLead,
    intake.GiveBack,
    intake.Submit,
    intake.Discard,
    intake.TakeUp,
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
referral_urls: list[URLPattern] = [
    path("referrals/", referral.referrals, name="referrals"),
    path("referrals/new/", intake.New.as_view(), name="referral-new"),
    path("referrals/new/received/", intake.Received.as_view(), name="referral-received"),
    path("referrals/new/notification/", intake.LaNotification.as_view(), name="referral-la-notification"),
    path("referrals/<slug:ref>/", referral.referral, name="referral"),
    path("referrals/<slug:ref>/sent/", intake.sent, name="referral-sent"),
    path("referrals/<slug:ref>/answers/", referral.answers, name="referral-answers"),
    path("referrals/<slug:ref>/changes/", referral.changed, name="referral-changes"),
    path("referrals/<slug:ref>/files/", files.AddFiles.as_view(), name="referral-files"),
    path(form, writing.TaskList.as_view(), name="referral-form"),
    path(
        f"{form}attachments/",
        files.FilesPage.as_view(),
        {"code": "attachments"},
        name="referral-files-section",
    ),
    path(
        f"{form}attachments/<slug:document>/remove/", files.RemoveFile.as_view(), name="referral-file-remove"
    ),
    path(f"{form}<slug:code>/", writing.page_of_section, name="referral-section"),
    path(f"{form}<slug:code>/<int:number>/", writing.ItemPage.as_view(), name="referral-item"),
    path(
        f"{form}<slug:code>/<int:number>/remove/", writing.RemoveItem.as_view(), name="referral-item-remove"
    ),
    *(
        path(f"referrals/<slug:ref>/{v.verb}/", v.as_view(), name=f"referral-{v.verb}")
        for v in REFERRAL_VERBS
    ),
]

CASE_VERBS: tuple[type[VerbView], ...] = (
    case_verbs.SetDates,
    case_verbs.Rename,
    case_verbs.Restrict,
    case_verbs.LiftRestriction,
    case_verbs.Close,
    case_verbs.Reopen,
    access.GrantAccess,
    access.EndAccess,
    access.DeclareConflict,
    access.RecordConflict,
    access.LiftConflict,
    *keeping.HOLD_VERBS,
    disposal.ProposeDisposal,
)
NOTIFICATION_VERBS: tuple[type[VerbView], ...] = (
    notification.Submit,
    notification.TellPartners,
    notification.Acknowledge,
    notification.Update,
    notification.Convert,
    notification.Retract,
    notification.Reconsider,
    notification.Close,
)
DECISION_VERBS: tuple[type[VerbView], ...] = (
    decision_verbs.GiveView,
    decision_verbs.Approve,
    decision_verbs.SendBack,
    decision_verbs.Revise,
    decision_verbs.Withdraw,
)
case_urls: list[URLPattern] = [
    path("work/", work.Work.as_view(), name="work"),
    path("cases/", lists.CaseList.as_view(), name="cases"),
    path("cases/access/", access.AccessRegister.as_view(), name="access-register"),
    path("cases/emergency/", emergency.WhichCase.as_view(), name="emergency-which"),
    path("cases/<slug:ref>/open-in-emergency/", emergency.Open.as_view(), name="emergency-open"),
    path("emergencies/", emergency.EmergencyList.as_view(), name="emergencies"),
    path("emergencies/<slug:ref>/", emergency.EmergencyPage.as_view(), name="emergency"),
    *(
        path(f"emergencies/<slug:ref>/{v.verb}/", v.as_view(), name=f"emergency-{v.verb}")
        for v in emergency.EMERGENCY_VERBS
    ),
    path("cases/<slug:ref>/", case.CasePage.as_view(), name="case"),
    path("cases/<slug:ref>/events/", case.EventsPage.as_view(), name="case-events"),
    path("cases/<slug:ref>/people/", case.PeoplePage.as_view(), name="case-people"),
    path("cases/<slug:ref>/processes/", processes.ProcessesPage.as_view(), name="case-processes"),
    path("cases/<slug:ref>/processes/add/", processes.AddProcess.as_view(), name="case-processes-add"),
    path("cases/<slug:ref>/holds/", keeping.HoldsPage.as_view(), name="case-holds"),
    path("processes/<slug:ref>/", processes.ProcessPage.as_view(), name="process"),
    *(
        path(f"processes/<slug:ref>/{v.verb}/", v.as_view(), name=f"process-{v.verb}")
        for v in processes.PROCESS_VERBS
    ),
    path("cases/<slug:ref>/access/", access.AccessPage.as_view(), name="case-access"),
    path("cases/<slug:ref>/reads/", reading.ReadsPage.as_view(), name="case-reads"),
    path("cases/<slug:ref>/clocks/<slug:code>/", case.ClockPage.as_view(), name="clock"),
    path("cases/<slug:ref>/clocks/<slug:code>/<slug:key>/", case.ClockPage.as_view(), name="clock-of-one"),
    path("cases/<slug:ref>/decide/<slug:kind>/", decision.Propose.as_view(), name="propose"),
    *(path(f"cases/<slug:ref>/{v.verb}/", v.as_view(), name=f"case-{v.verb}") for v in CASE_VERBS),
    path("notifications/<slug:ref>/", notification.NotificationPage.as_view(), name="notification"),
    *(
        path(f"notifications/<slug:ref>/{v.verb}/", v.as_view(), name=f"notification-{v.verb}")
        for v in NOTIFICATION_VERBS
    ),
    path("decisions/<slug:ref>/", decision.DecisionPage.as_view(), name="decision"),
    *(
        path(f"decisions/<slug:ref>/{v.verb}/", v.as_view(), name=f"decision-{v.verb}")
        for v in DECISION_VERBS
    ),
]
keeping_urls: list[URLPattern] = [
    path("retention/<slug:ref>/", keeping.SchedulePage.as_view(), name="retention-schedule"),
    path("retention/<slug:ref>/disposed/", disposal.DisposedPage.as_view(), name="retention-disposed"),
    path("disposals/<slug:ref>/", disposal.DisposalPage.as_view(), name="disposal"),
    *(
        path(f"disposals/<slug:ref>/{v.verb}/", v.as_view(), name=f"disposal-{v.verb}")
        for v in disposal.DISPOSAL_VERBS
    ),
    path("retention/<slug:ref>/due/", disposal.DuePage.as_view(), name="retention-due"),
    path("retention/<slug:ref>/<slug:kind>/", keeping.SetPeriod.as_view(), name="retention-set"),
]
urlpatterns: list[URLPattern] = [*referral_urls, *case_urls, *keeping_urls]
