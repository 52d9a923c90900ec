"""From a Word file to chapters of text. The file is read as a stream, so that nothing in it can be too deep.

Tracked changes are read as if all were accepted. Imported only in the child.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from cspr.documents.contents.xml import events
from cspr.documents.inspection.refused import UploadRefused
from cspr.documents.manuscript import Chapter, MarginNote
from cspr.documents.manuscript.marks import Run, marked, plain, safe, table
from cspr.documents.manuscript.parts import Attributes, Beside, beside

MOST_SIGNS, MOST_COMMENTS, MOST_QUOTE, MOST_SAID, AROUND = 600_000, 1500, 2000, 20_000, 60
TOO_LONG = "it says more than a report does (over 600,000 characters). Divide it, and choose one part after the other."
TOO_MANY = f"it has more than {MOST_COMMENTS:,} comments. Settle some of them in Word, and choose it again."
GONE = frozenset(
    {"del", "moveFrom", "Fallback"}
)  # what is deleted, and what repeats a text box for old programs
COUNTED = {"ins": "inserted", "moveTo": "inserted", "del": "deleted", "moveFrom": "deleted",
           "drawing": "pictures", "pict": "pictures", "object": "pictures"}  # fmt: skip
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
# What stands between two neighbours of a kind that are one thing.
TOGETHER = {"item": "\n", "quote": "\n>\n"}
ON = frozenset({"", "1", "true", "on"})


@dataclass
class Paragraph:
    """One paragraph while it is read: its pieces, and what it is."""

    style: str = ""
    number: tuple[str, str] | None = None
    anchor: str = ""
    joined: bool = False  # the mark at its end was deleted
    runs: list[Run] = field(default_factory=list)


class Reading:
    """Goes through the text once and writes down chapters; knows at each moment what it is inside of."""

    def __init__(self, known: Beside) -> None:
        self.known = known
        self.chapters: list[dict[str, Any]] = [{"heading": "", "anchor": "", "blocks": [], "plain": []}]
        self.inside: list[str] = []
        self.gone = 0
        self.paragraphs: list[Paragraph] = []
        self.tables: list[list[list[list[str]]]] = []
        self.cells: list[list[str]] = []
        self.run = Run("")
        self.hidden = False
        self.link = ""
        self.anchor = ""
        self.size = 0
        self.counts: Counter[str] = Counter()
        self.ranges: dict[str, tuple[int, int, int]] = {}
        self.counted: Counter[tuple[int, str, int]] = Counter()

    # --- the stream ---

    def start(self, name: str, given: Attributes) -> None:
        handler = getattr(self, f"on_{name.lower()}", None)
        if name in COUNTED and not (name == "del" and self.inside[-1:] == ["rPr"]):
            self.counts[COUNTED[name]] += 1
        if name in GONE and self.inside[-1:] != ["rPr"]:
            self.gone += 1
        if handler and not (self.gone and name not in {"p", "tbl", "tr", "tc"}):
            handler(given)
        elif name in BREAKS and self.inside[-1:] == ["r"]:
            self.say(BREAKS[name])
        self.inside.append(name)

    def end(self, name: str) -> None:
        self.inside.pop()
        if name in GONE and self.inside[-1:] != ["rPr"]:
            self.gone -= 1
        handler = getattr(self, f"off_{name.lower()}", None)
        if handler:
            handler()

    def text(self, words: str) -> None:
        if self.inside[-1:] == ["t"]:
            self.say(words)

    def say(self, words: str) -> None:
        if self.gone or not self.paragraphs:
            return
        if self.hidden:
            self.counts["hidden"] += 1
            return
        self.size += len(words)
        if self.size > MOST_SIGNS:
            raise UploadRefused(TOO_LONG)
        self.paragraphs[-1].runs.append(Run(words, self.run.bold, self.run.italic, self.link))
        self.chapters[-1]["plain"].append(words)

    # --- paragraphs and how they are set ---

    def on_p(self, given: Attributes) -> None:
        before = self.paragraphs[-1] if self.paragraphs and self.paragraphs[-1].joined else None
        self.paragraphs.append(before or Paragraph())
        if before:
            self.paragraphs.pop(-2)
            before.joined = False
        self._anchored()

    def on_pstyle(self, given: Attributes) -> None:
        if self.paragraphs:
            self.paragraphs[-1].style = self.known.styles.get(given.get("val", ""), "")
            self._new_chapter()

    def on_ilvl(self, given: Attributes) -> None:
        self._number(1, given.get("val", "0"))

    def on_numid(self, given: Attributes) -> None:
        self._number(0, given.get("val", "0"))

    def _number(self, place: int, value: str) -> None:
        if self.paragraphs and "numPr" in self.inside[-1:]:
            list_, level = self.paragraphs[-1].number or ("", "0")
            self.paragraphs[-1].number = (value, level) if place == 0 else (list_, value)

    def on_del(self, given: Attributes) -> None:
        if self.inside[-2:] == ["pPr", "rPr"] and self.paragraphs:
            self.paragraphs[-1].joined = True

    def on_bookmarkstart(self, given: Attributes) -> None:
        if given.get("name", "").startswith("_cspr_"):
            self.anchor = given["name"]
            if self.paragraphs:
                self._anchored()

    def _anchored(self) -> None:
        """An anchor begins a chapter, whatever its heading says and however it is set."""
        if self.anchor and len(self.paragraphs) == 1 and not self.tables:
            self.paragraphs[-1].anchor, self.anchor = self.anchor, ""
            self._begin(self.paragraphs[-1].anchor)

    def _new_chapter(self) -> None:
        one = self.paragraphs[-1]
        if one.style == "heading 1" and not one.anchor and len(self.paragraphs) == 1 and not self.tables:
            self._begin("")

    def _begin(self, anchor: str) -> None:
        if self.chapters[-1]["heading"] is None:  # this very paragraph has begun one by its style
            self.chapters[-1]["anchor"] = anchor
            return
        self.chapters.append({"heading": None, "anchor": anchor, "blocks": [], "plain": []})

    def off_p(self) -> None:
        if self.paragraphs and not self.paragraphs[-1].joined:
            self._finish(self.paragraphs.pop())

    def flush(self) -> None:
        """What waits for a paragraph that does not come."""
        while self.paragraphs and self.paragraphs[-1].joined:
            self._finish(self.paragraphs.pop())

    def _finish(self, one: Paragraph) -> None:
        self.chapters[-1]["plain"].append("\n")
        if self.cells:
            self.cells[-1].append(marked(one.runs))
        elif self.chapters[-1]["heading"] is None:
            self.chapters[-1]["heading"] = " ".join(plain(one.runs).split())
            self.chapters[-1]["under"] = len("".join(self.chapters[-1]["plain"]))
        else:
            self._block(one)

    def _block(self, one: Paragraph) -> None:
        blocks = self.chapters[-1]["blocks"]
        said = marked(one.runs)
        on_the_cover = len(self.chapters) == 1 and not blocks and one.style in {"title", "subtitle"}
        if not said.strip() or on_the_cover:
            return
        if one.style.startswith("heading"):
            level = "##" if one.style in {"heading 1", "heading 2"} else "###"
            blocks.append(("heading", f"{level} {' '.join(plain(one.runs).split())}"))
        elif one.style.startswith("list continue"):
            blocks.append(("item", f"\n   {said}"))
        elif (one.number and one.number[0] != "0") or one.style.startswith("list "):
            blocks.append(("item", self._item(one, said)))
        elif "quote" in one.style:
            blocks.append(("quote", "\n".join(f"> {line}" for line in said.split("\n"))))
        else:
            blocks.append(("text", safe(said)))

    def _item(self, one: Paragraph, said: str) -> str:
        list_, level = one.number or ("", "0")
        dots = self.known.bullets.get((list_, level), not one.style.startswith("list number"))
        deep = (
            int(one.style[-1]) - 1 if one.style[-1:].isdecimal() else int(level) if level.isdecimal() else 0
        )
        place = (len(self.chapters), list_ or one.style, deep)
        self.counted[place] += 1
        return (
            f"{'   ' * min(deep, 2)}{'-' if dots else f'{self.counted[place]}.'} {said.replace(chr(10), ' ')}"
        )

    # --- runs ---

    def on_r(self, given: Attributes) -> None:
        self.run, self.hidden = Run(""), False

    def on_b(self, given: Attributes) -> None:
        self.run.bold = given.get("val", "") in ON and "pPr" not in self.inside[-2:-1]

    def on_i(self, given: Attributes) -> None:
        self.run.italic = given.get("val", "") in ON and "pPr" not in self.inside[-2:-1]

    def on_vanish(self, given: Attributes) -> None:
        self.hidden = given.get("val", "") in ON and "pPr" not in self.inside[-2:-1]

    def on_hyperlink(self, given: Attributes) -> None:
        self.link = self.known.links.get(given.get("id", ""), "")

    def off_hyperlink(self) -> None:
        self.link = ""

    def on_footnotereference(self, given: Attributes) -> None:
        words = self.known.footnotes.get(given.get("id", ""))
        if words and self.paragraphs:
            number = self.chapters[-1].setdefault("footnotes", [])
            number.append(words)
            self.paragraphs[-1].runs.append(Run(f"\0{len(number)}"))

    # --- tables ---

    def on_tbl(self, given: Attributes) -> None:
        self.tables.append([])

    def on_tr(self, given: Attributes) -> None:
        if self.tables:
            self.tables[-1].append([])

    def on_tc(self, given: Attributes) -> None:
        self.cells.append([])

    def off_tc(self) -> None:
        self.flush()
        words = " ".join(" ".join(self.cells.pop()).split()) if self.cells else ""
        if self.tables and self.tables[-1]:
            self.tables[-1][-1].append([words])

    def off_tbl(self) -> None:
        rows = [[cell[0] for cell in row] for row in self.tables.pop() if row]
        if self.cells:  # a table in a table is told row by row
            self.cells[-1] += [" ".join(row) for row in rows]
        elif rows:
            self.chapters[-1]["blocks"].append(("table", table(rows)))
        if len(self.tables) > 0:
            self.counts["nested"] += 1

    # --- comments ---

    def on_commentrangestart(self, given: Attributes) -> None:
        self.ranges[given.get("id", "")] = (len(self.chapters) - 1, self._now(), -1)

    def on_commentrangeend(self, given: Attributes) -> None:
        name = given.get("id", "")
        if name in self.ranges:
            chapter, start, _ = self.ranges[name]
            same = chapter == len(self.chapters) - 1
            self.ranges[name] = (
                chapter,
                start,
                self._now() if same else len("".join(self.chapters[chapter]["plain"])),
            )

    def on_commentreference(self, given: Attributes) -> None:
        self.ranges.setdefault(given.get("id", ""), (len(self.chapters) - 1, self._now(), self._now()))

    def _now(self) -> int:
        return sum(map(len, self.chapters[-1]["plain"]))


def read(data: bytes) -> dict[str, Any]:
    """``{"chapters": …, "notes": …, "left_out": …}`` as plain data. Raises whatever a broken file makes it raise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        known = beside(archive)
        reading = Reading(known)
        for kind, value, given in events(archive.read("word/document.xml")):
            if kind == "start":
                reading.start(value, given)
            elif kind == "end":
                reading.end(value)
            else:
                reading.text(value)
        reading.flush()
    if len(known.comments) > MOST_COMMENTS:
        raise UploadRefused(TOO_MANY)
    return {
        "chapters": [asdict(_chapter(one)) for one in reading.chapters],
        "notes": [asdict(note) for note in _notes(reading)],
        "left_out": _left_out(reading.counts),
    }


def _chapter(one: dict[str, Any]) -> Chapter:
    lines: list[str] = []
    before = ""
    for kind, words in one["blocks"]:
        lines += [TOGETHER[kind] if kind == before and kind in TOGETHER else "\n\n", words]
        before = kind
    notes = [f"[^{number}]: {words}" for number, words in enumerate(one.get("footnotes", ()), 1)]
    text = "".join(lines).strip("\n") + ("\n\n" + "\n".join(notes) if notes else "")
    return Chapter(one["heading"] or "", text, one["anchor"])


def _notes(reading: Reading) -> list[MarginNote]:
    by_name = {known["name"]: id_ for id_, known in reading.known.comments.items() if known["name"]}
    plain = ["".join(one["plain"]) for one in reading.chapters]
    found = []
    for id_, known in reading.known.comments.items():
        chapter, start, end = reading.ranges.get(id_, (0, 0, 0))
        end = len(plain[chapter]) if end < 0 else end
        parent, done = reading.known.threads.get(known["name"], ("", False))
        under = reading.chapters[chapter].get("under", 0)
        text = plain[chapter]
        found.append(
            MarginNote(
                id=id_,
                author=known["author"][:80],
                initials=known["initials"][:20],
                text=known["text"][:MOST_SAID],
                quote=text[max(start, under) : end][:MOST_QUOTE].strip(),
                before=text[max(start - AROUND, under) : max(start, under)],
                after=text[end : end + AROUND],
                chapter=chapter,
                parent=by_name.get(parent, ""),
                done=done,
                whole=end <= under,
            )
        )
    return found


def _left_out(counts: Counter[str]) -> list[str]:
    said = {
        "inserted": "Tracked insertions were accepted",
        "deleted": "Tracked deletions were carried out",
        "pictures": "Pictures and embedded things were left out",
        "hidden": "Hidden text was left out",
        "nested": "Tables inside tables were read as text of their cell",
    }
    return [f"{words}: {counts[code]}." for code, words in said.items() if counts[code]]
