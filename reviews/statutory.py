"""The clocks of rapid reviews, local reviews and publication: data, for a reader who does not program.

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
    working_days_before,
)

WORKING_TOGETHER_2023 = dt.date(2023, 12, 15)
# SI 2018/789, and the sections of the Children Act 2004 that it was made under.
REGULATIONS_IN_FORCE = dt.date(2018, 6, 29)
# The UK GDPR stands since the end of the transition period.
UK_GDPR_IN_FORCE = dt.date(2021, 1, 1)
COUNTED = (
    "ICO, right of access: the corresponding date so many months later, the last day of that month if there is none, "
    "the next working day if it falls on a weekend or a bank holiday. Showing who one is does not stop the count."
)
# code, months, what must be done, by which paragraph
ACCESS = (
    (
        "ACCESS_1M",
        1,
        "The person is given the data that is held about them, or told why not.",
        f"UK GDPR Article 12(3). {COUNTED}",
    ),
    (
        "ACCESS_3M",
        3,
        "The person is given the data, two months later because the request is complex or one of several.",
        f"UK GDPR Article 12(3): by two further months, told within the first with the reasons. {COUNTED}",
    ),
)
SENDING_LADDER = (
    working_days_before(10),
    working_days_before(5),
    working_days_before(2),
    working_days_before(1),
    THE_DAY,
)

CLOCKS = (
    Clock(
        code="RR_15WD",
        name="Rapid review",
        sentence=(
            "The rapid review is completed and with the Panel, with the decision whether to hold a local "
            "review."
        ),
        starts="The notification was sent to the Panel",
        length=15,
        unit=Unit.WORKING_DAYS,
        force=Force.GUIDANCE,
        owed_by="Safeguarding partners",
        owed_to="Child Safeguarding Practice Review Panel",
        source=(
            "Panel guidance for safeguarding partners, as the Panel’s own questions and answers and several "
            "partnerships (Cambridgeshire and Peterborough, Birmingham) restate it; not in the Act or the "
            "Regulations. The Panel has it by the end of day 15."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=(day(5), day(10), day(13), day(15)),
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.CHAIR),
        escalate=(Role.PARTNER,),
        warn_days=3,
    ),
    Clock(
        code="RR_DECISION_NOTICE",
        name="Notice that a local review will be held",
        sentence=(
            "The Panel, DfE and Ofsted are told that a local review will be held, and who the reviewer is "
            "once commissioned."
        ),
        starts="The partners decided to hold a local review",
        length=None,
        unit=Unit.AS_SOON_AS,
        force=Force.GUIDANCE,
        owed_by="Safeguarding partners",
        owed_to="Child Safeguarding Practice Review Panel, DfE and Ofsted",
        source=(
            "Working Together 2023 chapter 5: as soon as it has been determined. No number of days is given."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=(day(1), day(3), day(5), day(10), day(15), day(20)),
        when_late=Every.NEVER,
        remind=(Role.STAFF,),
        warn_days=0,
    ),
    Clock(
        code="PANEL_RESPONSE",
        name="The Panel’s answer to the rapid review",
        sentence="The Panel’s letter has come; if not, ask after it.",
        starts="The rapid review was sent to the Panel",
        length=20,
        unit=Unit.WORKING_DAYS,
        local_length=True,
        force=Force.GUIDANCE,
        owed_by="Child Safeguarding Practice Review Panel",
        owed_to="Safeguarding partners",
        source=(
            "No national time was found: 20 working days is this system’s point for asking. No other clock "
            "waits for it."
        ),
        rule_set="LOCAL",
        effective_from=WORKING_TOGETHER_2023,
        reminders=(THE_DAY,),
        when_late=Every.WEEK,
        remind=(Role.STAFF,),
        warn_days=0,
    ),
    Clock(
        code="LCSPR_6M",
        name="Local review completed and published",
        sentence="The local child safeguarding practice review is completed and published.",
        starts=(
            "The partners decided to initiate the review (not the reviewer’s start, not the Panel’s letter)"
        ),
        length=6,
        unit=Unit.MONTHS,
        force=Force.GUIDANCE,
        owed_by="Safeguarding partners",
        owed_to="The public",
        source=(
            "Working Together 2023 chapter 5: as soon as possible and no later than six months; not in the "
            "Act or the Regulations. If it will be late, the Panel and the Secretary of State are told why. "
            "The date itself never moves."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=(
            months_before(3),
            weeks_before(6),
            weeks_before(4),
            weeks_before(2),
            weeks_before(1),
            THE_DAY,
        ),
        when_late=Every.WEEK,
        remind=(Role.STAFF, Role.REVIEWER, Role.CHAIR),
        escalate=(Role.PARTNER,),
        warn_days=42,
    ),
    Clock(
        code="LCSPR_MONITOR",
        name="Monitoring of the local review",
        sentence=(
            "The partners check, and record, whether the review is making progress in time and is of "
            "satisfactory quality."
        ),
        starts="The reviewer was appointed, or the review was last monitored",
        length=28,
        unit=Unit.CALENDAR_DAYS,
        local_length=True,
        force=Force.LAW,
        owed_by="Safeguarding partners",
        owed_to="The review itself",
        source=(
            "The duty is law: SI 2018/789 regulation 14(1), at regular intervals. The regulation gives no "
            "number; every four weeks is this system’s suggestion."
        ),
        rule_set="SI2018/789",
        effective_from=REGULATIONS_IN_FORCE,
        reminders=(weeks_before(1), THE_DAY),
        when_late=Every.WEEK,
        remind=(Role.STAFF, Role.CHAIR),
        escalate=(Role.PARTNER,),
        warn_days=7,
    ),
    Clock(
        code="PREPUB_7D",
        name="Report to the Secretary of State and the Panel",
        sentence=(
            "The full report is sent no later than seven days before it is published; later, publication "
            "has to move."
        ),
        starts="The planned day of publication, counted backwards",
        length=7,
        unit=Unit.CALENDAR_DAYS,
        backwards=True,
        force=Force.LAW,
        owed_by="Safeguarding partners",
        owed_to="Secretary of State and Child Safeguarding Practice Review Panel",
        source="SI 2018/789 regulation 16(1); Children Act 2004 s.16F(3)(c). Days, not working days.",
        rule_set="SI2018/789",
        effective_from=REGULATIONS_IN_FORCE,
        reminders=SENDING_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.REVIEWER),
        escalate=(Role.CHAIR, Role.PARTNER),
        warn_days=14,
    ),
    Clock(
        code="PREPUB_7WD",
        name="Report to the Secretary of State, the Panel and Ofsted",
        sentence=(
            "The full report is sent seven working days before it is published. This always satisfies the "
            "law’s seven days."
        ),
        starts="The planned day of publication, counted backwards",
        length=7,
        unit=Unit.WORKING_DAYS,
        backwards=True,
        force=Force.GUIDANCE,
        owed_by="Safeguarding partners",
        owed_to="Secretary of State, Child Safeguarding Practice Review Panel and Ofsted",
        source=(
            "Working Together 2023 chapter 5: seven working days. The Regulations say seven days (PREPUB_7D)."
        ),
        rule_set="WT2023",
        effective_from=WORKING_TOGETHER_2023,
        reminders=SENDING_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.REVIEWER),
        escalate=(Role.CHAIR, Role.PARTNER),
        warn_days=10,
    ),
    Clock(
        code="PREPUB_7D_IMPROVEMENTS",
        name="Report and information on improvements, where only the information is published",
        sentence=(
            "Both the full report and the information on improvements are sent no later than seven days "
            "before the information is published, with the reasons for not publishing the report."
        ),
        starts="The planned day of publication of the information, counted backwards",
        length=7,
        unit=Unit.CALENDAR_DAYS,
        backwards=True,
        force=Force.LAW,
        owed_by="Safeguarding partners",
        owed_to="Secretary of State and Child Safeguarding Practice Review Panel",
        source=(
            "SI 2018/789 regulation 16(2). The reasons are asked for by Working Together 2023 chapter 5. "
            "Days, not working days."
        ),
        rule_set="SI2018/789",
        effective_from=REGULATIONS_IN_FORCE,
        reminders=SENDING_LADDER,
        when_late=Every.WORKING_DAY,
        remind=(Role.STAFF, Role.REVIEWER),
        escalate=(Role.CHAIR, Role.PARTNER),
        warn_days=14,
    ),
    Clock(
        code="PUBLIC_1Y",
        name="Kept publicly available",
        sentence=(
            "The published report, or the information on improvements, stays publicly available for at "
            "least one year."
        ),
        starts="The report or the information was published",
        length=12,
        unit=Unit.MONTHS,
        minimum=True,
        force=Force.LAW,
        owed_by="Safeguarding partners",
        owed_to="The public",
        source=(
            "SI 2018/789 regulation 17: at least one year. The day of publication is not counted, so the "
            "day shown is the last on which it must still be public; taking it down afterwards is a "
            "decision, never automatic."
        ),
        rule_set="SI2018/789",
        effective_from=REGULATIONS_IN_FORCE,
        reminders=(weeks_before(4), THE_DAY),
        when_late=Every.NEVER,
        remind=(Role.STAFF,),
        warn_days=0,
    ),
    Clock(
        code="INFO_REQUEST",
        name="Answer to an information request",
        sentence="The person or body asked gives the information that the review needs.",
        starts="The request was made",
        length=5,
        unit=Unit.WORKING_DAYS,
        local_length=True,
        force=Force.LAW,
        owed_by="The person or body asked",
        owed_to="The safeguarding partners, agency or reviewer who asked",
        source=(
            "The duty to comply is law: Children Act 2004 s.16H, enforceable by injunction. The time is set "
            "by the request; five working days is this system’s suggestion. Agencies are reminded by a ladder of "
            "their own (docs/chasing.md)."
        ),
        rule_set="CA2004",
        effective_from=REGULATIONS_IN_FORCE,
        reminders=(),
        when_late=Every.NEVER,
        remind=(),
        warn_days=2,
    ),
    *(
        Clock(
            code=code,
            name="Answer to a request for access",
            sentence=sentence,
            starts="The request was received",
            length=length,
            unit=Unit.MONTHS,
            next_working=True,
            force=Force.LAW,
            owed_by="The partnership, as controller",
            owed_to="Whoever asks for the data",
            source=source,
            rule_set="UK GDPR",
            effective_from=UK_GDPR_IN_FORCE,
            reminders=(weeks_before(2), weeks_before(1), working_days_before(2), THE_DAY),
            when_late=Every.WORKING_DAY,
            remind=(Role.DPO, Role.STAFF),
            warn_days=7,
        )
        for code, length, sentence, source in ACCESS
    ),
)
