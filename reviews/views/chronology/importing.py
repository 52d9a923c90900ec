"""Bringing a table: choose or paste it, say what its columns are, see what would happen, then all or nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Agency
from cspr.documents.inspection.refused import UploadRefused
from cspr.documents.tabular import read_table
from cspr.pages import posted_nonce, posted_number
from cspr.workflow import Refused, Replayed, Stale, perform
from referrals.views.case import note_opening, signed_in
from reviews import actions
from reviews.chronology.codes import ImportState
from reviews.chronology.columns import NAMES, guess, heading_row, plain
from reviews.chronology.people import by_what_they_are_called, people_of
from reviews.chronology.rows import Entry, Known, Problem, cells_of, read_row
from reviews.chronology.tables import MOST_BYTES, MOST_ROWS, Unreadable, decoded, rows_of, tidied
from reviews.forms.chronology import BringForm, ColumnsForm
from reviews.models import ChronologyImport
from reviews.models.telling import Telling
from reviews.permissions import KEEPERS, listed, own_import
from reviews.views.chronology.entries import OfRequest, OfReview, Place, way_up

# Rows of the preview that are written out; the numbers are of all.
SAMPLE, MOST_PROBLEMS = 10, 100
NO_HEADINGS = "No column says that it holds dates. The first row has to name the columns, one of them “Date”."


class Bring(Place):
    """A file or pasted rows."""

    label = "Import entries"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        return self.show("chronologies/bring.html", form=BringForm(agencies=self.agencies))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        form = BringForm(request.POST, request.FILES, agencies=self.agencies)
        if not form.is_valid():
            return self.show("chronologies/bring.html", 422, form=form)
        try:
            rows, origin = table_of(form.cleaned_data)
            brought = self._bring(rows, origin, form)
        except (Unreadable, UploadRefused) as reason:
            form.add_error("file" if form.cleaned_data.get("file") else "pasted", str(reason))
            return self.show("chronologies/bring.html", 422, form=form)
        except Replayed as replayed:
            return redirect("chronology-import", ref=replayed.event.subject_ref)
        except Refused as refused:
            return self.refused(str(refused))
        return redirect("chronology-import", ref=brought.ref)

    def _bring(self, rows: list[list[str]], origin: str, form: BringForm) -> ChronologyImport:
        heading = heading_row(rows)
        agency = form.cleaned_data.get("agency") or ("" if len(self.agencies) > 1 else self.agencies[0][0])
        return actions.bring(
            self.case,
            by=self.user,
            today=self.today,
            agency=Agency.objects.get(pk=int(agency)) if agency else None,
            origin=origin,
            rows=rows,
            heading=heading or 0,
            mapping=guess(rows[heading or 0]),
            nonce=posted_nonce(self.request),
        )


class BringToReview(Bring, OfReview):
    pass


class BringToRequest(Bring, OfRequest):
    pass


def table_of(given: dict[str, Any]) -> tuple[list[list[str]], str]:
    """The rows somebody brought, and how. Raises ``Unreadable`` or ``UploadRefused``."""
    file = given.get("file")
    if not file:
        return rows_of(given["pasted"]), "pasted"
    rows = read_table(
        file, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20, from_text=lambda data: rows_of(decoded(data))
    )
    return tidied(rows), str(file.name).rpartition(".")[2].lower()[:10]


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: its number as a spreadsheet counts, why, and what was read."""

    number: int
    problems: list[Problem]
    read: str


@dataclass(frozen=True)
class Preview:
    """What would happen."""

    entries: list[Entry]
    bad: list[Bad]
    remarks: list[tuple[str, int]]


def preview(brought: ChronologyImport, known: Known) -> Preview:
    """Every row read as the columns say. Empty rows are passed over."""
    entries, bad = [], []
    remarks: Counter[str] = Counter()
    for number, row in enumerate(brought.rows[brought.heading + 1 :], start=brought.heading + 2):
        if not any(cell.strip() for cell in row):
            continue
        entry, problems = read_row(cells_of(row, brought.mapping), known)
        if entry is None:
            named = [dataclasses.replace(p, column=NAMES[p.column]) for p in problems]
            bad.append(Bad(number, named, " | ".join(cell.strip() for cell in row if cell.strip())[:200]))
        else:
            entries.append(entry)
            remarks.update(remark.partition(":")[0] for remark in entry.remarks)
    return Preview(entries, bad, remarks.most_common())


class ImportPage(View):
    """What the columns are, which rows are good, which are not and why; then import, or not."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = signed_in(request), timezone.localdate()
        brought = ChronologyImport.objects.visible_to(self.user).filter(ref=kwargs["ref"])
        found = brought.select_related("case__partnership", "agency").first()
        if found is None:
            raise Http404
        self.brought = found
        self.up = way_up(found.case, found.agency_id, self.user)

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.brought.state != ImportState.READ:
            return redirect(self.up)
        note_opening(self.brought.case, self.user)
        return self._page()

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        do = {"columns": self._columns, "import": self._import, "drop": self._drop}
        try:
            return do.get(request.POST.get("do", ""), self._page)()
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("chronology-import", ref=ref)
        except Stale:
            messages.error(request, "Something changed since you opened the page. Look at it again.")
            return redirect("chronology-import", ref=ref)

    def known(self) -> Known:
        case, own = self.brought.case, self.brought.agency
        agencies = {own.pk: own.name} if own else {}
        if listed(case, self.user, *KEEPERS) is None:
            agencies |= dict(case.partnership.agencies.values_list("pk", "name"))
        return Known(
            people=by_what_they_are_called(people_of(case)),
            agencies={plain(name): pk for pk, name in agencies.items()},
            agency=own.pk if own else None,
            today=self.today,
        )

    def _columns(self) -> HttpResponse:
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        perform(self.brought, "map_columns", by=self.user, today=self.today, mapping=form.mapping())
        return redirect("chronology-import", ref=self.brought.ref)

    def _import(self) -> HttpResponse:
        version = posted_number(self.request, "version")
        if version is None:
            raise Stale([])  # what somebody did not see is not imported
        found = preview(self.brought, self.known())
        agreed = self.request.POST.get("leave_out", "")
        if found.bad and agreed != str(len(found.bad)):
            return self._page(status=422, unsaid=True)
        if not found.entries:
            raise Refused("No row can be imported yet.")
        done = actions.take_over(
            self.brought,
            by=self.user,
            today=self.today,
            entries=found.entries,
            left_out=len(found.bad),
            version=version,
        )
        said = f"{done.taken:,} {'entry stands' if done.taken == 1 else 'entries stand'} in the chronology."
        messages.success(self.request, said)
        return redirect(self.up)

    def _drop(self) -> HttpResponse:
        perform(self.brought, "drop", by=self.user, today=self.today)
        messages.success(self.request, "Nothing was imported.")
        return redirect(self.up)

    def _form(self, data: Any = None) -> ColumnsForm:
        rows, heading = self.brought.rows, self.brought.heading
        below = rows[heading + 1 : heading + 40]
        examples = [
            next((row[place].strip()[:80] for row in below if row[place].strip()), "")
            for place in range(len(rows[heading]))
        ]
        initial = {f"column{place}": name for place, name in enumerate(self.brought.mapping)}
        return ColumnsForm(data, headings=rows[heading], examples=examples, initial=initial)

    def _page(
        self, form: ColumnsForm | None = None, status: int = 200, *, unsaid: bool = False
    ) -> HttpResponse:
        found = preview(self.brought, self.known())
        ready = {"date", "happened"} <= set(self.brought.mapping)
        telling = Telling(self.brought.case, self.user)
        context = {
            "brought": self.brought,
            "case": self.brought.case,
            "form": form or self._form(),
            "found": found,
            "bad": found.bad[:MOST_PROBLEMS],
            "sample": [
                (e.when.words(), e.at, ", ".join(telling.person(k) for k in e.persons), e.happened)
                for e in found.entries[:SAMPLE]
            ],
            "ready": ready,
            "no_headings": "" if "date" in self.brought.mapping else NO_HEADINGS,
            "unsaid": unsaid,
            "refusal": own_import(self.brought, self.user),
            "up": self.up,
        }
        return render(self.request, "chronologies/import.html", context, status=status)
