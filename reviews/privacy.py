"""What the fields of reviews, their reports and what follows from them hold (``cspr.sealed.classes``)."""

from __future__ import annotations

from cspr.sealed.classes import Class, Table

P0, P1, P2, P3, P4, P5 = Class

FIELDS: Table = {
    # the rapid review
    "reviews.RapidReview": {
        P3: "report weighed conflicts_declared",
        P2: "attendees apologies told",
        P1: "opened_on meeting_on represented first_submitted_on submitted_on panel_outcome panel_replied_on "
            "replied_on outcome_told_on",
    },
    "reviews.InformationRequest": {
        P4: "draft answer",
        P3: "question remark chasing_paused_why",
        P1: "statutory sent_on opened_on escalated_on due_on answered_on times_queried chasing_paused_until "
            "duty_invoked_on",
    },
    "reviews.AnswerVersion": {P4: "answer", P1: "number hash sent_on"},
    "reviews.QueriedPart": {P3: "comment", P1: "times part"},
    "reviews.RequestLink": {
        P5: "token_hash code_hash browser_hash",
        P2: "name role email",
        P1: "code_by expires_on wrong_codes opened_on",
    },
    "reviews.Chase": {P2: "name address", P1: "due_on step level on"},
    "reviews.SuggestionRule": {P1: "fact agency_type why"},
    "reviews.NotAsked": {P3: "reason", P1: "agency_type on"},
    "reviews.ChronologyImport": {P4: "rows", P1: "origin heading mapping taken left_out"},
    "reviews.ChronologyEntry": {
        P3: "starts_on ends_on at source persons happened seen spoken voice action comment lines struck_because themes",
        P2: "professional",
        P1: "exactness circa type key good sensitivity",
    },
    "reviews.ChronologyJudgement": {P3: "words", P1: "verdict judged_on"},
    "reviews.MeetingRules": {P1: "agenda members_needed agency_types for_decision"},
    "reviews.Meeting": {
        P3: "decisions", P1: "purpose on starts_at ends_at place agenda sequence held_on quorum_met",
    },
    "reviews.Participant": {
        P2: "name role deputy_for", P1: "capacity partner agency_type attendance conflict",
    },
    "reviews.MeetingAction": {P3: "what", P2: "owner", P1: "due_on"},
    "reviews.PlanTemplate": {P1: "kind"},
    "reviews.PlanTemplateStep": {P1: "number day unit title what owner begins after event"},
    "reviews.PlanStep": {
        P3: "how", P1: "number day unit title what owner begins after event plan due_on set_by_hand done_on",
    },
    # the practice review
    "reviews.PracticeReview": {
        P3: "report catalogue key_lines title withhold_explanation scope methodology period_from period_to",
        P1: "planned_publication_on signed_off_on sent_to_sos_on sent_to_panel_on sent_to_ofsted_on sent_hash "
            "family_told_on concluded_on withhold_reason withhold_review_on decided_on lead_partner told_panel_on "
            "told_dfe_on told_ofsted_on",
    },
    "reviews.Reviewer": {P2: "suitability removal_reason", P1: "appointed_on access_until removed_on"},
    "reviews.MonitoringEntry": {P3: "time_in_hand quality request", P1: "on in_writing"},
    "reviews.Hold": {P3: "note", P2: "agreed_by", P1: "reason started_on review_on ended_on"},
    "reviews.Delay": {P3: "explanation", P1: "clock told_on reason expected_on"},
    "reviews.PractitionerEvent": {P3: "words", P1: "on how agencies attended"},
    "reviews.MarkerNote": {P3: "words", P1: "number standing on"},
    "reviews.FamilyContact": {
        P4: "name relationship language invited_how answer_words advocate_name safe_contact wishes why_not",
        P3: "invited_on answer advocate suspect police_agreed_on",
    },
    "reviews.FamilyPromise": {P3: "how", P1: "kind due_on kept_on"},
    # the report
    "reviews.SectionVersion": {P3: "text", P1: "report section number saved_at taken_from"},
    "reviews.SectionDraft": {P3: "text", P1: "report section typed base kept_at seen_at"},
    "reviews.AcceptedName": {P4: "word", P3: "reason", P1: "report section accepted_on"},
    "reviews.ReportComment": {
        P3: "quote before after text", P2: "hand", P1: "section number on_version settled_at",
    },
    "reviews.CommentReply": {P3: "text", P2: "hand", P1: "number made_at"},
    "reviews.ReportImport": {P3: "read places"},
    "reviews.Finding": {P3: "text rests_on", P1: "number themes"},
    "reviews.Figure": {P3: "caption alt", P1: "number sha256 width height"},
    "reviews.FactCheck": {
        P3: "extracts draft why_withdrawn", P2: "name role", P1: "round extract_hash asked_on due_on answered_on",
    },
    "reviews.FactPoint": {P3: "quote wrong suggested evidence reason", P1: "number verdict handled_on"},
    # nobody is recognised in it
    "reviews.KeyEntry": {P4: "real others", P3: "instead", P1: "kind"},
    "reviews.AcceptedFind": {P4: "said", P3: "reason", P1: "place accepted_on"},
    "reviews.FileCheck": {P4: "files", P1: "text_hash stands checked_at"},
    "reviews.Signature": {P1: "on text_hash files ended_on"},
    "reviews.AskedCheck": {P1: "failure attempts leased_until state"},
    # publication, and what changes afterwards
    "reviews.Release": {
        P3: "explanation", P1: "outcome at reason_code text_hash review_version why_aside",
    },
    "reviews.Publication": {
        P0: "slug title improvements_only sections findings recommendations figures themes reviewer published_on "
            "public_until",
    },
    "reviews.LibraryTerm": {P0: "kind value"},
    "reviews.LibraryLink": {P0: "kind title url note added_on"},
    "reviews.Feedback": {P3: "words", P1: "told_on outcome panel_outcome"},
    "reviews.Recommendation": {
        P3: "text outcome baseline measure response_reason",
        P2: "owner owner_role",
        P1: "number kind answers themes due_on response answered_on",
    },
    "reviews.RecommendationTerm": {P3: "term"},
    "reviews.Action": {
        P3: "what",
        P2: "owner_role",
        P1: "number planned_on due_on heard_on at_risk completed_on shown assured assured_on lasts public_on",
        P0: "public_words",
    },
    "reviews.Progress": {P3: "words", P1: "on at_risk"},
    "reviews.ActionEvidence": {P3: "words", P1: "kind on documents"},
    "reviews.Assurance": {P3: "words", P1: "grade on"},
    "reviews.ActionCheck": {P3: "words", P1: "months due_on done_on lasts"},
    "reviews.YearlyPack": {P1: "year as_at made_on"},
    # access to personal data
    "reviews.AccessRequest": {
        P4: "name other_names born_on nhs_number email asker reply_to called",
        P1: "about asked_by received_on due_on identity authority extension extended_on answer refusal prepared_on "
            "confirmed_on ended_on searched_on gathered_on",
    },
    "reviews.AccessRecord": {P3: "place", P1: "label row why verdict decided_on"},
    "reviews.AccessPassage": {
        P4: "text redacted", P3: "place title", P1: "label row text_hash decision exemption decided_on",
    },
}  # fmt: skip
