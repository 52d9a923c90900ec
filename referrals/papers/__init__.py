"""What the papers of referrals and decisions say.

A builder gives words and a template. It checks nothing about access (``cspr.documents`` does) and uses only
what belongs to its subject. Titles and file names are neutral: they travel with the file.
"""

from cspr.documents.pdf import register_paper
from referrals.papers.certificate import certificate, certificate_of
from referrals.papers.decision import approval, decision_context, decision_record
from referrals.papers.record import Grid, RecordSection, add_to_record
from referrals.papers.referral import parts_of, submitted_referral

__all__ = [
    "Grid",
    "RecordSection",
    "add_to_record",
    "approval",
    "certificate_of",
    "decision_context",
    "parts_of",
    "register",
]


def register() -> None:
    """Make these papers known; called once, when the app is ready."""
    register_paper(
        "referral", submitted_referral, "The referral as it was sent", subject_label="referrals.referral"
    )
    register_paper(
        "certificate", certificate, "The certificate of disposal", subject_label="referrals.disposal"
    )
    register_paper("decision", decision_record, "The decision record", subject_label="referrals.decision")
