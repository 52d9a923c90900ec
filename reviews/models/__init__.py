"""The nouns of rapid reviews, practice reviews and publication, one module each."""

from reviews.models.access_gathering import AccessPassage, AccessRecord
from reviews.models.access_request import AccessRequest
from reviews.models.action import Action, ActionCheck, ActionEvidence, Assurance, Progress
from reviews.models.asked_check import AskedCheck
from reviews.models.asking import NotAsked, SuggestionRule
from reviews.models.bringing import ReportImport
from reviews.models.catalogue import LibraryTerm
from reviews.models.chase import Chase
from reviews.models.chronology import ChronologyEntry, ChronologyImport, ChronologyJudgement
from reviews.models.commenting import CommentReply, ReportComment
from reviews.models.conducting import MarkerNote, PractitionerEvent
from reviews.models.fact_check import FactCheck, FactPoint
from reviews.models.family import FamilyContact, FamilyPromise
from reviews.models.figures import Figure
from reviews.models.identity_key import AcceptedFind, FileCheck, IdentityKey, KeyEntry, Signature
from reviews.models.information_request import AnswerVersion, InformationRequest, QueriedPart
from reviews.models.meeting import Meeting, MeetingAction, MeetingRules, Participant
from reviews.models.panel import Feedback
from reviews.models.parts import Delay, Hold, MonitoringEntry, Reviewer
from reviews.models.plan import PlanStep, PlanTemplate, PlanTemplateStep
from reviews.models.practice_review import PracticeReview
from reviews.models.publication import LibraryLink, Publication
from reviews.models.rapid_review import RapidReview
from reviews.models.recommending import Finding, Recommendation, RecommendationTerm
from reviews.models.release import Release
from reviews.models.request_link import LinkPass, RequestLink
from reviews.models.sections import AcceptedName, SectionDraft, SectionVersion
from reviews.models.yearly import YearlyPack

__all__ = [
    "AcceptedFind",
    "AcceptedName",
    "AccessPassage",
    "AccessRecord",
    "AccessRequest",
    "Action",
    "ActionCheck",
    "ActionEvidence",
    "AnswerVersion",
    "AskedCheck",
    "Assurance",
    "Chase",
    "ChronologyEntry",
    "ChronologyImport",
    "ChronologyJudgement",
    "CommentReply",
    "Delay",
    "FactCheck",
    "FactPoint",
    "FamilyContact",
    "FamilyPromise",
    "Feedback",
    "Figure",
    "FileCheck",
    "Finding",
    "Hold",
    "IdentityKey",
    "InformationRequest",
    "KeyEntry",
    "LibraryLink",
    "LibraryTerm",
    "LinkPass",
    "MarkerNote",
    "Meeting",
    "MeetingAction",
    "MeetingRules",
    "MonitoringEntry",
    "NotAsked",
    "Participant",
    "PlanStep",
    "PlanTemplate",
    "PlanTemplateStep",
    "PracticeReview",
    "PractitionerEvent",
    "Progress",
    "Publication",
    "QueriedPart",
    "RapidReview",
    "Recommendation",
    "RecommendationTerm",
    "Release",
    "ReportComment",
    "ReportImport",
    "RequestLink",
    "Reviewer",
    "SectionDraft",
    "SectionVersion",
    "Signature",
    "SuggestionRule",
    "YearlyPack",
]
