"""What the fields of the platform hold (``cspr.sealed.classes``)."""

from __future__ import annotations

from cspr.sealed.classes import Class, Table

P0, P1, P2, P3, P4, P5 = Class

FIELDS: Table = {
    # Django and its packages
    "auth.Permission": {P1: "name codename"},
    "auth.Group": {P1: "name"},
    "contenttypes.ContentType": {P1: "app_label model"},
    "sessions.Session": {P5: "session_key session_data", P1: "expire_date"},
    "account.EmailAddress": {P2: "email", P1: "verified primary"},
    "account.EmailConfirmation": {P5: "key", P1: "created sent"},
    "mfa.Authenticator": {P5: "data", P1: "type last_used_at"},
    "socialaccount.SocialApp": {P5: "secret key", P1: "provider provider_id name client_id settings"},
    "socialaccount.SocialAccount": {P2: "uid extra_data", P1: "provider last_login date_joined"},
    "socialaccount.SocialToken": {P5: "token token_secret", P1: "expires_at"},
    # who people are
    "accounts.Partnership": {
        P0: "name short_name area",
        P2: "email phone urgent_contact",
        P1: "sub_group_name lead_signs_off last_yearly_report_on",
    },
    "accounts.Agency": {P2: "executive_name executive_email", P1: "name type partner"},
    "accounts.User": {P5: "password", P2: "email name job_title phone", P1: "last_login is_active date_joined"},
    "accounts.Membership": {P1: "role starts_on ends_on"},
    "accounts.Invitation": {P5: "token_hash", P2: "email name", P1: "role offered_on closed_on expires_on"},
    "accounts.PendingGrant": {P1: "role offered_on closed_on"},
    "accounts.SignInSession": {
        P5: "session_key session_data", P2: "device", P1: "expire_date started_at last_seen_at",
    },
    # what happened, when, who is told, files
    "audit.Chain": {P1: "seq head"},
    "audit.ReadingAlarm": {P3: "finding", P1: "at cases files looked_at_on"},
    "audit.Event": {
        P3: "facts",
        P1: "seq at by_role kind case_ref subject subject_ref subject_version state_before state_after effective_on "
            "reason_code words_digest nonce previous_hash hash",
    },
    "audit.Words": {P3: "text salt"},
    "clocks.BankHoliday": {P0: "on title source"},
    "mail.OutgoingEmail": {
        P5: "link",
        P2: "to_address",
        P1: "kind subject_label subject_ref due_on dedupe_key immediate state attempts next_try_at lease leased_until "
            "deaths put_off_since last_error message_id waiting_since sent_at",
    },
    "documents.Document": {
        P4: "title name",
        P5: "file_key",
        P1: "failure attempts leased_until case_ref subject_label subject_ref kind path size sha256 content_type "
            "origin state progress scan scan_attempts scan_again_at data_hash",
    },
}  # fmt: skip
