"""What is asked of somebody who says something about the draft of a report."""

from __future__ import annotations

from typing import Any

from cspr.ui.forms import GovukForm
from reviews.forms.writing import WritingField

LONGEST_COMMENT, LONGEST_QUOTE = 4000, 2000


class ReplyForm(GovukForm):
    text = WritingField(label="Your reply", rows=3, max_length=LONGEST_COMMENT)


class CommentForm(GovukForm):
    """The words it is about, and what is said of them."""

    quote = WritingField(
        label="The words it is about",
        help_text="Select them in the text, or copy them into the box. Leave it empty for the whole section.",
        rows=3,
        max_length=LONGEST_QUOTE,
        required=False,
    )
    text = WritingField(label="Your comment", rows=5, max_length=LONGEST_COMMENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quote"].widget.attrs["data-chosen-from"] = "section-text"
