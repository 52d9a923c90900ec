from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "cspr.clocks"
    label = "clocks"
