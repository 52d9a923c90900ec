"""The one answer an inspection gives."""

# How the child process says that its note is the reason of a refusal.
EXIT_REFUSED = 2


class UploadRefused(Exception):
    """The file is not kept. ``str()`` says what is wrong with it and what to do; safe to show."""
