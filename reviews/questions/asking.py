"""Whom to ask: facts of the case, rules that say which kind of agency knows of such a fact, and what follows.

Nothing here knows a page or the database, and nothing here holds a name: facts are coded, and so are suggestions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from cspr.accounts.roles import AgencyType
from referrals.questions import section_of
from referrals.questions.answers import of
from referrals.states import LOOKED_AFTER, AbuseType, LegalStatus, LocalIndicator, Placement, Process

A = AgencyType


class Fact(TextChoices):
    """What a rule may depend on: the fixed list, in the order in which a reader would look for it."""

    ALWAYS = "always", "Always"
    UNBORN = "unborn", "A child is not born yet"
    UNDER_1 = "under_1", "A child is under one"
    UNDER_5 = "under_5", "A child is under five"
    SCHOOL_AGE = "school_age", "A child is of school age (5 to 15)"
    OVER_16 = "over_16", "A child is 16 or older"
    NO_SCHOOL = "no_school", "A child of school age, and no school is known"
    DIED = "died", "A child has died"
    DISABLED = "disabled", "A child has a disability"
    OPEN_TO_CSC = "open_to_csc", "A child is open to social care or early help"
    PLAN = "plan", "A child is or was on a child protection plan"
    LOOKED_AFTER = "looked_after", "A child is looked after"
    CARE_LEAVER = "care_leaver", "A care leaver"
    FOSTERED = "fostered", "A child is in foster care or placed for adoption"
    RESIDENTIAL = "residential", "A child is placed in a home or in supported accommodation"
    SECURE = "secure", "A child is remanded, sentenced or in a secure place"
    HOSPITAL_PLACE = "hospital_place", "A child is placed in, or detained in, a hospital"
    COURT = "court", "There are family court proceedings or a court order"
    INJURY = "injury", "A physical injury that hospitals treat"
    SUICIDE = "suicide", "Suicide or self-harm"
    SEXUAL = "sexual", "Sexual abuse"
    EXPLOITATION = "exploitation", "Exploitation or serious violence"
    FIRE = "fire", "Drowning, fire or another accident"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse (a parent was killed, or such a review is under way)"
    MAPPA = "mappa", "A MAPPA serious case review"
    CRIME = "crime", "A police investigation or criminal proceedings"
    INQUEST = "inquest", "An inquest"
    OTHER_AREA = "other_area", "Another area is involved"
    ABROAD = "abroad", "It happened outside England"


@dataclass(frozen=True)
class AskRule:
    """When a fact is so, an agency of this kind is suggested; ``why`` is the sentence that says so."""

    fact: str
    agency_type: str
    why: str


def _rule(fact: Fact, agency_type: AgencyType, why: str) -> AskRule:
    return AskRule(fact.value, agency_type.value, why)


# What a new partnership starts from.
SHIPPED: tuple[AskRule, ...] = (
    _rule(Fact.ALWAYS, A.CHILDRENS_SOCIAL_CARE, "A statutory partner: what social care knew of the family."),
    _rule(Fact.ALWAYS, A.POLICE, "A statutory partner: what the police knew of the people in the home."),
    _rule(Fact.ALWAYS, A.ICB, "A statutory partner: it knows which health services were involved."),
    _rule(Fact.ALWAYS, A.GP, "Nearly every child and parent is known to a GP."),
    _rule(Fact.ALWAYS, A.HOUSING, "Housing often knows who lives in a home."),
    _rule(Fact.ALWAYS, A.PROBATION, "Probation may supervise an adult in the home, unknown to children’s services."),
    _rule(Fact.UNBORN, A.MATERNITY, "The midwife sees the mother before the birth."),
    _rule(Fact.UNDER_1, A.MATERNITY, "The midwife saw the family before and after the birth."),
    _rule(Fact.UNDER_5, A.HEALTH_VISITING, "Every child under five has a health visitor."),
    _rule(Fact.UNDER_5, A.EARLY_YEARS, "Many children under five go to a nursery."),
    _rule(Fact.SCHOOL_AGE, A.SCHOOL, "A child of this age goes to school; it sees the child most days."),
    _rule(Fact.SCHOOL_AGE, A.HEALTH_VISITING, "School nursing follows on from health visiting."),
    _rule(Fact.SCHOOL_AGE, A.EDUCATION_SERVICE, "The education service knows of absence, exclusion and special needs."),
    _rule(Fact.NO_SCHOOL, A.ELECTIVE_HOME_EDUCATION, "No school is known: the child may be educated at home."),
    _rule(Fact.OVER_16, A.FE_COLLEGE, "From 16 on many are at a college."),
    _rule(Fact.DIED, A.CDOP, "The child death overview panel gathers information on every death of a child."),
    _rule(Fact.DIED, A.AMBULANCE, "The ambulance crew saw the home and the child."),
    _rule(Fact.INQUEST, A.CORONER, "There is an inquest: agree with the coroner what can be shared."),
    _rule(Fact.DISABLED, A.COMMUNITY_TRUST, "Community health services treat children with a disability."),
    _rule(Fact.DISABLED, A.EDUCATION_SERVICE, "The education service knows of special educational needs."),
    _rule(Fact.OPEN_TO_CSC, A.EARLY_HELP, "Early help may have worked with the family."),
    _rule(Fact.COURT, A.CAFCASS, "Cafcass represents children in family proceedings."),
    _rule(Fact.COURT, A.LEGAL, "The authority’s lawyers know what was before the court."),
    _rule(Fact.FOSTERED, A.FOSTERING_ADOPTION, "The fostering or adoption agency knows the carers."),
    _rule(Fact.RESIDENTIAL, A.RESIDENTIAL_CARE, "The home or the supported accommodation knows daily life."),
    _rule(Fact.RESIDENTIAL, A.REGULATOR, "The home is registered and inspected."),
    _rule(Fact.CARE_LEAVER, A.ADULT_SOCIAL_CARE, "Care leavers may be known to adult services."),
    _rule(Fact.SECURE, A.YOUTH_JUSTICE, "Youth justice supervises the child."),
    _rule(Fact.SECURE, A.PRISON, "The establishment knows of the child’s time there."),
    _rule(Fact.HOSPITAL_PLACE, A.MENTAL_HEALTH, "The hospital in which the child stays or was detained."),
    _rule(Fact.INJURY, A.ACUTE_TRUST, "Such an injury is treated in hospital, and earlier attendances may matter."),
    _rule(Fact.INJURY, A.AMBULANCE, "An ambulance may have been called."),
    _rule(Fact.SUICIDE, A.MENTAL_HEALTH, "Mental health services may have known or awaited the child."),
    _rule(Fact.SUICIDE, A.SCHOOL, "School staff and friends often see distress first."),
    _rule(Fact.SEXUAL, A.SEXUAL_HEALTH, "Sexual health services may have seen the child."),
    _rule(Fact.EXPLOITATION, A.YOUTH_JUSTICE, "Youth justice knows of exploitation and violence among young people."),
    _rule(Fact.EXPLOITATION, A.BTP, "Children who are exploited are often met on trains."),
    _rule(Fact.FIRE, A.FIRE, "The fire and rescue service was there, or had visited the home."),
    _rule(Fact.DOMESTIC_ABUSE, A.DOMESTIC_ABUSE, "A domestic abuse service may have supported a parent."),
    _rule(Fact.MAPPA, A.PROBATION, "MAPPA: probation and the police manage the risk together."),
    _rule(Fact.CRIME, A.CPS, "Agree with prosecutors what can be asked and written."),
    _rule(Fact.OTHER_AREA, A.OTHER_LA, "Another area is named: its services may know the family."),
    _rule(Fact.ABROAD, A.CROSS_BORDER_HEALTH, "It happened outside England: health services there may know."),
)  # fmt: skip


# --- facts ------------------------------------------------------------------------------------------------

INJURIES = frozenset({"head_injury", "fractures", "burns", "poisoning", "other_injury", "infant_death"})
COURT_ORDERS = frozenset(
    {LegalStatus.C1, LegalStatus.C2, LegalStatus.E1, LegalStatus.L2, LegalStatus.L3, LegalStatus.PLO,
     LegalStatus.SGO, LegalStatus.CAO, LegalStatus.SUPERVISION, LegalStatus.DOL}
)  # fmt: skip
REMANDED = frozenset({LegalStatus.J1, LegalStatus.J2, LegalStatus.J3})
FOSTER = frozenset({Placement.U1, Placement.U3, Placement.U4, Placement.U6, Placement.A3})
HOMES = frozenset({Placement.K2, Placement.K3, Placement.R1, Placement.R3, Placement.S1})
LOCKED = frozenset({Placement.K1, Placement.R5})
FROM_PROCESS = {
    Process.CRIM: Fact.CRIME,
    Process.INQ: Fact.INQUEST,
    Process.FAM: Fact.COURT,
    Process.DARDR: Fact.DOMESTIC_ABUSE,
    Process.MAPPA: Fact.MAPPA,
    Process.OTHER_LA: Fact.OTHER_AREA,
}


def facts_of(referrals: Iterable[Mapping[str, Any]], *, area: str, on: dt.date) -> frozenset[str]:
    """The facts in the answers of the referrals of one case, on the day ``on``. ``area``: the partnership's own."""
    found: set[str] = {Fact.ALWAYS}
    for answers in referrals:
        incident = _answers(answers, "incident")
        for child in _items(answers, "children"):
            found |= _of_child(child, area, on)
        found |= _of_incident(incident, area)
        if LocalIndicator.W4 in _listed(_answers(answers, "criteria"), "indicators"):
            found.add(Fact.DOMESTIC_ABUSE)
        found |= {
            FROM_PROCESS[Process(p["type"])]
            for p in _items(answers, "processes")
            if p.get("type") in FROM_PROCESS
        }
    return frozenset(str(fact) for fact in found)


def _answers(answers: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    section = section_of(code)
    return of(section, answers) if section else {}


def _items(answers: Mapping[str, Any], code: str) -> list[dict[str, Any]]:
    section = section_of(code)
    return section.items(of(section, answers)) if section else []


def _listed(answers: Mapping[str, Any], code: str) -> set[str]:
    value = answers.get(code)
    return {str(one) for one in value} if isinstance(value, list) else set()


def _elsewhere(named: Any, area: str) -> bool:
    """Whether words that name an area name another than the partnership's."""
    words = str(named or "").casefold().strip()
    own = area.casefold().strip()
    return bool(words and own) and own not in words and words not in own


def _of_incident(incident: Mapping[str, Any], area: str) -> set[str]:
    harm, abuse = _listed(incident, "harm_types"), _listed(incident, "abuse_types")
    so = {
        Fact.INJURY: bool(harm & INJURIES),
        Fact.SUICIDE: "suicide" in harm,
        Fact.SEXUAL: "sexual" in harm or AbuseType.SEXUAL in abuse,
        Fact.EXPLOITATION: "criminal_exploitation" in harm or AbuseType.EXPLOITATION in abuse,
        Fact.FIRE: "drowning_fire" in harm,
        Fact.ABROAD: incident.get("outside_england") == "yes",
        Fact.OTHER_AREA: _elsewhere(incident.get("area"), area),
    }
    return {fact for fact, holds in so.items() if holds}


def _of_child(child: Mapping[str, Any], area: str, on: dt.date) -> set[str]:
    legal, placement = child.get("legal_status"), child.get("placement")
    age = _age(child.get("born_on"), on)
    at_school = age is not None and 5 <= age <= 15
    so = {
        Fact.UNBORN: legal == LegalStatus.UNBORN or (age is not None and age < 0),
        Fact.UNDER_1: age == 0,
        Fact.UNDER_5: age is not None and 0 <= age < 5,
        Fact.SCHOOL_AGE: at_school,
        Fact.OVER_16: age is not None and age >= 16,
        Fact.NO_SCHOOL: at_school and not child.get("school"),
        Fact.DIED: child.get("died") == "yes",
        Fact.DISABLED: bool(_listed(child, "disability") - {"NONE"}),
        Fact.OPEN_TO_CSC: child.get("open_to_csc") == "yes",
        Fact.PLAN: child.get("cp_plan") in {"now", "before"} or legal == LegalStatus.CP_PLAN,
        Fact.LOOKED_AFTER: child.get("looked_after") == "yes" or legal in LOOKED_AFTER,
        Fact.CARE_LEAVER: legal == LegalStatus.CARE_LEAVER,
        Fact.FOSTERED: placement in FOSTER or legal == LegalStatus.PRIVATE_FOSTERING,
        Fact.RESIDENTIAL: placement in HOMES,
        Fact.SECURE: placement in LOCKED or legal in REMANDED,
        Fact.HOSPITAL_PLACE: placement == Placement.R2 or legal == LegalStatus.MHA,
        Fact.COURT: legal in COURT_ORDERS,
        Fact.OTHER_AREA: _elsewhere(child.get("placing_la"), area),
    }
    return {fact for fact, holds in so.items() if holds}


def _age(born: Any, on: dt.date) -> int | None:
    """In whole years; -1 before the birth; ``None`` when the date is not known."""
    try:
        day = dt.date.fromisoformat(str(born))
    except ValueError:
        return None
    if day > on:
        return -1
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


# --- suggestions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """An agency that somebody named: its kind, the words used, and who named it. The words are never shown."""

    agency_type: str
    words: str
    by: str


@dataclass(frozen=True)
class Suggestion:
    """A kind of agency to ask, and why: one sentence for each reason."""

    agency_type: str
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        known = dict(AgencyType.choices)
        return str(known.get(self.agency_type, self.agency_type))


def suggest(
    facts: Collection[str],
    rules: Sequence[AskRule],
    named: Sequence[Named],
    *,
    asked: Mapping[str, Collection[str]],
    against: Collection[str],
) -> list[Suggestion]:
    """Whom to ask, in the order of the rules, then those named.

    ``asked``: names of the agencies on the board, by kind; a kind is suggested again only where somebody named
    another agency of it. ``against``: kinds that were decided against.
    """
    reasons: dict[str, list[str]] = {}
    for rule in rules:
        if rule.fact in facts and rule.agency_type not in asked:
            reasons.setdefault(rule.agency_type, []).append(rule.why)
    for one in named:
        if one.agency_type not in asked:
            reasons.setdefault(one.agency_type, []).append(f"Named by {one.by}.")
        elif one.words and not any(_same(one.words, name) for name in asked[one.agency_type]):
            reasons.setdefault(one.agency_type, []).append(f"{one.by} named another one of this kind.")
    return [
        Suggestion(kind, tuple(dict.fromkeys(why))) for kind, why in reasons.items() if kind not in against
    ]


def _same(one: str, other: str) -> bool:
    a, b = " ".join(one.split()).casefold(), " ".join(other.split()).casefold()
    return a in b or b in a
