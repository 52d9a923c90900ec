"""What the first story's report found, and what is said of each recommendation besides its words. All of it is made up."""

from __future__ import annotations

from typing import Any

# (text, what it rests on, themes)
FINDINGS: tuple[tuple[str, str, list[str]], ...] = (
    ("The rule about bruises was known. What was missing were words for the conversation it asks for, and somebody to turn "
     "to while the family was still there.",
     "Talks with six practitioners, both learning events, the clinic’s diary of that day", ["babies", "supervision"]),
    ("Records have a place for the father and none for a man who lives with a baby. Two services met him and did not know "
     "what to do with what they had seen.",
     "Five agencies’ forms; the chronology, weeks five to fourteen", ["hidden_men", "records"]),
    ("Help for an exhausted parent was good and four weeks away.",
     "The GP’s record; the mother’s account; waiting times of two years", ["whole_family", "thresholds"]),
    ("The family’s identity was recorded by everybody and thought about by nobody, because practitioners were careful not to "
     "seem to judge.",
     "Both learning events; supervision records of four services", ["identity", "supervision"]),
    ("What the police knew of the mother’s partner belonged to another address, and nothing connects an address with a new "
     "household.",
     "The police’s account; a talk with the neighbourhood team", ["information_sharing", "hidden_men", "domestic_abuse"]),
)  # fmt: skip

# Beside ``RECOMMENDATIONS``, in the same order.
SAID: tuple[dict[str, Any], ...] = (
    {"answers": [1], "themes": ["babies"], "owner_role": "Head of health visiting",
     "outcome": "A baby with a bruise is seen by a paediatrician on the same day, and the parents know why.",
     "baseline": "Three in ten, in the audit of two years ago.",
     "measure": "Every bruise recorded in a baby under six months, for two quarters."},
    {"answers": [2], "themes": ["hidden_men", "records"], "owner_role": "The partnership’s business manager",
     "outcome": "Everybody who cares for a baby is known to the people who visit.",
     "baseline": "A name is recorded in one of four records.",
     "measure": "An audit of forty records in five agencies after six months."},
    {"answers": [3], "themes": ["whole_family"], "owner_role": "Chief nurse",
     "outcome": "A parent who says that they can no longer cope is not left alone with it.",
     "baseline": "Four weeks from asking to a visit.", "measure": "Days from asking to the visit, each month."},
    {"answers": [4], "themes": ["identity", "supervision"], "owner_role": "",
     "outcome": "Families are asked what their heritage means to them, and what they need.",
     "measure": "Twenty supervision records, looked at by the three partners’ leads."},
    {"answers": [5], "themes": ["information_sharing", "hidden_men"], "owner_role": ""},
)  # fmt: skip

# What is done about them, once the report is signed off: (recommendation, what, agency, owner, post, weeks to the date).
ACTIONS: tuple[tuple[int, str, str, str, str, int], ...] = (
    (
        1,
        "Write and test a card with words for the conversation about a bruise, and put it into every clinic bag.",
        "community",
        "community_author",
        "Head of health visiting",
        12,
    ),
    (
        1,
        "A paediatrician answers a telephone for this question every working day.",
        "hospital",
        "hospital_author",
        "Clinical director, children",
        10,
    ),
    (
        2,
        "Change the record of a new baby so that it asks who lives in the home and who cares for the baby when.",
        "community",
        "community_author",
        "Head of health visiting",
        26,
    ),
    (
        2,
        "Write down adults in the home at every visit to a baby, and look at forty records after six months.",
        "council",
        "council_author",
        "Head of early help",
        26,
    ),
    (
        3,
        "Offer a visit within five working days to a parent who reports exhaustion.",
        "icb",
        "",
        "Chief nurse",
        14,
    ),
    (
        4,
        "Put one question about identity into the form for supervision.",
        "",
        "",
        "The partnership’s business manager",
        3,
    ),
)

CARD = """A card for clinic bags

1. I can see a mark on her cheek. Babies of this age hardly ever bruise by themselves.
2. So we always ask a paediatrician to look on the same day. We do it for every family.
3. I will ring now, while you are here. Would you like to hear what they say?
"""
