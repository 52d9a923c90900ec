"""What happened to reviews, in sentences: one for every kind of event. See ``referrals.views.story``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format

from referrals.views import story
from reviews.chronology.codes import Verdict
from reviews.questions.fact_check import Verdict as Verdicts
from reviews.states import (
    RAPID_REVIEW_SECTIONS,
    REPORT_SECTIONS,
    PanelOutcome,
    PracticeReviewState,
    Response,
)
from reviews.views import story_of_access, story_of_change

Facts = Mapping[str, Any]


def _day(value: object) -> str:
    return date_format(dt.date.fromisoformat(str(value)), "j F Y") if value else "no date"


def _written(titles: Mapping[str, str]) -> story.Sentence:
    """Which sections were saved; a title alone is a section of none."""

    def sentence(facts: Facts) -> str:
        saved = [titles[code] for code in facts.get("sections", ()) if code in titles]
        if len(saved) > 2:
            return f"{len(saved)} sections of the report were written"
        return f"The report was written on: {'; '.join(saved)}" if saved else "The report was given its title"

    return sentence


def _at_section(titles: Mapping[str, str], words: str) -> story.Sentence:
    return lambda facts: f"{words}: {titles.get(facts.get('section', ''), 'a section')}"


def _answered(facts: Facts) -> str:
    outcome = dict(PanelOutcome.choices).get(facts.get("outcome", ""), "")
    return f"The Panel answered: {outcome[:1].lower()}{outcome[1:]}"


def _submitted(facts: Facts) -> str:
    signed = "" if facts.get("signed_off", True) else ", without the sign-offs being complete"
    return f"The rapid review was sent to the Panel on {_day(facts.get('submitted_on'))}{signed}"


def _asked(facts: Facts) -> str:
    law = " under section 16H" if facts.get("statutory") else ""
    return f"An agency was asked for its account{law}, by {_day(facts.get('due_on'))}"


def _told(facts: Facts) -> str:
    named = {"panel": "the Panel", "dfe": "the Department for Education", "ofsted": "Ofsted"}
    told = [f"{name} on {_day(facts[code])}" for code, name in named.items() if facts.get(code)]
    return f"Told of the decision: {', '.join(told)}" if told else "Nobody was told of the decision yet"


def _held(facts: Facts) -> str:
    return f"The review was put on hold; this is looked at again on {_day(facts.get('review_on'))}"


def _sent(facts: Facts) -> str:
    ofsted = f", to Ofsted on {_day(facts['ofsted'])}" if facts.get("ofsted") else ""
    return (
        f"The full report was sent to the Secretary of State on {_day(facts.get('sos'))}, "
        f"to the Panel on {_day(facts.get('panel'))}{ofsted}"
    )


def _restarted(facts: Facts) -> str:
    ended = dict(PracticeReviewState.choices).get(facts.get("ended_as", ""), "ended")
    return f"The review was decided anew. Before, it was “{ended}”, since {_day(facts.get('ended_on'))}"


def _judged(facts: Facts) -> str:
    verdict = dict(Verdict.choices).get(facts.get("verdict", ""), "")
    return f"Two entries of the chronology were compared: {verdict[:1].lower()}{verdict[1:]}"


def _taken_over(facts: Facts) -> str:
    left = facts.get("left_out", 0)
    rest = f"; {left} {'row was' if left == 1 else 'rows were'} left out" if left else ""
    taken = facts.get("taken", 0)
    return f"{taken} {'entry was' if taken == 1 else 'entries were'} imported into the chronology{rest}"


def _answer(code: Any) -> str:
    return Response(code).label.lower() if code in Response.values else "the answer is on its page"


SENTENCES: dict[str, story.Sentence] = {
    "rapidreview.begin": "The rapid review was opened",
    "rapidreview.request_info": "The agencies were asked for their accounts",
    "rapidreview.hold_meeting": "The rapid review meeting was held",
    "meeting.begin": lambda f: f"A meeting was planned for {_day(f.get('on'))}",
    "meeting.invite": "People were asked to a meeting",
    "meeting.move": lambda f: f"A meeting was moved from {_day(f.get('on_before'))} to {_day(f.get('on'))}",
    "meeting.cancel": lambda f: f"The meeting of {_day(f.get('on'))} was cancelled",
    "meeting.set_agenda": "The agenda of a meeting was changed",
    "meeting.record_attendance": "It was recorded who took part in a meeting",
    "meeting.note_conflict": "A conflict of interest was declared at a meeting",
    "meeting.hold": "A meeting was held",
    "meeting.write_minutes": "The minutes of a meeting were written",
    "meeting.add_action": "An action was agreed at a meeting",
    "rapidreview.weigh": "A criterion of a practice review was answered",
    "rapidreview.write_report": _written(RAPID_REVIEW_SECTIONS),
    "rapidreview.begin_section": _at_section(RAPID_REVIEW_SECTIONS, "Somebody began to write a section"),
    "rapidreview.drop_section": _at_section(
        RAPID_REVIEW_SECTIONS, "Somebody threw away what they had not saved"
    ),
    "rapidreview.accept_name": _at_section(
        RAPID_REVIEW_SECTIONS, "A name was left in the report for a reason"
    ),
    "rapidreview.finish_draft": "The draft of the rapid review report is complete",
    "rapidreview.seek_sign_off": "The partners were asked to sign off the rapid review",
    "rapidreview.reopen_report": "The rapid review report was opened again",
    "rapidreview.submit": _submitted,
    "rapidreview.record_panel_response": _answered,
    "rapidreview.reconsider": "The partners began to reconsider their decision",
    "rapidreview.reply_to_panel": "The partners replied to the Panel",
    "rapidreview.tell_outcome": "The referrer and the agencies were told the outcome",
    "referral.outcome_told": "The referrer was told the outcome of the rapid review",
    "informationrequest.outcome_told": "The agency was told the outcome of the rapid review",
    "rapidreview.close": "The rapid review was closed",
    "rapidreview.reopen": "The rapid review was reopened",
    "rapidreview.cancel": "The rapid review was cancelled with its notification",
    "rapidreview.record_delay": lambda f: (
        f"A delay of the rapid review was recorded; it is expected on {_day(f.get('expected_on'))}"
    ),
    "rapidreview.lay_out_plan": lambda f: f"The plan was laid out, with {f.get('steps', 0)} steps",
    "rapidreview.add_step": lambda f: f"A step was added to the plan, for {_day(f.get('due_on'))}",
    "practicereview.describe": "What the library says of the review was written down",
    "practicereview.lay_out_plan": lambda f: (
        f"The six months were laid out, with {f.get('steps', 0)} milestones"
    ),
    "practicereview.add_step": lambda f: f"A milestone was added to the plan, for {_day(f.get('due_on'))}",
    "familycontact.begin": "Somebody of the family is kept in touch with",
    "familycontact.record": "An invitation to the family, or an answer, was recorded",
    "familycontact.stop_contact": "Nobody contacts a person of the family for now",
    "familycontact.allow_contact": "A person of the family may be contacted again",
    "familypromise.begin": lambda f: f"The family was promised something, by {_day(f.get('due_on'))}",
    "familypromise.keep": lambda f: f"A promise to the family was kept on {_day(f.get('kept_on'))}",
    "familypromise.postpone": lambda f: f"A promise to the family was moved to {_day(f.get('due_on'))}",
    "familypromise.release": "A promise to the family is not needed any more",
    "familypromise.renew": "A promise to the family is open again",
    "planstep.begin": "A step of the plan was begun",
    "planstep.tick": lambda f: f"A step of the plan was marked as done on {_day(f.get('done_on'))}",
    "planstep.untick": "A step of the plan was opened again",
    "planstep.move": lambda f: (
        f"A step of the plan was moved from {_day(f.get('due_before'))} to {_day(f.get('due_on'))}"
    ),
    "planstep.drop": "A step of the plan is not needed",
    "planstep.take_up": "A step of the plan was taken up again",
    "planstep.amend": "A step of the plan was given other words or another owner",
    "planstep.complete": lambda f: f"A step of the plan was done by itself on {_day(f.get('done_on'))}",
    "planstep.lapse": "A step of the plan is open again, because what it waited for no longer stands",
    "planstep.retime": lambda f: (
        f"A step of the plan follows the calendar: from {_day(f.get('due_before'))} to {_day(f.get('due_on'))}"
    ),
    "plantemplate.begin": "The plan we ship became the partnership’s own",
    "plantemplate.add_step": lambda f: f"A step was added to the plan, for day {f.get('day')}",
    "plantemplate.change_step": lambda f: f"A step of the plan was changed, now for day {f.get('day')}",
    "plantemplate.remove_step": lambda f: f"A step was removed from the plan, of day {f.get('day')}",
    "plantemplate.restore": "The plan went back to the one we ship",
    "informationrequest.begin": "An agency was put on the list of those to ask",
    "informationrequest.send": _asked,
    "informationrequest.let_in": lambda f: (
        "The agency’s report author was given access for its own answer"
        if len(f.get("people", ())) == 1
        else f"{len(f.get('people', ()))} of the agency’s report authors were given access for their own answer"
    ),
    "informationrequest.let_out": "The access of an agency’s report authors was ended",
    "informationrequest.extend": lambda f: (
        f"An agency was given until {_day(f.get('due_on'))} instead of {_day(f.get('due_before'))}"
    ),
    "rapidreview.not_ask": "It was decided not to ask a kind of agency",
    "informationrequest.open_request": "An agency opened the request to it",
    "informationrequest.escalate": "An agency’s missing answer was escalated",
    "informationrequest.chase": "An agency was reminded of its answer",
    "informationrequest.chase_now": "A reminder was sent to an agency by hand",
    "informationrequest.chase_nobody": "A reminder of an agency’s answer reached nobody: nobody is named",
    "informationrequest.invoke_duty": lambda f: (
        f"The duty to answer under section 16H was invoked on {_day(f.get('invoked_on'))}"
    ),
    "informationrequest.pause_reminders": lambda f: (
        f"The reminders of an agency were paused up to and including {_day(f.get('until'))}"
    ),
    "informationrequest.resume_reminders": "The reminders of an agency went on",
    "requestlink.begin": "A link to answer without an account was sent to a contact of an agency",
    "requestlink.renew": "A contact of an agency was sent a new link",
    "requestlink.revoke": "A contact’s link was revoked",
    "requestlink.enter": "A contact opened the request with the code",
    "requestlink.miss": "A wrong code was given for a contact’s link",
    "requestlink.lock": "A contact’s link was locked after five wrong codes",
    "requestlink.end": "A contact’s link was used, or is no longer needed",
    "informationrequest.save_draft": "An agency saved a draft of its account",
    "informationrequest.nil_return": "An agency said that it had no involvement",
    "informationrequest.answer_request": "An agency sent its account",
    "informationrequest.alert": "Alert: an agency says that somebody may be at risk now",
    "informationrequest.record_answer": "An agency’s account that came another way was written down",
    "informationrequest.record_nil_return": "It was written down that an agency had no involvement",
    "informationrequest.accept": "An agency’s answer was accepted",
    "informationrequest.query": "An agency was asked about its answer",
    "informationrequest.refuse": "It was recorded that an agency refuses to answer",
    "informationrequest.withdraw": "A request to an agency was withdrawn",
    "chronologyentry.begin": "An entry was added to the chronology",
    "chronologyentry.correct": "An entry of the chronology was corrected",
    "chronologyentry.strike_out": "An entry of the chronology was struck out",
    "chronologyentry.reinstate": "An entry of the chronology stands again",
    "chronologyentry.judge": _judged,
    "chronologyimport.begin": "A table of entries for the chronology was brought",
    "chronologyimport.map_columns": "The columns of a table for the chronology were named",
    "chronologyimport.take_over": _taken_over,
    "chronologyimport.drop": "A table for the chronology was not imported",
    "practicereview.begin": "The practice review was opened",
    "practicereview.plan": "The practice review was planned",
    "practicereview.tell_national": _told,
    "practicereview.appoint_reviewer": "A lead reviewer was appointed",
    "practicereview.remove_reviewer": "The lead reviewer was removed",
    "practicereview.begin_work": "The reviewer began the work",
    "practicereview.monitor": "The partners looked at time and quality",
    "practicereview.meet_practitioners": "It was recorded how practitioners took part",
    "practicereview.note_marker": "A quality marker was looked at",
    "practicereview.hold": _held,
    "practicereview.extend_hold": lambda f: (
        f"The hold was looked at and goes on; the next look is on {_day(f.get('review_on'))}"
    ),
    "practicereview.resume": "The work on the review goes on",
    "practicereview.record_delay": lambda f: (
        f"A delay of the review was recorded; it is expected on {_day(f.get('expected_on'))}"
    ),
    "practicereview.write_report": _written(REPORT_SECTIONS),
    "practicereview.begin_section": _at_section(REPORT_SECTIONS, "Somebody began to write a section"),
    "practicereview.drop_section": _at_section(
        REPORT_SECTIONS, "Somebody threw away what they had not saved"
    ),
    "practicereview.export_report": "A working copy of the report was made as a Word document",
    "reportimport.begin": "A Word file was brought for the report",
    "reportimport.place": "It was said where the parts of a Word file belong in the report",
    "reportimport.take_over": lambda f: (
        f"A Word file was taken into the report, with {f.get('comments', 0)} new comments on it"
    ),
    "reportimport.drop": "A Word file for the report was not taken over",
    "reportcomment.begin": _at_section(REPORT_SECTIONS, "Somebody commented on the report"),
    "reportcomment.reply": _at_section(REPORT_SECTIONS, "Somebody replied to a comment on the report"),
    "reportcomment.settle": _at_section(REPORT_SECTIONS, "A comment on the report is done"),
    "reportcomment.reopen": _at_section(REPORT_SECTIONS, "A comment on the report was opened again"),
    "practicereview.add_finding": lambda f: f"Finding {f.get('number')} was added",
    "practicereview.amend_finding": lambda f: f"Finding {f.get('number')} was changed",
    "practicereview.drop_finding": lambda f: f"Finding {f.get('number')} was taken out",
    "practicereview.answer_recommendation": lambda f: (
        f"The partners answered recommendation {f.get('number')}: {_answer(f.get('response'))}"
    ),
    "practicereview.recommend": lambda f: f"Recommendation {f.get('number')} was added",
    "practicereview.amend_recommendation": lambda f: f"Recommendation {f.get('number')} was changed",
    "practicereview.drop_recommendation": lambda f: f"Recommendation {f.get('number')} was taken out",
    "practicereview.add_figure": lambda f: f"Figure {f.get('number')} was added to the report",
    "practicereview.amend_figure": lambda f: f"The words of figure {f.get('number')} were changed",
    "practicereview.drop_figure": lambda f: f"Figure {f.get('number')} was taken out of the report",
    "practicereview.receive_draft": "The draft of the report was handed in",
    "practicereview.start_quality": "Quality assurance of the draft began",
    "practicereview.ask_changes": "The reviewer was asked for changes",
    "practicereview.start_fact_check": "The fact check began",
    "factcheck.begin": lambda f: f"An agency was asked to check facts by {_day(f.get('due_on'))}",
    "factcheck.move_due": lambda f: f"An agency has until {_day(f.get('due_on'))} to check facts",
    "factcheck.withdraw": "An agency is not asked to check facts after all",
    "factcheck.write_point": "An agency wrote a point of its fact check",
    "factcheck.drop_point": "An agency took out a point of its fact check",
    "factcheck.send_points": lambda f: f"An agency sent its fact check: {f.get('points')} points",
    "factcheck.nothing_to_correct": "An agency checked its facts and has nothing to correct",
    "factcheck.handle_point": lambda f: (
        f"Point {f.get('number')} of a fact check: "
        f"{dict(Verdicts.choices).get(f.get('verdict', ''), 'handled').lower()}"
    ),
    "factcheck.finish": "Every point of an agency’s fact check is handled",
    "practicereview.sign_off": "The report was signed off",
    "practicereview.reopen_report": "The report was opened again",
    "practicereview.send": _sent,
    "practicereview.plan_publication": lambda f: (
        f"Publication was planned for {_day(f.get('planned_publication_on'))}"
    ),
    "practicereview.tell_family": "The family was told of the publication",
    "practicereview.propose_release": "The release was proposed",
    "release.begin": "A second person was asked to confirm the release",
    "release.confirm": "The release was confirmed",
    "release.call_off": "The release was called off",
    "release.put_aside": "The release was put aside, and nothing was published",
    "release.carry_out": "What was released became public",
    "yearlypack.begin": "The yearly pack was asked for",
    "yearlypack.replace": "The yearly pack was called back",
    "practicereview.publish": "The report was published",
    "practicereview.publish_improvements": "Only the improvements were published",
    "practicereview.withhold": lambda f: (
        f"Nothing is published for now; this is looked at again on {_day(f.get('review_on'))}"
    ),
    "practicereview.freeze": "A copy of what was published was fixed",
    "practicereview.leave_as_published": "What was published was left as it is",
    "practicereview.start_follow_up": "Following up what was recommended began",
    "practicereview.close": "The practice review was closed",
    "practicereview.reopen": "The practice review was reopened",
    "practicereview.discontinue": "The practice review was discontinued",
    "practicereview.subsume": "A national review took the practice review over",
    "practicereview.merge": "A joint review took the practice review over",
    "practicereview.restart": _restarted,
    "identitykey.begin": "The identity key was begun",
    "identitykey.add_entry": "Something was added to the identity key",
    "identitykey.change_entry": "An entry of the identity key was changed",
    "identitykey.remove_entry": "An entry was taken out of the identity key",
    "identitykey.accept_find": "A find of the check of anonymity was left in the report, with a reason",
    "identitykey.look_again": "What had been left in the report is looked at again",
    "identitykey.ask_for_check": "It was asked that the finished files be checked",
    "identitykey.check_files": "The finished files were checked for anybody who could be recognised",
    "identitykey.sign": "Somebody signed that nobody can be recognised in the report",
    "publication.begin": "What was published can be read in the library",
    "publication.withdraw": "What was published was taken down",
    **story_of_access.SENTENCES,
    **story_of_change.SENTENCES,
}


def register() -> None:
    """Hand the sentences to the case's history."""
    story.register(SENTENCES)
