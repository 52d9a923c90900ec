"""The moment at which the yearly figures are tried: the pack of a year was made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.documents.models import Document
from reviews import actions
from reviews.yearly.year import Year
from tests.access.scenes import scene
from tests.factories import TODAY, Area

PACK, ASKED = "yearly_pack", "?year=2025&as_at=2026-03-31"


@scene
def yearly_pack(a: Area) -> list[Any]:
    pack = actions.make_pack(
        a.partnership, by=a.staff, today=TODAY, year=Year(2025), as_at=dt.date(2026, 3, 31)
    )
    return [a.partnership, pack, Document.objects.order_by("pk").first()]
