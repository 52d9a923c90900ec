"""The clocks of notification and of the yearly report: data, for a reader who does not program.

Where the duty is law and guidance gives the number of days, ``force`` says guidance; where nobody gives a
number it says law, and ``local_length`` that the number is ours. ``source`` spells it out. Working Together
2026 has replaced the 2023 edition; its chapter 5 had not been read when these rows were written, so they
state the 2023 edition. A newer edition is a new row beside the old one.
"""

import datetime as dt

from cspr.accounts.roles import Role
from cspr.clocks.table import (
    THE_DAY,
    Clock,
    Every,
    Force,
    Unit,
    day,
    months_before,
    weeks_before,
)

WORKING_TOGETHER_2023 = dt.date(2023, 12, 15)
# Children Act 2004 ss.16A to 16Q, as inserted by the Children and Social Work Act 2017.
ACT_IN_FORCE = dt.date(2018, 6, 29)
NOTIFICATION_LADDER = (day(3), day(4), day(5))
YEARLY_LADDER = (months_before(3), months_before(1), weeks_before(2), weeks_before(1), THE_DAY)

CLOCKS = (
    Clock(
        code="SIN_5WD",
        name="Serious incident notification",
        sentence="The local authority notifies the Panel of the serious incident.",
        starts=(
            "The local authority became aware that the incident had occurred, and knows or suspects abuse "
            "or neglect"
        ),
        length=5,
        unit=Unit.WORKING_DAYS,
        force=Force.GUIDANCE,
        owed_by="Local authority",
        owed_to=(
            "Child Safeguarding Practice Review Panel, through the DfE notification system (shared with DfE "
            "and Ofsted)"
        ),
        source=(
            "The duty is law: Children Act 2004 s.16C(1). Five working days is GOV.UK guidance (report a "
            "serious child safeguarding incident); the Act gives no number. A return or a hold does not "
            "stop the count."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=NOTIFICATION_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.PARTNER),
        escalate=(Role.CHAIR,),
        warn_days=2,
    ),
    Clock(
        code="SIN_TO_PARTNERS_5WD",
        name="Telling the safeguarding partners",
        sentence=(
            "The local authority tells the safeguarding partners of its own area and of any other area "
            "concerned."
        ),
        starts=(
            "The local authority became aware that the incident had occurred, and knows or suspects abuse "
            "or neglect"
        ),
        length=5,
        unit=Unit.WORKING_DAYS,
        force=Force.GUIDANCE,
        owed_by="Local authority",
        owed_to="Safeguarding partners of its own and other affected areas",
        source="GOV.UK guidance (report a serious child safeguarding incident); the Act gives no number.",
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=NOTIFICATION_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.PARTNER),
        escalate=(Role.CHAIR,),
        warn_days=2,
    ),
    Clock(
        code="LAC_DEATH_5WD",
        name="Death of a looked-after child",
        sentence=(
            "The local authority reports the death of a looked-after child, whether or not abuse is "
            "suspected."
        ),
        starts="The local authority became aware of the death",
        length=5,
        unit=Unit.WORKING_DAYS,
        force=Force.GUIDANCE,
        owed_by="Local authority",
        owed_to="Secretary of State (DfE) and Ofsted, through the DfE notification system",
        source=(
            "GOV.UK guidance (report a serious child safeguarding incident). Without known or suspected "
            "abuse or neglect it leads to no rapid review."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=NOTIFICATION_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.PARTNER),
        escalate=(Role.CHAIR,),
        warn_days=2,
    ),
    Clock(
        code="CARE_LEAVER_DEATH_5WD",
        name="Death of a care leaver",
        sentence="The local authority reports the death of a care leaver up to and including the age of 24.",
        starts="The local authority became aware of the death, and knew that the person was a care leaver",
        length=5,
        unit=Unit.WORKING_DAYS,
        force=Force.GUIDANCE,
        owed_by="Local authority",
        owed_to="Secretary of State (DfE) and Ofsted, through the DfE notification system",
        source=(
            "Working Together 2023 says the authority “should” report it, as local procedures (North "
            "Yorkshire, Slough) restate it. It leads to no rapid review; under 18, test the notification "
            "criteria as well. Five working days is taken over from the other notifications."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=NOTIFICATION_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.PARTNER),
        escalate=(Role.CHAIR,),
        warn_days=2,
    ),
    Clock(
        code="YEARLY_REPORT_12M",
        name="Yearly report, by law",
        sentence=(
            "The safeguarding partners publish what they and the relevant agencies did and how effective it "
            "was."
        ),
        starts="The previous yearly report was published",
        length=12,
        unit=Unit.MONTHS,
        force=Force.LAW,
        owed_by="Safeguarding partners",
        owed_to="The public",
        source="Children Act 2004 s.16G(7): at least once in every 12-month period.",
        rule_set="CA2004",
        effective_from=ACT_IN_FORCE,
        reminders=YEARLY_LADDER,
        when_late=Every.WEEK,
        remind=(Role.STAFF,),
        escalate=(Role.PARTNER,),
        warn_days=42,
    ),
    Clock(
        code="YEARLY_REPORT_SEP",
        name="Yearly report, by 30 September",
        sentence="The report on April to March is published and sent to the Panel by 30 September.",
        starts="The reporting year ended on 31 March",
        length=None,
        unit=Unit.FIXED_DATE,
        fixed=(30, 9),
        force=Force.GUIDANCE,
        owed_by="Safeguarding partners",
        owed_to="Child Safeguarding Practice Review Panel, and the public",
        source=(
            "Working Together 2023, as local partnerships restate it (Bournemouth, Christchurch and Poole: "
            "to the Panel by 30 September 2025)."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=YEARLY_LADDER,
        when_late=Every.WEEK,
        remind=(Role.STAFF,),
        escalate=(Role.PARTNER,),
        warn_days=42,
    ),
)
