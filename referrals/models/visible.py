"""The one way to read: ``Model.objects.visible_to(user)``."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from cspr.accounts.models import User

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Visible(models.QuerySet[M_co]):
    """A query set that knows who may see its rows: the model's ``visibility(user) -> Q`` says."""

    def visible_to(self, user: User) -> Self:
        """The rows ``user`` may see; none for somebody who is not signed in."""
        if not getattr(user, "pk", None):
            return self.none()
        model: Any = self.model
        return self.filter(model.visibility(user))

    def beside(self) -> Self:
        """Rows read beside a subject that was itself fetched as visible: what hangs on it, or a question about it."""
        return self.all()
