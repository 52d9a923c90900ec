"""Which row of the table each address carries out, at which moment, and whose the thing then is. See ``verbs``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import Invitation, Membership, Partnership, PendingGrant, User
from cspr.audit.models import ReadingAlarm
from cspr.documents.models import Document
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Subject
from referrals.models import (
    Case,
    Decision,
    Disposal,
    EmergencyAccess,
    Notification,
    ParallelProcess,
    Referral,
)
from referrals.states import DecisionKind
from reviews.models import (
    AcceptedFind,
    AccessRequest,
    Action,
    ChronologyEntry,
    ChronologyImport,
    FactCheck,
    FamilyContact,
    FamilyPromise,
    IdentityKey,
    InformationRequest,
    KeyEntry,
    LibraryLink,
    Meeting,
    PlanStep,
    PlanTemplate,
    PracticeReview,
    Publication,
    RapidReview,
    Release,
    ReportComment,
    ReportImport,
    RequestLink,
    YearlyPack,
)
from tests.access import fact_check_scenes
from tests.access.access_scenes import passage
from tests.access.comment_scenes import BROUGHT, COMMENTED
from tests.access.doors import BY_LINK, WAY_IN
from tests.access.emergency_scenes import OPENED
from tests.access.family_scenes import FAMILY, RELATIVE
from tests.access.keeping_scenes import DISPOSED, HELD, TO_DISPOSE
from tests.access.scenes import CHILD, RECIPIENT, Scene
from tests.access.yearly_scenes import ASKED, PACK

NOUNS: dict[str, type[Subject]] = {
    "referral": Referral,
    "case": Case,
    "notification": Notification,
    "decision": Decision,
    "disposal": Disposal,
    "process": ParallelProcess,
    "emergency": EmergencyAccess,
    "fact-check": FactCheck,
    "rapid-review": RapidReview,
    "plan-template": PlanTemplate,
    "plan-step": PlanStep,
    "request": InformationRequest,
    "chronology-entry": ChronologyEntry,
    "chronology-import": ChronologyImport,
    "link": RequestLink,
    "meeting": Meeting,
    "practice-review": PracticeReview,
    "report-comment": ReportComment,
    "report-import": ReportImport,
    "family-contact": FamilyContact,
    "family-promise": FamilyPromise,
    "publication": Publication,
    "action": Action,
    "identity-key": IdentityKey,
    "yearly-pack": YearlyPack,
    "access-request": AccessRequest,
    "release": Release,
}
# Who may know that the thing exists: to them a refusal may say why, to others nothing is there.
SEEN: dict[type, str] = {
    Referral: "referral.view",
    Case: "case.view_summary",
    Notification: "notification.view",
    Decision: "decision.view",
    Disposal: "disposal.view",
    FactCheck: "fact_check.view",
    ParallelProcess: "case.read_whole",
    EmergencyAccess: "emergency.view",
    RapidReview: "rapid_review.view",
    PlanStep: "rapid_review.view",
    PlanTemplate: "plan_template.change",
    InformationRequest: "agency_report.view",
    ChronologyEntry: "chronology.entry_view",
    ChronologyImport: "chronology.import_own",
    RequestLink: "rapid_review.view",
    Meeting: "meeting.view",
    PracticeReview: "lcspr_draft.view",
    ReportComment: "lcspr_comment.view",
    ReportImport: "lcspr_draft.import_own",
    FamilyContact: "family.view",
    FamilyPromise: "family.view",
    Publication: "published_report.view",
    Action: "action.view",
    IdentityKey: "identity_key.view",
    Release: "lcspr_draft.view",
    User: "user.list",
    Invitation: "user.list",
    PendingGrant: "user.list",
    ReadingAlarm: "alarm.look_at",
    Partnership: "config.edit",
    OutgoingEmail: "email.list",
    LibraryLink: "library.keep_links",
    YearlyPack: "yearly.read",
    AccessRequest: "access_request.keep",
}

# Where that depends on the row: the data-protection officer keeps a case without seeing it.
KEPT = ("legal_hold.view", "legal_hold.set", "legal_hold.lift", "audit.view_for_case")
SEEN_IN = {
    **dict.fromkeys(KEPT, "legal_hold.view"),
    "disposal.propose": "disposal.view",
    "disposal.register": "disposal.register",
}

# --- addresses --------------------------------------------------------------------------------------------

Args = Callable[[Scene], list[Any]]


def of(kind: type, *more: Any) -> Args:
    """The reference of the scene's thing of that class, and what else stands in the address."""
    return lambda scene: [scene[kind].ref, *more]


def nothing(scene: Scene) -> list[Any]:
    return []


@dataclass(frozen=True)
class Page:
    """One address in one scene. ``about``: the class of the thing, if it is about one.

    A page that ``shows`` something is open to more people than the row: they must not find it there, and those of
    the row must (unless not ``always``). ``well``: the answers to somebody who is let in. ``says``: the refusal
    stands on the page that one is led to, because the form is part of it.
    """

    row: str
    name: str
    scene: str
    args: Args = nothing
    about: type | None = None
    post: bool = False
    shows: Callable[[Scene], str] | None = None
    always: bool = True
    query: str = ""
    well: tuple[int, ...] = (200, 302)
    says: bool = False
    verb: str = ""
    of_kind: str = ""

    @property
    def seen(self) -> str:
        """The row that says who may know of the thing."""
        return SEEN_IN.get(self.row) or SEEN[self.about] if self.about else self.row


def page(row: str, names: str, scene: str, about: type | None = None, *more: Any, **how: Any) -> list[Page]:
    args = of(about, *more) if about else nothing
    return [Page(row, name, scene, args, about, **how) for name in names.split()]


def document(row: str, scene: str, about: type) -> list[Page]:
    """The addresses of a document of such a subject."""
    args = of(Document)
    return [
        Page(row, "documents:download", scene, args, about),
        Page(row, "documents:progress", scene, args, about),
        Page(row, "documents:retry", scene, args, about, post=True),
    ]


def pdf(row: str, scene: str, kind: str, about: type) -> Page:
    return Page(row, "documents:make", scene, lambda s: [kind, s[about].ref], about, post=True, of_kind=kind)


def pseudonym(scene: Scene) -> str:
    assert scene.case is not None
    return scene.case.pseudonym


def clock_of_request(scene: Scene) -> list[Any]:
    assert scene.case is not None
    return [scene.case.ref, "INFO_REQUEST", scene[InformationRequest].ref]


def two_entries(scene: Scene) -> list[Any]:
    """Two entries of one case; where the entry is nothing but an address, that address twice."""
    entry = scene[ChronologyEntry]
    others = ChronologyEntry.objects.exclude(ref=entry.ref).filter(case=getattr(entry, "case", None))
    other = others.first() or entry
    return [scene[RapidReview].ref, entry.ref, other.ref]


def slug(scene: Scene) -> list[Any]:
    return [scene[Publication].slug]


def figure_of(scene: Scene) -> list[Any]:
    return [scene[Publication].slug, 1]


REFERRALS: list[Page] = [
    *page("referral.create", "referral-new", "office"),
    *page("referral.record_received", "referral-received", "office"),
    *page("referral.record_la_notification", "referral-la-notification", "office"),
    *page("referral.list", "referrals", "sent", shows=lambda s: s[Referral].ref),
    *page("referral.view", "referral referral-sent", "sent", Referral),
    *page("referral.read_own", "referral-answers", "sent", Referral),
    *page("referral.read_waiting", "referral-changes", "resubmitted", Referral),
    *page("referral.read_waiting", "referral", "sent", Referral, shows=lambda s: CHILD, always=False),
    *document("referral.copy_waiting", "sent", Referral),
    *page("referral.read", "referral", "triage", Referral, shows=lambda s: CHILD, always=False),
    *document("referral.copy", "triage", Referral),
    pdf("referral.copy", "triage", "referral", Referral),
    *page("referral.edit_draft", "referral-form", "draft", Referral),
    *page("referral.edit_draft", "referral-section", "draft", Referral, "incident"),
    *page("referral.edit_draft", "referral-files-section", "draft", Referral),
    *page("referral.edit_draft", "referral-item referral-item-remove", "draft", Referral, "children", 1),
    *page("referral.edit_draft", "referral-files", "draft", Referral, post=True, says=True),
    Page(
        "referral.edit_draft",
        "referral-file-remove",
        "draft",
        lambda s: [s[Referral].ref, s[Document].ref],
        Referral,
        post=True,
    ),
    *page("referral.edit_with_lead", "referral-form", "with_lead", Referral),
    *page("referral.edit_returned", "referral-form", "returned", Referral),
    *page("referral.edit_submitted", "referral-form", "sent", Referral),
]
CASES: list[Page] = [
    *page("case.list", "cases", "triage", shows=pseudonym),
    *page("case.view_summary", "case", "triage", Case),
    *page("case.view_summary", "work", "triage", shows=pseudonym, always=False),
    *page("case.read_whole", "case-events", "triage", Case),
    *page("case.read_whole", "clock", "triage", Case, "SIN_5WD"),
    Page("case.read_whole", "clock-of-one", "asked", clock_of_request, Case),
    *page("case.read_whole", "case-processes", "triage", Case),
    *page("case.read_whole", "process", "triage", ParallelProcess, well=(302,)),
    *page("case.edit", "case-processes-add", "triage", Case),
    *page("case.view_identity", "case-people", "triage", Case),
    *page("case.view_identity", "case", "triage", Case, shows=lambda s: CHILD, always=False),
    *page("emergency.ask", "emergency-which", "office"),
    *page("emergency.open", "emergency-open", "triage", Case),
    *page("emergency.view", "emergency", OPENED, EmergencyAccess),
    *page(
        "emergency.view", "emergencies", OPENED, shows=lambda s: s[EmergencyAccess].ref, query="?show=unseen"
    ),
    *page("legal_hold.view", "case-holds", HELD, Case),
    *page("disposal.view", "disposal", TO_DISPOSE, Disposal),
    *page("disposal.register", "disposal", DISPOSED, Disposal),
    *page("disposal.register", "retention-disposed", DISPOSED, Partnership),
    *document("disposal.register", DISPOSED, Disposal),
    pdf("disposal.register", DISPOSED, "certificate", Disposal),
    *page("access_list.view", "access-register", "triage", shows=lambda s: s[Case].ref),
    *page("access_list.names", "case-access", "triage", Case),
    *page("audit.view_for_case", "case-reads", "triage", Case),
    *document("attachment.download", "case_papers", Case),
    *page("notification.view", "notification", "notified", Notification),
    *page("decision.view", "decision", "proposed", Decision),
    *page("decision.propose", "propose", "triage", Case, DecisionKind.NOTIFY),
    *document("attachment.download", "proposed", Decision),
    pdf("attachment.download", "proposed", "decision", Decision),
    *page("email.list", "mail:outgoing", "triage", shows=lambda s: RECIPIENT),
    *page("email.send_again", "mail:send-again", "triage", OutgoingEmail, post=True),
]
REVIEWS: list[Page] = [
    *page("rapid_review.view", "rapid-reviews", "with_partners", shows=pseudonym),
    *page("rapid_review.view", "rapid-review", "with_partners", RapidReview),
    *page("rapid_review.view", "work", "with_partners", shows=lambda s: s[RapidReview].ref, always=False),
    *page("rapid_review.view", "rapid-review-agencies", "asked", RapidReview),
    *page("rapid_review.view", "rapid-review-meeting", "with_partners", RapidReview),
    *page("rapid_review.move_on", "rapid-review-plan_meeting", "notified", RapidReview),
    *page("meeting.view", "meeting meeting-calendar", "meeting_planned", Meeting),
    *document("attachment.download", "meeting_planned", Meeting),
    pdf("attachment.download", "meeting_planned", "meeting_pack", Meeting),
    pdf("agency_report.download", "asked", "meeting_part", InformationRequest),
    Page("meeting.rules", "meeting-rules", "office", of(Partnership)),
    *page("rapid_review.view", "decision-room", "with_partners", RapidReview),
    *page("rapid_review.move_on", "rapid-review-weigh", "notified", RapidReview, "R11A"),
    *page("rapid_review.view", "rapid-review-report", "with_partners", RapidReview),
    *page("rapid_review.view", "rapid-review-report", "notified", RapidReview),
    *page("rapid_review.view", "plan-step", "notified", PlanStep),
    *page("rapid_review.write", "rapid-review-section", "notified", RapidReview, "incident"),
    *page(
        "rapid_review.write",
        "rapid-review-section-keep rapid-review-section-drop",
        "notified",
        RapidReview,
        "incident",
        post=True,
    ),
    *page("rapid_review.view", "rapid-review-section-versions", "report_open", RapidReview, "incident"),
    *page("rapid_review.view", "rapid-review-section-version", "report_open", RapidReview, "incident", 1),
    *page(
        "rapid_review.write",
        "rapid-review-section-take_back",
        "report_open",
        RapidReview,
        "incident",
        1,
        post=True,
    ),
    *page("agency_report.request", "rapid-review-add_requests", "notified", RapidReview),
    *page("agency_report.view", "request", "asked", InformationRequest),
    pdf("agency_report.download", "asked", "duty_letter", InformationRequest),
    *page("agency_report.link", "request-send_link", "asked", InformationRequest),
    *page("agency_report.view", "request-changes", "answered_twice", InformationRequest),
    *page("agency_report.edit_draft", "request-account", "asked", InformationRequest),
    *page("agency_report.edit_draft", "request-section", "asked", InformationRequest, "summary"),
    *page(
        "agency_report.edit_draft",
        "request-item request-item-remove",
        "half_written",
        InformationRequest,
        "events",
        1,
    ),
    *page("agency_report.view", "work", "asked", shows=lambda s: s[InformationRequest].ref, always=False),
    *page("chronology.view", "chronology", "chronology", RapidReview),
    *page("chronology.view", "chronology-pairs", "chronology", RapidReview),
    Page("chronology.keep", "chronology-judge", "chronology", two_entries, RapidReview),
    *page("chronology.take_copy", "chronology-export", "chronology", RapidReview),
    *page("chronology.entry_view", "chronology-entry", "chronology", ChronologyEntry),
    *page("chronology.keep", "chronology-add chronology-bring", "chronology", RapidReview),
    *page("agency_report.view", "agency-chronology", "chronology", InformationRequest),
    *page(
        "chronology.edit", "agency-chronology-add agency-chronology-bring", "chronology", InformationRequest
    ),
    *page("chronology.import_own", "chronology-import", "chronology", ChronologyImport),
    *document("agency_report.download", "asked", InformationRequest),
    *document("attachment.download", "with_partners", RapidReview),
    pdf("attachment.download", "with_partners", "rapid_review", RapidReview),
    pdf("attachment.download", "with_partners", "rapid_review_word", RapidReview),
    pdf("attachment.download", "with_partners", "rapid_review_delay", RapidReview),
    pdf("attachment.download", "with_partners", "rapid_review_delay_word", RapidReview),
    *page("lcspr_draft.view", "practice-reviews", "quality", shows=pseudonym),
    *page(
        "lcspr_draft.view",
        "practice-review practice-review-milestones practice-review-report practitioners quality-markers",
        "quality",
        PracticeReview,
    ),
    *page("lcspr_comment.view", "practice-review-section-comments", COMMENTED, PracticeReview, "reasons"),
    *page("lcspr_draft.take_copy", "working-copy", COMMENTED, PracticeReview),
    *page("lcspr_draft.import_own", "report-import", BROUGHT, ReportImport),
    *page("lcspr_comment.view", "report-comment", COMMENTED, ReportComment, well=(302,)),
    *page("family.view", "practice-review-family", FAMILY, PracticeReview),
    *page("family.keep", "practice-review-family-add", FAMILY, PracticeReview),
    *page("family.view", "family-contact", FAMILY, FamilyContact, well=(302,)),
    *page("family.view", "family-promise", FAMILY, FamilyPromise),
    *page("family.view", "practice-review-family", FAMILY, PracticeReview, shows=lambda s: RELATIVE),
    *page("lcspr_draft.view", "work", "quality", shows=lambda s: s[PracticeReview].ref, always=False),
    *page("lcspr_draft.edit", "practice-review-section", "quality", PracticeReview, "reasons"),
    *page(
        "lcspr_draft.edit",
        "practice-review-section-keep practice-review-section-drop",
        "quality",
        PracticeReview,
        "reasons",
        post=True,
    ),
    *page("lcspr_draft.view", "practice-review-section-versions", "quality", PracticeReview, "reasons"),
    *page("lcspr_draft.view", "practice-review-section-version", "quality", PracticeReview, "reasons", 1),
    *page(
        "lcspr_draft.edit",
        "practice-review-section-take_back",
        "quality",
        PracticeReview,
        "reasons",
        1,
        post=True,
    ),
    *page(
        "lcspr_draft.edit",
        "practice-review-amend_recommendation practice-review-drop_recommendation "
        "practice-review-amend_finding practice-review-drop_finding",
        "quality",
        PracticeReview,
        1,
    ),
    *page(
        "lcspr_draft.edit",
        "practice-review-amend_figure practice-review-drop_figure",
        "illustrated",
        PracticeReview,
        1,
    ),
    *page("lcspr_draft.view", "report-figure", "illustrated", PracticeReview, 1),
    *page("lcspr_draft.edit", "practice-review-note_marker", "published", PracticeReview, 1),
    *page("lcspr.steer", "practice-review-answer_recommendation", "published", PracticeReview, 1),
    *page("lcspr.move_on", "practice-review-plan_action", "published", PracticeReview, 1),
    *page("lcspr_draft.view", "actions-room", "published", PracticeReview),
    *page("action.view", "action", "action_planned", Action),
    *page("action.view", "actions", "action_planned", shows=lambda s: s[Action].ref),
    *page("action.view", "work", "action_planned", shows=lambda s: s[Action].ref, always=False),
    *document("action.download", "action_planned", Action),
    *page("lcspr_draft.view", "findings", "quality", PracticeReview),
    *page("lcspr_draft.view", "publication-gate", "release_proposed", PracticeReview),
    *page("lcspr_draft.view", "release", "release_proposed", Release, well=(302,)),
    *page("lcspr_draft.view", "practice-review-fact-check", "quality", PracticeReview),
    Page("lcspr.move_on", "fact-check-ask", "quality", fact_check_scenes.asks, PracticeReview),
    *page("fact_check.view", "fact-check", "facts_asked", FactCheck),
    *page("fact_check.answer", "fact-check-write_point fact-check-drop_point", "facts_asked", FactCheck, 1),
    *page("lcspr_draft.edit", "fact-check-handle_point", "facts_answered", FactCheck, 1),
    *page("fact_check.view", "work", "facts_asked", shows=lambda s: s[FactCheck].ref, always=False),
    *page("identity_key.view", "anonymity-workbench", "anonymity_checked", PracticeReview),
    *page(
        "identity_key.keep", "anonymity-begin anonymity-files", "anonymity_checked", PracticeReview, post=True
    ),
    *page("identity_key.view", "identity-key anonymity-check", "anonymity_checked", IdentityKey),
    *(
        Page("identity_key.keep", f"identity-key-{verb}", "anonymity_checked", number, IdentityKey)
        for verb, number in (
            ("change_entry", lambda s: [s[IdentityKey].ref, s[KeyEntry].pk]),
            ("remove_entry", lambda s: [s[IdentityKey].ref, s[KeyEntry].pk]),
            ("look_again", lambda s: [s[IdentityKey].ref, s[AcceptedFind].pk]),
        )
    ),
    pdf("identity_key.keep", "anonymity_checked", "anonymity_pdf", IdentityKey),
    pdf("identity_key.keep", "anonymity_checked", "anonymity_word", IdentityKey),
    *document("attachment.download", "review_decided", PracticeReview),
    pdf("attachment.download", "review_decided", "practice_review", PracticeReview),
    pdf("attachment.download", "review_decided", "practice_review_delay", PracticeReview),
    pdf("attachment.download", "review_decided", "practice_review_delay_word", PracticeReview),
    pdf("attachment.download", "review_decided", "briefing", PracticeReview),
    pdf("attachment.download", "review_decided", "briefing_word", PracticeReview),
    pdf("attachment.download", "review_decided", "nspcc_sheet", PracticeReview),
    Page("published_report.view", "publication", "published", slug),
    Page("published_report.download", "publication-pdf", "published", slug, well=(200, 503)),
    Page("published_report.view", "publication-data", "published", slug),
    Page("published_report.view", "publication-figure", "illustrated_and_public", figure_of),
    *page(
        "published_report.view",
        "library library-feed library-reviews",
        "published",
        shows=lambda s: s[Publication].slug,
    ),
    pdf("publication.make_pdf", "published", "publication", Publication),
]
OFFICE: list[Page] = [
    *page(
        "user.list",
        "accounts:people",
        "office",
        query="?q=auth-a@",
        shows=lambda s: s.town.cast["AUTH", "A"].user.ref,
    ),
    *page("user.list", "accounts:person", "office", User),
    *page("alarm.look_at", "accounts:alarms", "alarmed", shows=lambda s: s[ReadingAlarm].ref),
    *page("alarm.look_at", "accounts:look_at_alarm", "alarmed", ReadingAlarm),
    *page("user.create_or_edit", "accounts:invite", "office"),
    *page("user.create_or_edit", "accounts:withdraw_invitation", "office", Invitation),
    *page("user.create_or_edit", "accounts:deactivate", "office", User),
    *page("user.grant_role", "accounts:give_role", "office", User),
    *page("user.grant_role", "accounts:confirm_grant accounts:decline_grant", "office", PendingGrant),
    Page("user.grant_role", "accounts:end_role", "office", lambda s: [s[User].ref, s[Membership].ref], User),
    *page("user.reset_mfa", "accounts:reset_second_factor", "office", User),
    *page("user.terminate_sessions", "accounts:end_sessions", "office", User),
    *page(
        "config.edit",
        "accounts:partnerships",
        "office",
        shows=lambda s: s.town.here.agencies["hospital"].name,
    ),
    *page("config.edit", "accounts:edit_partnership accounts:add_agency", "office", Partnership),
    *page(
        "agency.keep_executive",
        "accounts:agencies",
        "office",
        shows=lambda s: s.town.here.agencies["hospital"].name,
    ),
    Page(
        "agency.keep_executive",
        "accounts:name_executive",
        "office",
        lambda s: [s[Partnership].ref, s.town.here.agencies["hospital"].pk],
        Partnership,
    ),
    *page("retention.read", "retention-schedule", "office", Partnership),
    *page("retention.confirm", "retention-set", "office", Partnership, "case_file"),
    *page("disposal.due", "retention-due", "office", Partnership),
    *page("chase.read_ladder", "chase-ladder", "office"),
    *page("library.keep_links", "library-links", "office", shows=lambda s: s[LibraryLink].url),
    *page("library.keep_links", "library-link-add", "office"),
    *page("asking.keep_rules", "asking-rules asking-rule-add asking-rules-ship", "office", Partnership),
    *page("asking.keep_rules", "asking-rule-remove", "office", Partnership, "always", "gp"),
    *page(
        "plan_template.change",
        "plan-templates plan-template-own milestone-templates milestone-template-own",
        "office",
        Partnership,
    ),
    *page("plan_template.change", "plan-template", "office", PlanTemplate),
    *page(
        "plan_template.change",
        "plan-template-change_step plan-template-remove_step",
        "office",
        PlanTemplate,
        1,
    ),
    *page("library.keep_links", "library-link-change library-link-remove", "office", LibraryLink),
    *page("yearly.read", "yearly-report yearly-pack-make", PACK, Partnership, query=ASKED),
    *[*page("yearly.read", "yearly-pack", PACK, YearlyPack), *document("yearly.read", PACK, YearlyPack)],
    *(pdf("yearly.read", PACK, f"yearly_{f}", YearlyPack) for f in ("pdf", "word", "excel")),
    *page("access_request.keep", "access-requests", "access_received"),
    *page("access_request.keep", "access-request-new", "access_received", Partnership),
    *page("access_request.keep", "access-request", "access_received", AccessRequest),
    *document("access_request.keep", "access_confirmed", AccessRequest),
    *page("access_request.keep", "access-request-passages", "access_searched", AccessRequest),
    *page("access_request.keep", "access-request-goes-out", "access_prepared", AccessRequest),
    Page("access_request.keep", "access-request-decide", "access_searched", passage, AccessRequest),
    *page("work.view", "work", "office"),
    *page("account.view_own", "accounts:profile mfa_index", "office"),
    *page("account.edit_own_profile", "accounts:edit_profile", "office"),
    *page(
        "account.edit_own_sign_in",
        "account_change_password mfa_activate_totp mfa_reauthenticate account_reauthenticate",
        "office",
    ),
    *page(
        "account.edit_own_sign_in",
        "mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes",
        "office",
        well=(200, 302, 404),  # there is nothing to show or take away before an app is set up
    ),
    *page("account.own_sessions_end", "accounts:end_other_sessions", "office"),
]
EVERYBODY: list[Page] = [
    *page(
        "public.read",
        "home refer families guidance accessibility privacy",
        "office",
        shows=lambda s: "govuk-template",
    ),
    *page("account.sign_in", WAY_IN, "office"),
    *page("account.sign_in", "leave", "office", post=True, well=(403,)),  # only one of our own pages sends it
    *page("account.sign_in", "socialaccount_login_error", "office", well=(302, 401)),
    *page("account.sign_in", "mfa_authenticate", "office", well=(302,)),  # only after the password
    Page("account.sign_in", "account_reset_password_from_key", "office", lambda s: ["1", "wrong-key"]),
    *page("account.sign_in", "accounts:accept_invitation", "office", well=(404,)),  # only after the link
    Page("account.sign_in", "accounts:open_invitation", "office", lambda s: ["wrong"], well=(404,)),
    Page("account.sign_in", "openid_connect_login", "office", lambda s: ["entra"], well=(404,)),  # not set up
    Page("account.sign_in", "openid_connect_callback", "office", lambda s: ["entra"], well=(404,)),
    # To whoever holds no pass these say that the link opens nothing: tests/access/test_by_link.py has the holder.
    Page("answer.by_link", "by-link-open", "office", lambda s: ["wrong"], well=(302,)),
    *page("answer.by_link", f"by-link {BY_LINK}", "office", well=(404,)),
    Page("answer.by_link", "by-link-section", "office", lambda s: ["who"], well=(404,)),
    Page("answer.by_link", "by-link-item", "office", lambda s: ["events", 1], well=(404,)),
    Page("answer.by_link", "by-link-item-remove", "office", lambda s: ["events", 1], well=(404,)),
    *page("answer.by_link", "by-link-close", "office", post=True),
    *page("service.health", "live ready", "office", well=(200, 503)),
]
PAGES = [*REFERRALS, *CASES, *REVIEWS, *OFFICE, *EVERYBODY]
