"""Addresses of rapid reviews, practice reviews and the public library."""

from django.urls import URLPattern, path

from reviews.states import PlanKind
from reviews.views import (
    access_holdings,
    access_request,
    agencies,
    anonymity,
    answering,
    asking,
    bringing,
    by_link,
    change,
    change_verbs,
    chasing,
    commenting,
    conducting,
    decision_room,
    fact_check,
    fact_check_verbs,
    family,
    feeds,
    figures,
    findings_room,
    gate,
    identity_key,
    library,
    links,
    meeting,
    plan_steps,
    plan_template,
    practice_plan,
    practice_report,
    practice_review,
    practice_verbs,
    practice_writing,
    public,
    rapid_review,
    recommending,
    report_room,
    request_links,
    requests,
    yearly,
)
from reviews.views.chasing import CHASING_VERBS
from reviews.views.chronology import comparing, entries, exporting, importing, merged
from reviews.views.commenting import COMMENT_VERBS
from reviews.views.family import CONTACT_VERBS, PROMISE_VERBS
from reviews.views.plan_steps import STEP_VERBS
from reviews.views.plan_template import TEMPLATE_STEP_VERBS, TEMPLATE_VERBS
from reviews.views.rapid_verbs import RAPID_VERBS
from reviews.views.reports import PRACTICE_REPORT, RAPID_REPORT
from reviews.views.request_links import LINK_VERBS
from reviews.views.requests import REQUEST_VERBS
from reviews.views.versions import section_urls

# Open to everybody.
PUBLIC = [
    path("", public.home, name="home"),
    path("refer/", public.refer, name="refer"),
    path("families/", public.families, name="families"),
    path("guidance/", public.guidance, name="guidance"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("library/", library.library, name="library"),
    path("library/feed.atom", feeds.feed, name="library-feed"),
    path("library/reviews.json", feeds.reviews, name="library-reviews"),
]
LINKS = [
    path("library/links/", links.Links.as_view(), name="library-links"),
    path("library/links/add/", links.AddLink.as_view(), name="library-link-add"),
    path("library/links/<slug:ref>/", links.ChangeLink.as_view(), name="library-link-change"),
    path("library/links/<slug:ref>/remove/", links.RemoveLink.as_view(), name="library-link-remove"),
]
# After the links, so that no title can ever hide them.
PUBLISHED = [
    path("library/<slug:slug>/", library.publication, name="publication"),
    path("library/<slug:slug>/report.pdf", library.publication_pdf, name="publication-pdf"),
    path("library/<slug:slug>/figures/<int:number>/", library.publication_figure, name="publication-figure"),
    path("library/<slug:slug>/report.json", feeds.review, name="publication-data"),
]

# Every verb of a practice review has its page at ``/practice-reviews/<reference>/<verb>/``.
REVIEW_VERBS: tuple[type[practice_verbs.PracticeVerb], ...] = (
    practice_verbs.Plan,
    practice_verbs.TellNational,
    practice_verbs.AppointReviewer,
    practice_verbs.RemoveReviewer,
    practice_verbs.BeginWork,
    practice_verbs.Monitor,
    practice_verbs.PutOnHold,
    practice_verbs.ExtendHold,
    practice_verbs.Resume,
    practice_verbs.RecordDelay,
    conducting.MeetPractitioners,
    practice_plan.AddStep,
    practice_writing.WriteReport,
    recommending.AddFinding,
    recommending.Recommend,
    figures.AddFigure,
    practice_verbs.ReceiveDraft,
    practice_verbs.StartQuality,
    practice_verbs.AskChanges,
    practice_verbs.StartFactCheck,
    practice_verbs.SignOff,
    practice_verbs.ReopenReport,
    practice_verbs.Send,
    practice_verbs.PlanPublication,
    practice_verbs.Describe,
    practice_verbs.TellFamily,
    gate.ProposeRelease,
    practice_verbs.Withhold,
    practice_verbs.LeaveAsPublished,
    practice_verbs.StartFollowUp,
    practice_verbs.Close,
    practice_verbs.Reopen,
    practice_verbs.Subsume,
    practice_verbs.Merge,
)
# Each is about one finding or recommendation, so its number stands in the address.
ONE_OF_THEM: tuple[type[practice_verbs.PracticeVerb], ...] = (
    *recommending.ONE_VERBS,
    figures.AmendFigure,
    figures.DropFigure,
    change_verbs.PlanAction,
    conducting.NoteMarker,
)
one_review = "practice-reviews/<slug:ref>/"
one_check = "fact-checks/<slug:ref>/"
fact_check_urls: list[URLPattern] = [
    path(f"{one_review}fact-check/", fact_check.FactCheckRoom.as_view(), name="practice-review-fact-check"),
    path(f"{one_review}fact-check/ask/<int:agency>/", fact_check.AskAgency.as_view(), name="fact-check-ask"),
    path(one_check, fact_check.FactCheckPage.as_view(), name="fact-check"),
    *(
        path(f"{one_check}{v.verb}/", v.as_view(), name=f"fact-check-{v.verb}")
        for v in fact_check_verbs.CHECK_VERBS
    ),
    *(
        path(f"{one_check}{v.verb}/<int:number>/", v.as_view(), name=f"fact-check-{v.verb}")
        for v in fact_check_verbs.POINT_VERBS
    ),
]
practice_urls: list[URLPattern] = [
    path("practice-reviews/", practice_review.PracticeReviews.as_view(), name="practice-reviews"),
    path(one_review, practice_review.PracticeReviewPage.as_view(), name="practice-review"),
    path(
        f"{one_review}milestones/",
        practice_plan.PracticePlanPage.as_view(),
        name="practice-review-milestones",
    ),
    path(f"{one_review}practitioners/", conducting.Practitioners.as_view(), name=conducting.PRACTITIONERS),
    path(f"{one_review}markers/", conducting.Markers.as_view(), name=conducting.MARKED),
    path(f"{one_review}family/", family.FamilyPage.as_view(), name="practice-review-family"),
    path(f"{one_review}family/add/", family.AddPerson.as_view(), name="practice-review-family-add"),
    path("family/<slug:ref>/", family.ContactPage.as_view(), name="family-contact"),
    *(
        path(f"family/<slug:ref>/{v.verb}/", v.as_view(), name=f"family-contact-{v.verb}")
        for v in CONTACT_VERBS
    ),
    path("promises/<slug:ref>/", family.PromisePage.as_view(), name="family-promise"),
    *(
        path(f"promises/<slug:ref>/{v.verb}/", v.as_view(), name=f"family-promise-{v.verb}")
        for v in PROMISE_VERBS
    ),
    *fact_check_urls,
    path(f"{one_review}report/", practice_report.PracticeReport.as_view(), name="practice-review-report"),
    path(f"{one_review}figures/<int:number>/", figures.picture, name="report-figure"),
    path(f"{one_review}actions/", change.ActionsRoom.as_view(), name="actions-room"),
    path(f"{one_review}publication/", gate.Gate.as_view(), name="publication-gate"),
    path("releases/<slug:ref>/", gate.ReleasePage.as_view(), name="release"),
    *(
        path(f"releases/<slug:ref>/{v.verb}/", v.as_view(), name=f"release-{v.verb}")
        for v in gate.RELEASE_VERBS
    ),
    path(f"{one_review}findings/", findings_room.FindingsRoom.as_view(), name="findings"),
    path(
        f"{one_review}comments/<slug:section>/",
        commenting.Comments.as_view(),
        name="practice-review-section-comments",
    ),
    path(f"{one_review}report/word/", bringing.WordPage.as_view(), name="working-copy"),
    path("report-imports/<slug:ref>/", bringing.ImportPage.as_view(), name="report-import"),
    path("comments/<slug:ref>/", commenting.CommentPage.as_view(), name="report-comment"),
    *(
        path(f"comments/<slug:ref>/{v.verb}/", v.as_view(), name=f"report-comment-{v.verb}")
        for v in COMMENT_VERBS
    ),
    *section_urls(PRACTICE_REPORT, one_review),
    *(path(f"{one_review}{v.verb}/", v.as_view(), name=f"practice-review-{v.verb}") for v in REVIEW_VERBS),
    *(
        path(f"{one_review}{v.verb}/<int:number>/", v.as_view(), name=f"practice-review-{v.verb}")
        for v in ONE_OF_THEM
    ),
    path("publications/<slug:ref>/withdraw/", practice_verbs.Withdraw.as_view(), name="publication-withdraw"),
]

one_action = "actions/<slug:ref>/"
action_urls: list[URLPattern] = [
    path("actions/", change.Tracker.as_view(), name="actions"),
    path(one_action, change.ActionPage.as_view(), name="action"),
    *(
        path(f"{one_action}{v.verb}/", v.as_view(), name=f"action-{v.verb}")
        for v in change_verbs.ACTION_VERBS
    ),
]

one_key = "identity-keys/<slug:ref>/"
anonymity_urls: list[URLPattern] = [
    path(f"{one_review}anonymity/", anonymity.Workbench.as_view(), name="anonymity-workbench"),
    path(f"{one_review}anonymity/begin/", anonymity.BeginKey.as_view(), name="anonymity-begin"),
    path(f"{one_review}anonymity/files/", anonymity.MakeFiles.as_view(), name="anonymity-files"),
    path(one_key, identity_key.KeyPage.as_view(), name="identity-key"),
    path(f"{one_key}check/", identity_key.CheckPage.as_view(), name="anonymity-check"),
    *(
        path(f"{one_key}{v.verb}/", v.as_view(), name=f"identity-key-{v.verb}")
        for v in identity_key.KEY_VERBS
    ),
    *(
        path(f"{one_key}{v.verb}/<int:number>/", v.as_view(), name=f"identity-key-{v.verb}")
        for v in identity_key.ENTRY_VERBS
    ),
]

one_rapid = "rapid-reviews/<slug:ref>/"
rules = "whom-to-ask/<str:ref>/"
one_meeting = "meetings/<slug:ref>/"
one_request = "requests/<slug:ref>/"
account = f"{one_request}account/"
rapid_urls: list[URLPattern] = [
    path("rapid-reviews/", rapid_review.RapidReviews.as_view(), name="rapid-reviews"),
    path(one_rapid, rapid_review.RapidReviewPage.as_view(), name="rapid-review"),
    path(f"{one_rapid}report/", report_room.ReportRoom.as_view(), name="rapid-review-report"),
    path(f"{one_rapid}accept_name/", report_room.AcceptName.as_view(), name="rapid-review-accept_name"),
    *section_urls(RAPID_REPORT, one_rapid),
    path(f"{one_rapid}agencies/", agencies.Agencies.as_view(), name="rapid-review-agencies"),
    path(f"{one_rapid}meeting/", meeting.MeetingRoom.as_view(), name="rapid-review-meeting"),
    path(f"{one_rapid}plan_meeting/", meeting.PlanMeeting.as_view(), name="rapid-review-plan_meeting"),
    path(f"{one_rapid}hold_meeting/", meeting.HoldMeeting.as_view(), name="rapid-review-hold_meeting"),
    path(one_meeting, meeting.MeetingPage.as_view(), name="meeting"),
    path(f"{one_meeting}calendar/", meeting.CalendarFile.as_view(), name="meeting-calendar"),
    *(path(f"{one_meeting}{v.verb}/", v.as_view(), name=f"meeting-{v.verb}") for v in meeting.MEETING_VERBS),
    path("meeting-rules/<slug:ref>/", meeting.Rules.as_view(), name="meeting-rules"),
    path(f"{one_rapid}decision/", decision_room.DecisionRoom.as_view(), name="decision-room"),
    path(f"{one_rapid}weigh/<slug:criterion>/", decision_room.Weigh.as_view(), name="rapid-review-weigh"),
    *(path(f"{one_rapid}{v.verb}/", v.as_view(), name=f"rapid-review-{v.verb}") for v in RAPID_VERBS),
    path(one_request, requests.RequestPage.as_view(), name="request"),
    path(f"{one_request}changes/", answering.changed, name="request-changes"),
    path(account, answering.TaskList.as_view(), name="request-account"),
    path(f"{account}<slug:code>/", answering.page_of_part, name="request-section"),
    path(f"{account}<slug:code>/<int:number>/", answering.ItemPage.as_view(), name="request-item"),
    path(
        f"{account}<slug:code>/<int:number>/remove/",
        answering.RemoveItem.as_view(),
        name="request-item-remove",
    ),
    *(path(f"{one_request}{v.verb}/", v.as_view(), name=f"request-{v.verb}") for v in REQUEST_VERBS),
    *(path(f"{one_request}{v.verb}/", v.as_view(), name=f"request-{v.verb}") for v in CHASING_VERBS),
    path(rules, asking.Rules.as_view(), name="asking-rules"),
    path(f"{rules}add/", asking.AddRule.as_view(), name="asking-rule-add"),
    path(f"{rules}shipped/", asking.ShipRules.as_view(), name="asking-rules-ship"),
    path(f"{rules}<slug:fact>/<slug:kind>/remove/", asking.RemoveRule.as_view(), name="asking-rule-remove"),
    path(f"{one_request}send_link/", request_links.SendLink.as_view(), name="request-send_link"),
    *(path(f"links/<slug:ref>/{v.verb}/", v.as_view(), name=f"link-{v.verb}") for v in LINK_VERBS),
    path("reminders/", chasing.Ladder.as_view(), name="chase-ladder"),
]

one_step = "plan-steps/<slug:ref>/"
of_partnership = "plan-templates/of/<str:ref>/"
one_template = "plan-templates/<slug:ref>/"
plan_urls: list[URLPattern] = [
    path(one_step, plan_steps.PlanStepPage.as_view(), name="plan-step"),
    *(path(f"{one_step}{v.verb}/", v.as_view(), name=f"plan-step-{v.verb}") for v in STEP_VERBS),
    path(of_partnership, plan_template.PlanOfPartnership.as_view(), name="plan-templates"),
    path(f"{of_partnership}own/", plan_template.MakeOwn.as_view(), name="plan-template-own"),
    path(
        f"{of_partnership}six-months/",
        plan_template.PlanOfPartnership.as_view(kind=PlanKind.PRACTICE_REVIEW),
        name="milestone-templates",
    ),
    path(
        f"{of_partnership}six-months/own/",
        plan_template.MakeOwn.as_view(kind=PlanKind.PRACTICE_REVIEW),
        name="milestone-template-own",
    ),
    path(one_template, plan_template.TemplatePage.as_view(), name="plan-template"),
    *(path(f"{one_template}{v.verb}/", v.as_view(), name=f"plan-template-{v.verb}") for v in TEMPLATE_VERBS),
    *(
        path(f"{one_template}{v.verb}/<int:number>/", v.as_view(), name=f"plan-template-{v.verb}")
        for v in TEMPLATE_STEP_VERBS
    ),
]

chronology_urls: list[URLPattern] = [
    path(f"{one_rapid}chronology/", merged.ChronologyPage.as_view(), name="chronology"),
    path(f"{one_rapid}chronology/add/", entries.AddToReview.as_view(), name="chronology-add"),
    path(f"{one_rapid}chronology/bring/", importing.BringToReview.as_view(), name="chronology-bring"),
    path(f"{one_rapid}chronology/pairs/", comparing.Pairs.as_view(), name="chronology-pairs"),
    path(
        f"{one_rapid}chronology/pairs/<slug:first>/<slug:second>/",
        comparing.Judge.as_view(),
        name="chronology-judge",
    ),
    path(f"{one_rapid}chronology/copy/", exporting.Export.as_view(), name="chronology-export"),
    path(f"{one_request}chronology/", entries.AgencyChronology.as_view(), name="agency-chronology"),
    path(f"{one_request}chronology/add/", entries.AddToRequest.as_view(), name="agency-chronology-add"),
    path(
        f"{one_request}chronology/bring/", importing.BringToRequest.as_view(), name="agency-chronology-bring"
    ),
    path("chronology-imports/<slug:ref>/", importing.ImportPage.as_view(), name="chronology-import"),
    path("chronology-entries/<slug:ref>/", entries.EntryPage.as_view(), name="chronology-entry"),
    *(
        path(f"chronology-entries/<slug:ref>/{v.verb}/", v.as_view(), name=f"chronology-entry-{v.verb}")
        for v in entries.ENTRY_VERBS
    ),
]

yearly_urls: list[URLPattern] = [
    path("yearly-reports/<str:ref>/", yearly.YearlyFigures.as_view(), name="yearly-report"),
    path("yearly-reports/<str:ref>/pack/", yearly.MakePack.as_view(), name="yearly-pack-make"),
    path("yearly-packs/<slug:ref>/", yearly.PackPage.as_view(), name="yearly-pack"),
]

# Answering without an account. Only the first address holds a token, and it leads on at once.
through = by_link.by_link
by_link_urls: list[URLPattern] = [
    path("answer/open/<str:token>/", by_link.open_link, name="by-link-open"),
    path("answer/code/", by_link.code, name="by-link-code"),
    path("answer/close/", by_link.close, name="by-link-close"),
    path("answer/thanks/", by_link.thanks, name="by-link-thanks"),
    path("answer/", by_link.asked_page, name="by-link"),
    path("answer/no-involvement/", through(by_link.NilReturn.as_view()), name="by-link-nil"),
    path("answer/send/", through(by_link.AnswerRequest.as_view()), name="by-link-answer_request"),
    path("answer/account/", through(by_link.TaskList.as_view()), name="by-link-account"),
    path("answer/account/<slug:code>/", through(by_link.page_of_part), name="by-link-section"),
    path(
        "answer/account/<slug:code>/<int:number>/", through(by_link.ItemPage.as_view()), name="by-link-item"
    ),
    path(
        "answer/account/<slug:code>/<int:number>/remove/",
        through(by_link.RemoveItem.as_view()),
        name="by-link-item-remove",
    ),
]

access_request_urls: list[URLPattern] = [
    path("access-requests/", access_request.AccessRequests.as_view(), name="access-requests"),
    path(
        "access-requests/new/<str:ref>/", access_request.NewAccessRequest.as_view(), name="access-request-new"
    ),
    path("access-requests/<slug:ref>/", access_request.AccessRequestPage.as_view(), name="access-request"),
    *(
        path(f"access-requests/<slug:ref>/{v.verb}/", v.as_view(), name=f"access-request-{v.verb}")
        for v in (*access_request.ACCESS_VERBS, *access_holdings.HOLDING_VERBS)
    ),
    path(
        "access-requests/<slug:ref>/passages/",
        access_holdings.Passages.as_view(),
        name=access_holdings.PASSAGES,
    ),
    path(
        "access-requests/<slug:ref>/passages/<int:passage>/",
        access_holdings.Decide.as_view(),
        name="access-request-decide",
    ),
    path(
        "access-requests/<slug:ref>/goes-out/",
        access_holdings.GoesOut.as_view(),
        name="access-request-goes-out",
    ),
]

urlpatterns: list[URLPattern] = [
    *PUBLIC,
    *LINKS,
    *PUBLISHED,
    *rapid_urls,
    *plan_urls,
    *chronology_urls,
    *by_link_urls,
    *practice_urls,
    *action_urls,
    *anonymity_urls,
    *yearly_urls,
    *access_request_urls,
]
