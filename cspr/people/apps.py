from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cspr.people"
    label = "people"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed

        from cspr.audit.log import after_reading
        from cspr.people.adapter import proven_anew
        from cspr.people.watching import watch

        after_reading(watch)
        authentication_step_completed.connect(proven_anew)
