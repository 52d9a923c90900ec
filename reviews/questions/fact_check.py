"""The words of a fact check: where it stands, what becomes of a point, and how a report speaks of an agency."""

from django.db.models import TextChoices

from cspr.accounts.roles import AgencyType


class FactCheckState(TextChoices):
    ASKED = "asked", "Asked"
    ANSWERED = "answered", "Answered"
    HANDLED = "handled", "Handled"
    WITHDRAWN = "withdrawn", "Not asked after all"


# The report is not signed off while one is in these.
UNFINISHED = frozenset({FactCheckState.ASKED, FactCheckState.ANSWERED})


class Verdict(TextChoices):
    OPEN = "open", "Not handled yet"
    TAKEN_UP = "taken_up", "Taken up"
    PARTLY = "partly", "Taken up in part"
    NOT_TAKEN_UP = "not_taken_up", "Not taken up"


# An agency has so many working days unless staff say otherwise (practice: the plan's step allows for ten).
WORKING_DAYS = 10
# It is reminded so many working days before its day, and on the day itself.
REMIND_BEFORE = 3
# A report names agencies by what they are. Beside the words of the type itself, it may call them so.
T = AgencyType
CALLED: dict[str, tuple[str, ...]] = {
    T.CHILDRENS_SOCIAL_CARE: ("social care", "social worker", "children’s services", "children's services"),
    T.EDUCATION_SERVICE: ("education",),
    T.POLICE: ("police", "officer"),
    T.ACUTE_TRUST: ("hospital", "emergency department", "ward", "paediatric"),
    T.COMMUNITY_TRUST: ("health visit", "school nurse", "community health"),
    T.MENTAL_HEALTH: ("mental health", "camhs"),
    T.GP: ("gp", "general practitioner", "surgery"),
    T.MATERNITY: ("midwi", "maternity"),
    T.HEALTH_VISITING: ("health visit", "school nurs"),
    T.SCHOOL: ("school", "teacher", "academy"),
    T.EARLY_YEARS: ("nursery", "early years"),
    T.PROBATION: ("probation",),
    T.HOUSING: ("housing", "tenancy"),
    T.HOUSING_ASSOCIATION: ("housing", "tenancy"),
    T.AMBULANCE: ("ambulance", "paramedic"),
    T.DOMESTIC_ABUSE: ("domestic abuse", "refuge"),
}
