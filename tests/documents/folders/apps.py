from django.apps import AppConfig


class FoldersConfig(AppConfig):
    """A stand-in for a domain app: documents must work with any noun that has ``visible_to``."""

    name = "tests.documents.folders"
    label = "folders"
