"""Writing an Excel workbook: texts in cells, and nothing that is ever worked out.

Imported only in the child (``cspr.documents.writing``).
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

SOME_DAY = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (openpyxl writes it as it is)
WRAPPED = Alignment(wrap_text=True, vertical="top")
HEAD = Font(bold=True)
SHADE = PatternFill("solid", fgColor="E8EDF0")
# What a spreadsheet takes for the beginning of a formula.
LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
WIDTH = 24


def write(paper: dict[str, Any]) -> bytes:
    """``paper`` (``SheetPaper.source``) as the bytes of an ``.xlsx``."""
    workbook = Workbook(write_only=True)
    said = workbook.properties
    said.title, said.language, said.creator, said.lastModifiedBy = paper["title"], paper["lang"], "", ""
    said.created = said.modified = SOME_DAY
    for sheet in paper["sheets"]:
        _add(workbook, sheet, paper)
    result = io.BytesIO()
    workbook.save(result)
    return result.getvalue()


def _add(workbook: Any, sheet: dict[str, Any], paper: dict[str, Any]) -> None:
    page = workbook.create_sheet(sheet["name"])
    widths = sheet["widths"] or [WIDTH] * len(sheet["columns"])
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet['columns']))}{len(sheet['rows']) + 1}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddHeader.left.text, page.oddHeader.right.text = paper["running_head"], paper["marking"]
    page.oddFooter.right.text = "Page &P of &N"
    page.append([_cell(page, text, head=True) for text in sheet["columns"]])
    for row in sheet["rows"]:
        page.append([_cell(page, text) for text in row])


def _cell(page: Any, text: str, *, head: bool = False) -> Any:
    """A cell that holds ``text`` as text, whatever it begins with; ``quotePrefix`` keeps it one when it is edited."""
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.alignment = WRAPPED
    if head:
        cell.font, cell.fill = HEAD, SHADE
    if text.startswith(LIKE_FORMULA):
        cell.quotePrefix = True
    return cell
