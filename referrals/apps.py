from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        # The order is the order after every change: look whether decisions still stand, re-time, tell, then whatever
        # follows from it. Decisions come first, because approving one locks them before it touches the case.
        from cspr.clocks import on_calendar_change
        from cspr.clocks.table import register as register_clocks
        from cspr.people.panels import register_panel
        from cspr.workflow import then
        from referrals import actions, clocks, emails, papers, statutory
        from referrals.views import access

        register_clocks(*statutory.CLOCKS)
        emails.register(emails.EMAILS, emails.SENTENCES)
        actions.register(actions.FOLLOWS)
        then(actions.recheck)
        then(clocks.retime)
        then(emails.tell)
        then(actions.follow)
        on_calendar_change(clocks.recount)
        papers.register()
        register_panel("cases/person_panel.html", access.cases_of)
