"""A partnership's own rules about whom to ask. No case is touched, so no verb of a case stands here."""

from __future__ import annotations

from django.db import transaction

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.audit.log import record
from cspr.workflow import Refused
from referrals.permissions import STAFF_ONLY
from reviews.models import SuggestionRule
from reviews.questions import SHIPPED, AskRule


def rules_of(partnership: Partnership) -> list[AskRule]:
    """The partnership's own rules; the shipped ones while it has none."""
    own = SuggestionRule.objects.beside().filter(partnership=partnership)
    return [AskRule(rule.fact, rule.agency_type, rule.why) for rule in own] or list(SHIPPED)


def add_rule(
    partnership: Partnership, *, by: User, fact: str, agency_type: str, why: str, nonce: str = ""
) -> SuggestionRule:
    """Add a rule; the first one makes the shipped rules the partnership's own. Refused when it exists already."""
    _keeps(partnership, by)
    with transaction.atomic():
        _own(partnership)
        if partnership.suggestion_rules.filter(fact=fact, agency_type=agency_type).exists():
            raise Refused("There is a rule for this already. Remove it first to change its words.")
        rule = SuggestionRule.objects.create(
            partnership=partnership, fact=fact, agency_type=agency_type, why=why
        )
        _record(partnership, "add", by, fact=fact, agency_type=agency_type, nonce=nonce)
        return rule


def remove_rule(partnership: Partnership, *, by: User, fact: str, agency_type: str) -> None:
    """Take a rule out. The last one stays: without any, the shipped rules would be back unasked."""
    _keeps(partnership, by)
    with transaction.atomic():
        _own(partnership)
        if partnership.suggestion_rules.count() == 1:
            raise Refused("This is the last rule. Add another one first.")
        partnership.suggestion_rules.filter(fact=fact, agency_type=agency_type).delete()
        _record(partnership, "remove", by, fact=fact, agency_type=agency_type)


def ship_rules(partnership: Partnership, *, by: User) -> None:
    """Back to the shipped rules."""
    _keeps(partnership, by)
    with transaction.atomic():
        partnership.suggestion_rules.all().delete()
        _record(partnership, "ship", by)


def _own(partnership: Partnership) -> None:
    """Copy the shipped rules, unless the partnership has its own."""
    if not partnership.suggestion_rules.exists():
        SuggestionRule.objects.bulk_create(
            SuggestionRule(partnership=partnership, fact=r.fact, agency_type=r.agency_type, why=r.why)
            for r in SHIPPED
        )


def _keeps(partnership: Partnership, by: User) -> None:
    if not by.holds(partnership.pk, Role.STAFF):
        raise Refused(STAFF_ONLY)


def _record(partnership: Partnership, verb: str, by: User, *, nonce: str = "", **facts: str) -> None:
    record(
        partnership=partnership,
        kind=f"suggestionrule.{verb}",
        by=by,
        subject=SuggestionRule._meta.label_lower,
        facts=facts,
        nonce=nonce,
    )
