"""The nouns from the first report to the decision, one module each."""

from referrals.models.case import Case, CaseMember, Child, Conflict, Deadline, FamilyMember
from referrals.models.decision import Decision, PartnerView
from referrals.models.disposal import Disposal
from referrals.models.emergency import EmergencyAccess
from referrals.models.holding import LegalHold
from referrals.models.notification import Notification
from referrals.models.process import ParallelProcess
from referrals.models.referral import Referral, ReferralVersion, ReturnedField
from referrals.models.retaining import RetentionPeriod

__all__ = [
    "Case",
    "CaseMember",
    "Child",
    "Conflict",
    "Deadline",
    "Decision",
    "Disposal",
    "EmergencyAccess",
    "FamilyMember",
    "LegalHold",
    "Notification",
    "ParallelProcess",
    "PartnerView",
    "Referral",
    "ReferralVersion",
    "RetentionPeriod",
    "ReturnedField",
]
