from __future__ import annotations

from typing import Any

from django.db import models

from cspr.accounts.models import Partnership, User
from cspr.refs import new_ref


class FolderQuerySet(models.QuerySet["Folder"]):
    def visible_to(self, user: Any) -> FolderQuerySet:
        """The folders whose reader the person is."""
        return self.filter(readers=user.pk) if isinstance(user, User) else self.none()


class Folder(models.Model):
    """Something with documents: readers see it, and its letters are kept from everybody but its keeper."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE)
    readers = models.ManyToManyField(User, related_name="+")
    keeper = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    words = models.TextField(default="A folder of paper.")
    objects = FolderQuerySet.as_manager()

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return f"/folders/{self.ref}/"

    @property
    def case(self) -> Folder:
        return self

    @classmethod
    def may_read_document(cls, subject: Folder, user: User, kind: str) -> str | None:
        if kind == "letter" and user != subject.keeper:
            return "Letters are read by the keeper of the folder only."
        return None
