"""Made-up people for the rehearsal. The partnership, the agencies and everybody in them are invented."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import AgencyType, Partner, Role
from reviews.management.rehearsal.stage import Stage
from reviews.models import LibraryLink
from reviews.states import LinkKind

AGENCIES: dict[str, tuple[str, AgencyType, str]] = {
    "council": ("Samplebury Council children's social care", AgencyType.CHILDRENS_SOCIAL_CARE, Partner.LA),
    "icb": ("Samplebury and Vale Integrated Care Board", AgencyType.ICB, Partner.ICB),
    "police": ("Vale Police", AgencyType.POLICE, Partner.POLICE),
    "hospital": ("Samplebury General Hospital", AgencyType.ACUTE_TRUST, ""),
    "community": ("Vale Community Health: health visiting", AgencyType.HEALTH_VISITING, ""),
    "camhs": ("Vale Mental Health Trust", AgencyType.MENTAL_HEALTH, ""),
    "school": ("Sample Hill Academy", AgencyType.SCHOOL, ""),
    "housing": ("Samplebury Homes", AgencyType.HOUSING_ASSOCIATION, ""),
}
# name in the story -> (synthetic name, job, role, agency)
PEOPLE: dict[str, tuple[str, str, Role, str]] = {
    "staff": ("Demo Business Manager", "Partnership business manager", Role.STAFF, ""),
    "colleague": ("Demo Review Officer", "Review officer", Role.STAFF, ""),
    "chair": ("Demo Sub-group Chair", "Chair of the case review sub-group", Role.CHAIR, ""),
    "la": ("Demo Children's Services Director", "Director of children's services", Role.PARTNER, "council"),
    "icb": ("Demo Chief Nurse", "Chief nurse", Role.PARTNER, "icb"),
    "police": ("Demo Chief Superintendent", "Chief superintendent", Role.PARTNER, "police"),
    "nurse": ("Demo Named Nurse", "Named nurse for safeguarding children", Role.REFERRER, "hospital"),
    "lead": ("Demo Hospital Safeguarding Lead", "Head of safeguarding", Role.SAFEGUARDING_LEAD, "hospital"),
    "police_lead": (
        "Demo Head of Public Protection",
        "Head of public protection",
        Role.SAFEGUARDING_LEAD,
        "police",
    ),
    "teacher": ("Demo Designated Teacher", "Designated safeguarding lead", Role.REFERRER, "school"),
    "housing": ("Demo Tenancy Manager", "Tenancy manager", Role.REFERRER, "housing"),
    "hospital_author": ("Demo Consultant Paediatrician", "Consultant paediatrician", Role.AUTHOR, "hospital"),
    "community_author": ("Demo Health Visiting Manager", "Service manager", Role.AUTHOR, "community"),
    "council_author": ("Demo Head of Service", "Head of service", Role.AUTHOR, "council"),
    "police_author": ("Demo Detective Inspector", "Detective inspector", Role.AUTHOR, "police"),
    "school_author": ("Demo Head of Year", "Head of year", Role.AUTHOR, "school"),
    "camhs_author": ("Demo CAMHS Manager", "Service manager", Role.AUTHOR, "camhs"),
    "reviewer": ("Demo Lead Reviewer", "Independent lead reviewer", Role.REVIEWER, ""),
    "panel": ("Demo Sub-group Member", "Designated doctor", Role.PANEL_MEMBER, ""),
    "sysadmin": ("Demo Administrator", "Systems administrator", Role.SYSADMIN, ""),
    "sysadmin2": ("Demo Second Administrator", "Systems administrator", Role.SYSADMIN, ""),
    "dpo": ("Demo Data-protection Officer", "Data-protection officer", Role.DPO, ""),
}
LINKS = (
    (LinkKind.NATIONAL, "National reviews of the Child Safeguarding Practice Review Panel",
     "https://www.gov.uk/government/organisations/child-safeguarding-practice-review-panel"),
    (LinkKind.GUIDANCE, "Working together to safeguard children (statutory guidance)",
     "https://www.gov.uk/government/publications/working-together-to-safeguard-children--2"),
    (LinkKind.GUIDANCE, "Report the death or serious harm of a child: guidance for local authorities",
     "https://www.gov.uk/guidance/report-a-serious-child-safeguarding-incident"),
    (LinkKind.FRAMEWORK, "The regulations on local child safeguarding practice reviews (SI 2018/789)",
     "https://www.legislation.gov.uk/uksi/2018/789"),
)  # fmt: skip


def company(today: dt.date, password: str | None) -> Stage:
    """The invented partnership with one person for every part, as it stands on ``today``."""
    partnership = Partnership.objects.create(
        name="Samplebury Safeguarding Children Partnership (demonstration)",
        short_name="Samplebury SCP (demo)",
        area="Samplebury",
        email="team@samplebury.example",
        phone="01632 960100",
        urgent_contact="Samplebury front door, 01632 960101 (day and night)",
        last_yearly_report_on=dt.date(today.year - 1, 9, 15),
    )
    agencies = {}
    for code, (name, type_, partner) in AGENCIES.items():
        agencies[code] = Agency.objects.create(name=name, type=type_, partner=partner)
        agencies[code].partnerships.add(partnership)
    people = {}
    for code, (name, job, role, agency) in PEOPLE.items():
        email = f"{code.replace('_', '.')}@samplebury.example"
        people[code] = User.objects.create_user(email, name, password)
        User.objects.filter(pk=people[code].pk).update(job_title=job)
        Membership.objects.create(
            user=people[code],
            partnership=partnership,
            agency=agencies.get(agency),
            role=role,
            starts_on=today - dt.timedelta(days=30),
        )
    for kind, title, url in LINKS:
        LibraryLink.objects.create(partnership=partnership, kind=kind, title=title, url=url, added_on=today)
    return Stage(partnership, agencies, people, today)
