from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from cspr.clocks import on_calendar_change
        from cspr.clocks.table import register as register_clocks
        from referrals.actions import register as register_follows
        from referrals.emails import register as register_emails
        from reviews import (
            access_reminders,
            action_reminders,
            actions,
            chronology_papers,
            clocks,
            emails,
            fact_check_reminders,
            papers,
            plan_reminders,
            reminders,
            statutory,
        )
        from reviews.actions import access_request, plan
        from reviews.models import basis, unfinished
        from reviews.views import evidence, feedback, story, work, work_access, work_after

        register_clocks(*statutory.CLOCKS)
        register_emails(emails.EMAILS, emails.SENTENCES)
        emails.register_chases()
        register_follows(actions.FOLLOWS)
        on_calendar_change(plan.recount)
        on_calendar_change(access_request.recount_access_requests)
        papers.register()
        chronology_papers.register()
        basis.register()
        unfinished.register()
        work.register()
        work_after.register()
        work_access.register()
        evidence.register()
        story.register()
        feedback.register()
