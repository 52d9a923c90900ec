"""Words of emergency access ("break glass"): who can ask for it, why, and for how long."""

from django.db.models import TextChoices

from cspr.accounts.roles import Role


class EmergencyState(TextChoices):
    OPEN = "open", "Open"
    ENDED = "ended", "Ended before its time"


class EmergencyReason(TextChoices):
    DANGER = "danger", "A child may be in danger now, and what this case holds may matter"
    NOBODY = "nobody", "Something cannot wait, and nobody on the case’s list can be reached"
    DEMAND = "demand", "A court, the police or a coroner needs an answer at once"
    OTHER = "other", "Something else"


# The roles that can open a case of their partnership without being on its list (docs/access.md, context B).
OPENERS = (Role.STAFF, Role.CHAIR)
# For how many hours one can choose to have it open. It ends by itself.
HOURS = (1, 2, 4)
