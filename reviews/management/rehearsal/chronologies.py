"""What the agencies of the rehearsal write into the chronologies: gaps, a duplicate, a contradiction, "not brought"."""

from __future__ import annotations

import datetime as dt

from reviews import actions
from reviews.chronology.codes import Verdict
from reviews.chronology.people import by_what_they_are_called, people_of
from reviews.chronology.rows import Known, read_row
from reviews.management.rehearsal.stage import Stage
from reviews.models import ChronologyEntry, RapidReview

# Agency, days before the incident, and what is typed.
Row = tuple[str, int, dict[str, str]]
HV, SW, PC = "Health visitor", "Social worker", "Police constable"

BABY: tuple[Row, ...] = (
    ("community", 168, {"happened": "Antenatal contact. The mother says that she lives alone with her son.", "type": "Contact or visit", "persons": "Mother", "professional": "Midwife", "lines": "Who lives in the home?"}),
    ("police", 140, {"happened": "Called by a neighbour to shouting. The mother and a man were spoken to; no offences disclosed. The pregnancy was noticed and no referral made.", "type": "Police", "persons": "Mother; Mother's partner", "professional": PC, "themes": "Domestic abuse; Fathers and men who are not seen", "key": "yes", "lines": "Who lives in the home?"}),
    ("hospital", 98, {"happened": "Born at 38 weeks, well. Discharged home on the second day.", "type": "Health appointment", "persons": "Child; Mother", "professional": "Midwife", "seen": "yes", "action": "Handed over to the health visitor."}),
    ("community", 86, {"happened": "New birth visit at home. Baby thriving, weight on the 25th centile. A man came in from the garden and was not asked who he was.", "type": "Contact or visit", "persons": "Child; Mother", "professional": HV, "seen": "yes", "voice": "Settled in her mother's arms.", "good": "yes", "lines": "Who lives in the home?"}),
    ("community", 58, {"happened": "Not brought to the six-week review. A letter was sent.", "type": "Was not brought", "persons": "Child", "professional": HV, "themes": "Was not brought", "action": "A second appointment was offered."}),
    ("community", 44, {"happened": "Not brought to the second appointment. No visit was made.", "type": "Was not brought", "persons": "Child", "professional": HV, "themes": "Was not brought; Supervision, management oversight"}),
    ("hospital", 36, {"happened": "Brought to the emergency department with a small bruise on the cheek. The mother said that a toy fell on her. Seen by a junior doctor, discharged without discussion with a senior.", "type": "Injury or incident", "persons": "Child; Mother", "time": "19:40", "professional": "Doctor, emergency department", "seen": "yes", "key": "yes", "themes": "Babies and children who do not move on their own yet; Medical assessment; Professional curiosity", "comment": "The protocol on bruises in babies was not followed.", "lines": "Why was the bruise protocol not followed?"}),
    ("council", 35, {"happened": "Telephone call from the emergency department about a small bruise on the cheek of the baby; the mother said that a toy fell on her. No further action.", "type": "Referral", "persons": "Child", "professional": "Duty social worker", "seen": "no", "key": "yes", "themes": "Thresholds, strategy discussion; Information sharing", "action": "No strategy discussion.", "lines": "Why was the bruise protocol not followed?"}),
    ("council", 20, {"happened": "Visit to the home after a second call. The social worker saw the half-brother; the baby was said to be asleep upstairs.", "type": "Contact or visit", "persons": "Child; Mother; Half-brother", "professional": SW, "seen": "no", "spoken": "no", "action": "Case to be closed."}),
    ("housing", 20, {"happened": "Repair visit. An adult man said that he lived there. A baby was seen in a bouncer in the living room.", "type": "Contact or visit", "persons": "Child; Mother's partner", "professional": "Repairs operative", "seen": "yes", "themes": "Fathers and men who are not seen", "lines": "Who lives in the home?"}),
    ("police", 4, {"happened": "Intelligence that the mother's partner had been arrested for assault in another area.", "type": "Police", "persons": "Mother's partner", "professional": "Intelligence officer", "sensitivity": "Part of an investigation or court case", "themes": "Information sharing", "comment": "Not shared before the incident."}),
    ("hospital", 0, {"happened": "Brought in by ambulance. Several fractures of different ages.", "type": "Injury or incident", "persons": "Child; Mother; Mother's partner", "time": "09:15", "professional": "Consultant paediatrician", "seen": "yes", "key": "yes", "themes": "Physical abuse", "action": "Strategy discussion on the same day.", "good": "yes"}),
    ("police", 0, {"happened": "Both adults were interviewed. The home was secured.", "type": "Police", "persons": "Mother; Mother's partner", "time": "11:30", "professional": "Detective sergeant", "key": "yes"}),
)  # fmt: skip

TEENAGER: tuple[Row, ...] = (
    ("school", 700, {"happened": "Attendance falls from 96 to 71 per cent within a term.", "type": "Education", "persons": "Child", "professional": "Head of year", "themes": "Special needs, not in school, exclusion", "lines": "When did school lose sight of him?"}),
    ("camhs", 610, {"happened": "First assessment. Low mood after the death of a grandparent.", "type": "Health appointment", "persons": "Child; Mother", "professional": "Mental health nurse", "seen": "yes", "spoken": "yes", "voice": "“Nobody asks me what I do all day.”", "good": "yes", "themes": "Child mental health, suicide, self-harm; Voice and lived experience"}),
    ("camhs", 520, {"happened": "Not brought to the second appointment.", "type": "Was not brought", "persons": "Child", "professional": "Mental health nurse", "themes": "Was not brought"}),
    ("camhs", 496, {"happened": "Not brought again. Discharged to the GP by letter.", "type": "Was not brought", "persons": "Child", "professional": "Team manager", "themes": "Was not brought; Step-down, closure", "key": "yes", "action": "Closed without a call to the school."}),
    ("school", 300, {"happened": "Excluded for two days after a fight. Two older boys waited at the gate.", "type": "Education", "persons": "Child", "professional": "Deputy head", "seen": "yes", "spoken": "yes", "voice": "Would not say who they were.", "key": "yes", "themes": "Criminal exploitation, serious violence; Professional curiosity", "lines": "When did school lose sight of him?"}),
    ("school", 60, {"happened": "On a reduced timetable of one hour a day.", "type": "Education", "persons": "Child", "professional": "Deputy head", "themes": "Special needs, not in school, exclusion; Adultification", "key": "yes", "lines": "When did school lose sight of him?"}),
    ("school", 9, {"happened": "Came in with a new telephone and new trainers. His tutor asked and wrote it down.", "type": "Contact or visit", "persons": "Child", "professional": "Tutor", "seen": "yes", "spoken": "yes", "good": "yes", "themes": "Criminal exploitation, serious violence", "comment": "The note was not passed on."}),
)  # fmt: skip


def write(stage: Stage, review: RapidReview, rows: tuple[Row, ...]) -> None:
    """Each agency's author writes its own entries; where an agency has nobody here, staff do."""
    case = review.case
    people = by_what_they_are_called(people_of(case))
    assert case.incident_on is not None
    for code, before, typed in rows:
        day = case.incident_on - dt.timedelta(days=before)
        known = Known(people=people, agencies={}, agency=stage.agencies[code].pk, today=stage.today)
        entry, problems = read_row({"date": day.isoformat(), **typed}, known)
        assert entry is not None, problems
        by = f"{code}_author" if f"{code}_author" in stage.people else "staff"
        stage.act(actions.enter, case, by=by, entry=entry)


def look_at(stage: Stage, review: RapidReview) -> None:
    """Staff find the telephone call that two agencies wrote down, and say that it is one event."""
    entries = list(
        ChronologyEntry._base_manager.filter(case=review.case, happened__contains="a toy fell on her")
    )
    first, second = entries[:2]
    stage.act(
        actions.judge, first, by="staff", second=second, verdict=Verdict.SAME,
        words="The visit to the emergency department and the call about it.",
    )  # fmt: skip
