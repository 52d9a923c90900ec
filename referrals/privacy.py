"""What the fields of cases and referrals hold (``cspr.sealed.classes``)."""

from __future__ import annotations

from cspr.sealed.classes import Class, Table

P0, P1, P2, P3, P4, P5 = Class

FIELDS: Table = {
    "referrals.Case": {
        P3: "incident_on basis_reason",
        P1: "stage pseudonym la_aware_on la_suspected_on clock_basis area lead_area restricted last_event_at "
            "next_due_on closed_on",
    },
    "referrals.CaseMember": {P1: "capacity starts_on ends_on"},
    "referrals.Conflict": {P3: "reason", P1: "declared_on lifted_on"},
    "referrals.Child": {
        P4: "name also_known_as born_on born_on_index died_on nhs_number nhs_number_index details",
        P3: "sex ethnicity ethnicity_reason legal_status placement",
    },
    "referrals.FamilyMember": {P4: "name born_on details", P3: "relationship role"},
    "referrals.Deadline": {
        P1: "code key name trigger_on trigger_source due_on force rule_set counting met_on stopped_on remind_on",
    },
    "referrals.Decision": {
        P3: "grounds reasons evidence changes",
        P1: "kind outcome evidence_hash proposed_on approved_on approved_hash",
    },
    "referrals.PartnerView": {P3: "reason", P1: "partner view given_on"},
    "referrals.Notification": {
        P2: "notifier",
        P1: "type decided_on submitted_on panel_reference direct partners_told_on late_reason acknowledged_on "
            "retracted_on panel_told_of_retraction_on",
    },
    "referrals.ParallelProcess": {
        P3: "their_reference status restrictions outcome",
        P2: "contact",
        P1: "type body began_on next_on effect bars_publication bar_until ended_on",
    },
    "referrals.Referral": {
        P4: "answers",
        P2: "sender asked_whom",
        P1: "route answered_at received_on lead_signed_on return_due_on times_returned accepted_on info_due_on outcome "
            "decided_on feedback_on transferred_to transfer_accepted_on withdrawal_asked_on la_duty_considered",
    },
    "referrals.ReferralVersion": {P4: "answers", P1: "number sent_on"},
    "referrals.ReturnedField": {P3: "comment", P1: "times section field reason"},
    "referrals.EmergencyAccess": {
        P3: "words finding",
        P1: "reason begins_at ends_at ended_at looked_at_on",
    },
    # how long it is kept
    "referrals.RetentionPeriod": {P1: "kind length words confirmed_on"},
    "referrals.Disposal": {
        P3: "words",
        P1: "case_ref restricted kind kept_from period over_on proposed_on approved_on why_aside disposed_on "
            "certificate certificate_hash leftovers told_outside",
    },
    "referrals.LegalHold": {P3: "words lifted_because", P1: "reason set_on lifted_on"},
}  # fmt: skip
