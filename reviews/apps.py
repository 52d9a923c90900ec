from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from cspr.clocks import on_calendar_change  # noqa: PLC0415  (models must be loaded)
        from cspr.clocks.table import register as register_clocks  # noqa: PLC0415
        from referrals.actions import register as register_follows  # noqa: PLC0415
        from referrals.emails import register as register_emails  # noqa: PLC0415
        from reviews import (  # noqa: PLC0415
            action_reminders,  # noqa: F401  (these register themselves)
            actions,
            chronology_papers,
            clocks,  # noqa: F401  (these three register themselves)
            emails,
            fact_check_reminders,  # noqa: F401
            papers,
            plan_reminders,  # noqa: F401
            reminders,  # noqa: F401
            statutory,
        )
        from reviews.actions import plan  # noqa: PLC0415
        from reviews.models import basis  # noqa: PLC0415
        from reviews.views import evidence, feedback, story, work, work_after  # noqa: PLC0415

        register_clocks(*statutory.CLOCKS)
        register_emails(emails.EMAILS, emails.SENTENCES)
        emails.register_chases()
        register_follows(actions.FOLLOWS)
        on_calendar_change(plan.recount)
        papers.register()
        chronology_papers.register()
        basis.register()
        work.register()
        work_after.register()
        evidence.register()
        story.register()
        feedback.register()
