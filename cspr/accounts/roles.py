"""The words for who people are. Imports nothing of ours; everything above may use it."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does in one partnership. A person may hold several, in several partnerships."""

    REFERRER = "referrer", "Agency referrer"
    AUTHOR = "author", "Agency report author"
    SAFEGUARDING_LEAD = "safeguarding_lead", "Agency safeguarding lead"
    STAFF = "staff", "Partnership staff"
    CHAIR = "chair", "Sub-group chair"
    PARTNER = "partner", "Delegated safeguarding partner"
    REVIEWER = "reviewer", "Lead reviewer"
    PANEL_MEMBER = "panel_member", "Panel member (read only)"
    SYSADMIN = "sysadmin", "Technical administrator"
    DPO = "dpo", "Data-protection officer"


# Whoever holds a role, as the subject of a sentence: "The partnership’s staff and the chair can."
THOSE = {
    Role.REFERRER: "the agencies’ referrers",
    Role.AUTHOR: "the agencies’ report authors",
    Role.SAFEGUARDING_LEAD: "the agencies’ safeguarding leads",
    Role.STAFF: "the partnership’s staff",
    Role.CHAIR: "the chair",
    Role.PARTNER: "the delegated safeguarding partners",
    Role.REVIEWER: "the lead reviewer",
    Role.PANEL_MEMBER: "panel members",
    Role.SYSADMIN: "technical administrators",
    Role.DPO: "the data-protection officer",
}
# Roles that belong to one agency: a membership with such a role must name it.
AGENCY_ROLES = frozenset({Role.REFERRER, Role.AUTHOR, Role.SAFEGUARDING_LEAD, Role.PARTNER})
# Roles that read a case only while they are on that case's access list.
LISTED_ROLES = frozenset({Role.CHAIR, Role.PARTNER, Role.AUTHOR, Role.REVIEWER, Role.PANEL_MEMBER})
# Roles in which a person can stand on a case's access list. An agency's referrer reads what the agency sent, and a
# technical administrator or data-protection officer never sees a case, whatever a list says (docs/access.md).
CAPACITIES = LISTED_ROLES | {Role.STAFF}
# Roles that may see who is who in their partnership. None of them sees a case by it.
# Who is told that somebody reads unusually much, and looks at it.
ALARM_READERS = frozenset({Role.CHAIR, Role.SYSADMIN, Role.DPO})
PEOPLE_READERS = frozenset({Role.STAFF, Role.SYSADMIN, Role.DPO})
# Roles with power over cases or over the record: given by one administrator, confirmed by a second.
FOUR_EYES_ROLES = frozenset({Role.CHAIR, Role.DPO})


def who_can(*roles: str) -> str:
    """Who, of the people on a case's access list, can: "Of those who are on it, the chair and panel members can."

    Roles that never stand on a list are left out, and when all that do can, nobody is named.
    """
    able = [THOSE[role] for role in Role if role in CAPACITIES.intersection(roles)]
    if len(able) == len(CAPACITIES):
        return "Everybody who is on it can."
    *others, last = able
    return f"Of those who are on it, {', '.join(others) + ' and ' if others else ''}{last} can."


class Partner(TextChoices):
    """The three statutory safeguarding partners (Children Act 2004 s.16E)."""

    LA = "la", "Local authority"
    ICB = "icb", "Integrated care board"
    POLICE = "police", "Police"


class AgencyType(TextChoices):
    """Kinds of agency that refer to, or are asked by, a partnership."""

    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Local authority children's social care"
    EARLY_HELP = "early_help", "Local authority early help"
    EDUCATION_SERVICE = "education_service", "Local authority education, inclusion and SEND"
    ADULT_SOCIAL_CARE = "adult_social_care", "Local authority adult social care"
    HOUSING = "housing", "Local authority housing"
    PUBLIC_HEALTH = "public_health", "Local authority public health"
    LEGAL = "legal", "Local authority legal services"
    YOUTH_JUSTICE = "youth_justice", "Youth justice service"
    POLICE = "police", "Police force"
    BTP = "btp", "British Transport Police"
    ICB = "icb", "Integrated care board"
    ACUTE_TRUST = "acute_trust", "Acute hospital trust"
    COMMUNITY_TRUST = "community_trust", "Community health trust"
    MENTAL_HEALTH = "mental_health", "Mental health trust or CAMHS"
    AMBULANCE = "ambulance", "Ambulance service"
    URGENT_CARE = "urgent_care", "111 or urgent care"
    GP = "gp", "GP practice"
    MATERNITY = "maternity", "Maternity service"
    HEALTH_VISITING = "health_visiting", "Health visiting or school nursing"
    DENTIST_PHARMACY = "dentist_pharmacy", "Dentist or pharmacy"
    SEXUAL_HEALTH = "sexual_health", "Sexual health service"
    SUBSTANCE_USE = "substance_use", "Substance use service"
    SCHOOL = "school", "School or academy"
    ELECTIVE_HOME_EDUCATION = "ehe", "Elective home education team"
    FE_COLLEGE = "fe_college", "Further education college"
    EARLY_YEARS = "early_years", "Nursery or early years setting"
    CHILDMINDER = "childminder", "Childminder"
    PROBATION = "probation", "Probation service"
    PRISON = "prison", "Prison or young offender institution"
    CAFCASS = "cafcass", "Cafcass"
    COURTS = "courts", "Courts"
    IMMIGRATION = "immigration", "Immigration enforcement or UKVI"
    DWP = "dwp", "Department for Work and Pensions"
    FIRE = "fire", "Fire and rescue service"
    HOUSING_ASSOCIATION = "housing_association", "Housing association"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse service or refuge"
    VOLUNTARY = "voluntary", "Voluntary or community organisation"
    FAITH = "faith", "Faith organisation"
    SPORTS = "sports", "Sports organisation"
    RESIDENTIAL_CARE = "residential_care", "Residential care or supported accommodation"
    FOSTERING_ADOPTION = "fostering_adoption", "Fostering or adoption agency"
    CDOP = "cdop", "Child death overview panel"
    CORONER = "coroner", "Coroner"
    CPS = "cps", "Crown Prosecution Service"
    ARMED_FORCES = "armed_forces", "Armed forces"
    OTHER_LA = "other_la", "Another local authority"
    CROSS_BORDER_HEALTH = "cross_border_health", "Health service outside England"
    REGULATOR = "regulator", "Regulator"
    OTHER = "other", "Other organisation"
