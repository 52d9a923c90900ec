"""The nouns from the first report to the decision, one module each."""

from referrals.models.case import Case, CaseMember, Child, Conflict, Deadline, FamilyMember
from referrals.models.decision import Decision, PartnerView
from referrals.models.notification import Notification
from referrals.models.process import ParallelProcess
from referrals.models.referral import Referral, ReferralVersion, ReturnedField

__all__ = [
    "Case",
    "CaseMember",
    "Child",
    "Conflict",
    "Deadline",
    "Decision",
    "FamilyMember",
    "Notification",
    "ParallelProcess",
    "PartnerView",
    "Referral",
    "ReferralVersion",
    "ReturnedField",
]
