from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "cspr.mail"
    label = "mail"
