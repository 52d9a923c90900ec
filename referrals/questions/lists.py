"""Coded lists that only the referral form uses. The others stand in ``referrals.states``."""

from __future__ import annotations

from django.db.models import TextChoices

from referrals.questions.model import YES_NO_UNKNOWN, Choices


def coded(enum: type[TextChoices]) -> Choices:
    """A coded list as the form offers it."""
    return tuple((str(value), str(label)) for value, label in enum.choices)


# Likely cause of the harm (practice A16.5: the categories the Panel's yearly reports name).
HARM_TYPES: Choices = (
    ("head_injury", "Head injury"),
    ("fractures", "Fractures"),
    ("burns", "Burns or scalds"),
    ("poisoning", "Poisoning, or illness that was fabricated or induced"),
    ("other_injury", "Another physical injury"),
    ("neglect", "Harm through neglect"),
    ("sexual", "Sexual abuse or sexual exploitation"),
    ("criminal_exploitation", "Criminal exploitation or serious violence"),
    ("peer", "Harm by another child"),
    ("suicide", "Suicide, suspected suicide or self-harm"),
    ("infant_death", "Sudden unexpected death of an infant"),
    ("drowning_fire", "Drowning, fire or another accident"),
    ("institutional", "Harm in an institution or placement"),
    ("online", "Harm online"),
    ("honour", "Female genital mutilation or so-called honour-based abuse"),
    ("other", "Something else"),
    ("unclear", "Not clear yet"),
)
# Disability in the groups of the children in need census (practice A16.8).
DISABILITIES: Choices = (
    ("MOB", "Mobility"),
    ("HAND", "Hand function"),
    ("PC", "Personal care"),
    ("INC", "Incontinence"),
    ("COMM", "Communication"),
    ("LD", "Learning"),
    ("HEAR", "Hearing"),
    ("VIS", "Vision"),
    ("BEH", "Behaviour"),
    ("CON", "Consciousness"),
    ("AUT", "Autism or Asperger syndrome"),
    ("DDA", "Another disability"),
    ("NONE", "No disability"),
)
CP_PLAN: Choices = (
    ("now", "Yes, now"),
    ("before", "Not now, but earlier"),
    ("never", "No, never"),
    ("unknown", "Not known yet"),
)
# Whether a child is safe now has a fourth answer, so that a death is not an open question of safety.
SAFE: Choices = (*YES_NO_UNKNOWN[:2], ("deceased", "The child has died"), *YES_NO_UNKNOWN[2:])
LIMB_A: Choices = (
    ("yes", "Yes, it is known"),
    ("suspected", "It is suspected"),
    ("no", "No, neither known nor suspected"),
)
URGENCY: Choices = (
    ("out_of_hours", "It happened, or was found out, outside office hours"),
    ("today", "Something about it needs attention today"),
)
ASKED_FOR: Choices = (
    ("rapid_review", "A rapid review"),
    ("other_learning", "Another kind of learning review"),
    ("advice", "Advice"),
    ("unsure", "I am not sure"),
)
ATTACHED: Choices = (
    ("attached", "I have attached what belongs to this referral"),
    ("none", "There is nothing to attach"),
)
