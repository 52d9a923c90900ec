"""A hundred texts as reviews are really written, in which nobody can be recognised: what the check must leave alone."""

from __future__ import annotations

import random
from collections.abc import Iterator

OPENINGS = (
    "This review was carried out because a child, called Rowan here, was seriously harmed and abuse was suspected.",
    "Rowan was a toddler when services first met the family. Early help had closed some months before.",
    "The partners decided on a review in the spring of 2025, after a rapid review had shown what happened but not why.",
    "Rowan’s mother took part in the review. She read the draft with an advocate and asked for two changes.",
    "The lead reviewer met 14 practitioners and held 2 learning events. Five agencies gave written accounts.",
    "The period under review runs from January 2023 to March 2025, with earlier history where it helps to understand.",
    "Rowan was aged between 3 and 4 at the time. There are other children in the family, who are safe and well.",
    "The review follows the Serious Incident Notification made under section 16C of the Children Act 2004.",
    "Working Together to Safeguard Children (2023, page 128) asks for a report that is clear and can be acted upon.",
    "The father did not take part. He was invited by letter, by telephone and through a solicitor.",
)
MIDDLES = (
    "Practitioners said that they may have relied too much on what the mother told them, and they will now ask the wider family too.",
    "In May and June the health visitor saw the baby four times. In March nobody did, because of sickness in the team.",
    "The GP surgery used a template which, at that time, had no place for the name of a partner; 1 in 4 records were incomplete.",
    "The strategy discussion took place within 24 hours, and the section 47 enquiry ended after 12 working days.",
    "A DASH form was completed with a score of 14, and the case went to MARAC twice in 6 months.",
    "The school recorded attendance of 82.5%, against 94% for the year group, and two fixed-term suspensions.",
    "The ED consultant asked for a skeletal survey; the CT scan was normal. The ward sister kept a clear record.",
    "Hope is not a plan, as one social worker put it, and grace under pressure is not a strategy for a whole system.",
    "The police held information from another force. PC and DC grade officers did not have access to it until the following week.",
    "CAMHS offered an appointment in week 9; the waiting list was 18 weeks. The family moved between two local authorities.",
    "A single assessment was finished in 45 working days, but it did not ask who lived in the home or who cared for the children.",
    "The child protection plan, under the category of neglect, lasted from autumn 2022 to summer 2023. It ended when things looked better.",
    "The IRO raised a concern at the second review. Her escalation was answered in 10 days, which is what the policy asks.",
    "Housing officers wrote of damp and of a broken window (category 1 hazard); repairs took from week 3 to week 11.",
    "A neighbour rang the NSPCC helpline on 0808 800 5000, and the call was passed to the MASH within the hour.",
    "Early on a Monday morning an ambulance crew saw marks that nobody had seen before; they acted at once.",
    "The midwife’s routine enquiry was made with the partner in the room. Marked improvement was noted later, in good faith.",
    "Practice differed: 3/5 teams used the neglect tool, and 2 of 7 nurseries had a named lead for information.",
    "The mother had grown up in care. She said: “I knew what they wanted to hear, and I told them that.”",
    "Race, ethnicity and faith are recorded in every file and considered in none, as the national Panel also found in 2024.",
    "The threshold document is on page 12 of the local framework, version 4.2, and was refreshed in September.",
    "Staff turnover in the team was 31% in 2023/24. Caseloads rose from 17 to 26 children for each worker.",
    "The family’s first language is not English. An interpreter was booked on 3 of 8 occasions; twice a child interpreted.",
    "Child Q and other published reviews have shown how easily adultification goes unseen. This was so here, too.",
    "Will practitioners feel able to ask next time? Several thought so; others were frank that they would not.",
    "The perinatal team and the substance misuse service met weekly, on Tuesdays, but did not share a care plan.",
    "Each partner holds its own chronology (Appendix B, 46 entries). None had seen the others’ before the rapid review.",
    "The Care Act 2014, the Domestic Abuse Act 2021 and SI 2018/789 all bear on what happened; none was breached.",
    "The older child told a teacher that weekends were the hard part. The teacher wrote it down word for word.",
    "There was a pattern: was not brought, then cancelled, then was not brought again. It is visible only over 9 months.",
)
ENDINGS = (
    "Recommendation 4: by April 2026 every agency asks who cares for the children when the parent is at work.",
    "The learning is shared in a seven-minute briefing, and the partnership will audit 20 files in each of 3 agencies after six months.",
    "The review thanks Rowan’s family, whose wish is that another child should be asked sooner.",
    "What was recommended in 2021 has been carried out in part: 7 of 11 actions are complete, and 4 are under way.",
    "Nothing in this report apportions blame; courts and employers do that, and their work goes on.",
    "The partners accept the findings in full. Progress is reported to the Lead Safeguarding Partners each quarter.",
    "It made sense at the time. It would make less sense now, because the three services share one building and one record.",
    "Supervision is now monthly, reflective and recorded; 9 out of 10 staff say in a survey that it helps.",
    "Some questions stay open until the criminal proceedings end. An addendum will follow if it is needed.",
    "A child’s lived experience must come first, early, and in the child’s own words where there are any.",
)


def clean_texts(rng: random.Random, number: int = 100) -> Iterator[str]:
    """So many texts of some length, no two the same."""
    for n in range(number):
        middle = rng.sample(MIDDLES, 6)
        yield "\n\n".join(
            (
                OPENINGS[n % len(OPENINGS)],
                " ".join(middle[:3]),
                " ".join(middle[3:]),
                ENDINGS[(n * 7 + n // len(ENDINGS)) % len(ENDINGS)],
            )
        )
