"""What people do with reviews; the only code here that changes anything. See ``referrals.actions`` for the pattern."""

from reviews.actions.access_request import (
    confirm_answer,
    forget_bundles,
    gather_passages,
    receive_access_request,
    search_for_person,
)
from reviews.actions.anonymity import begin_key
from reviews.actions.answering import answer_request, write_part, written_last
from reviews.actions.asking import add_rule, remove_rule, rules_of, ship_rules
from reviews.actions.bringing import bring_report, export_report, margin_of, take_over_report
from reviews.actions.change import plan_action
from reviews.actions.chasing import chase_now
from reviews.actions.chronology import bring, enter, judge, take_over
from reviews.actions.commenting import comment, why_no_comment
from reviews.actions.fact_check import ask_fact_check
from reviews.actions.family import add_to_family
from reviews.actions.follows import FOLLOWS
from reviews.actions.links import enter_code, find_link, last_day, link_of, pass_for, renew_link, send_link
from reviews.actions.meeting import note_conflict, on_the_list, plan_meeting, set_rules
from reviews.actions.panel import tell_outcome
from reviews.actions.plan import own_template
from reviews.actions.practice_review import appoint_reviewer, publish, publish_improvements, remove_reviewer
from reviews.actions.releasing import confirm_release, propose_release, release_due
from reviews.actions.requests import add_request, add_requests, request_info, send, withdraw
from reviews.actions.weighing import seen, weigh
from reviews.actions.writing import drop_draft, keep_draft, take_back, write_section
from reviews.actions.yearly import make_pack

__all__ = [
    "FOLLOWS",
    "add_request",
    "add_requests",
    "add_rule",
    "add_to_family",
    "answer_request",
    "appoint_reviewer",
    "ask_fact_check",
    "begin_key",
    "bring",
    "bring_report",
    "chase_now",
    "comment",
    "confirm_answer",
    "confirm_release",
    "drop_draft",
    "enter",
    "enter_code",
    "export_report",
    "find_link",
    "forget_bundles",
    "gather_passages",
    "judge",
    "keep_draft",
    "last_day",
    "link_of",
    "make_pack",
    "margin_of",
    "note_conflict",
    "on_the_list",
    "own_template",
    "pass_for",
    "plan_action",
    "plan_meeting",
    "propose_release",
    "publish",
    "publish_improvements",
    "receive_access_request",
    "release_due",
    "remove_reviewer",
    "remove_rule",
    "renew_link",
    "request_info",
    "rules_of",
    "search_for_person",
    "seen",
    "send",
    "send_link",
    "set_rules",
    "ship_rules",
    "take_back",
    "take_over",
    "take_over_report",
    "tell_outcome",
    "weigh",
    "why_no_comment",
    "withdraw",
    "write_part",
    "write_section",
    "written_last",
]
