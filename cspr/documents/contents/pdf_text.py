"""The words of a page of a PDF, as they are set: visible, white, covered or invisible alike. Only for the child.

Every stretch is decoded by its font's own table and joined by where it stands, so that words set letter by letter are
words again and neighbours are not run together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from fontTools import agl

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)
MOST_OPERATIONS, MOST_DEPTH = 3_000_000, 12
# A gap wider than this share of the size of the type is a space; a move up or down of this share a new line.
SPACE, LINE = 0.18, 0.4
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
BLOCK = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f\s]*>|\[.*?\])", re.DOTALL)


def times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


@dataclass
class Font:
    """How the bytes of one font read, and how wide they are set (in thousandths)."""

    table: dict[bytes, str] = field(default_factory=dict)
    lengths: tuple[int, ...] = (1,)
    widths: dict[int, float] = field(default_factory=dict)
    width: float = 500
    plain: Callable[[bytes], str] = lambda data: data.decode("cp1252", "replace")

    def read(self, data: bytes) -> tuple[str, float]:
        """The words, and how far they reach."""
        words, reach, at = [], 0.0, 0
        while at < len(data):
            code = next(
                (data[at : at + n] for n in self.lengths if data[at : at + n] in self.table),
                data[at : at + self.lengths[0]],
            )
            words.append(self.table.get(code) or (self.plain(code) if len(code) == 1 else ""))
            reach += self.widths.get(int.from_bytes(code), self.width)
            at += max(len(code), 1)
        return "".join(words), reach


def font_of(thing: Any) -> Font:
    """A font of the file; one that is broken reads as plain bytes."""
    font = Font()
    if thing.get("/Subtype") == "/Type0":
        font.lengths, font.width = (2, 1), 1000
        descendants = thing.get("/DescendantFonts")
        if descendants is not None and len(descendants):
            font.width = float(descendants[0].get("/DW", 1000))
            font.widths = _wide_widths(descendants[0].get("/W", []))
    else:
        first = int(thing.get("/FirstChar", 0))
        font.widths = {first + n: float(width) for n, width in enumerate(thing.get("/Widths", []))}
        encoding = thing.get("/Encoding")
        if isinstance(encoding, pikepdf.Dictionary):
            font.table = _differences(encoding.get("/Differences", []))
    if isinstance(thing.get("/ToUnicode"), pikepdf.Stream):
        font.table |= _to_unicode(thing.ToUnicode.read_bytes(), 2 if font.lengths[0] == 2 else 1)
    return font


def _wide_widths(rows: Any) -> dict[int, float]:
    widths: dict[int, float] = {}
    row = list(rows)
    at = 0
    while at + 1 < len(row):
        first = int(row[at])
        if isinstance(row[at + 1], pikepdf.Array):
            widths |= {first + n: float(width) for n, width in enumerate(row[at + 1])}
            at += 2
        elif at + 2 < len(row):
            widths |= dict.fromkeys(
                range(first, min(int(row[at + 1]), first + 65535) + 1), float(row[at + 2])
            )
            at += 3
        else:
            break
    return widths


def _differences(rows: Any) -> dict[bytes, str]:
    table, code = {}, 0
    for row in rows:
        if isinstance(row, pikepdf.Name):
            table[bytes([code % 256])] = agl.toUnicode(str(row).lstrip("/"))
            code += 1
        else:
            code = int(row)
    return table


def _to_unicode(data: bytes, length: int) -> dict[bytes, str]:
    table: dict[bytes, str] = {}
    for kind, body in BLOCK.findall(data):
        if kind == b"bfchar":
            codes = [_bytes(code) for code in HEX.findall(body)]
            table |= {code: _wide(said) for code, said in zip(codes[::2], codes[1::2], strict=False)}
        elif kind == b"bfrange":
            for first, last, to in RANGE.findall(body):
                table |= _range(int(first, 16), int(last, 16), to, max(len(first) // 2, 1))
    return table


def _range(first: int, last: int, to: bytes, length: int) -> dict[bytes, str]:
    codes = range(first, min(last, first + 65535) + 1)
    listed = [_wide(_bytes(code)) for code in HEX.findall(to)]
    if to.startswith(b"["):
        return {code.to_bytes(length): said for code, said in zip(codes, listed, strict=False)}
    start = listed[0] if listed and listed[0] else ""
    return {
        code.to_bytes(length): start[:-1] + chr(min(ord(start[-1]) + n, 0x10FFFF))
        for n, code in enumerate(codes)
        if start
    }


def _bytes(code: bytes) -> bytes:
    return bytes.fromhex(re.sub(rb"\s", b"", code).decode().rjust(2, "0"))


def _wide(data: bytes) -> str:
    return data.decode("utf-16-be", "ignore") if len(data) > 1 else data.decode("latin-1")


class PageText:
    """Follows the operators of a page, and writes down every word with the gaps between them."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.spoken: list[tuple[str, str]] = []
        self.visited: set[tuple[int, int]] = set()
        self._fonts: dict[Any, Font] = {}
        self._operations = 0
        self._at: tuple[float, float] | None = None
        self._size = 12.0

    @property
    def text(self) -> str:
        return "".join(self.words)

    def follow(self, stream: Any, resources: Any, ctm: Matrix = UNIT, depth: int = 0) -> None:
        """The stream of a page or of a form, with what it uses. Raises ``ValueError`` when it has no end."""
        state = _State(ctm)
        kept: list[_State] = []
        steps: Any = pikepdf.parse_content_stream(stream)
        for operands, operator in steps:
            self._operations += 1
            if self._operations > MOST_OPERATIONS:
                raise ValueError("It has too many operations.")
            name = str(operator)
            if name == "q":
                kept.append(state.copy())
            elif name == "Q":
                state = kept.pop() if kept else state
            elif name == "cm":
                state.ctm = times(_matrix(operands), state.ctm)
            elif name == "Do":
                self._form(operands, resources, state.ctm, depth)
            elif name in {"BDC", "DP"}:
                self._marked(operands, resources)
            else:
                self._text(name, list(operands), resources, state)

    def _text(self, name: str, operands: list[Any], resources: Any, state: _State) -> None:
        if name == "Tf":
            state.font, state.size = (
                self._font(operands, resources),
                float(operands[1]) if len(operands) > 1 else 12.0,
            )
        elif name in {"BT", "Tm", "Td", "TD", "T*", "TL"}:
            state.move(name, operands)
        elif name in {"'", '"'}:
            state.move("T*", [])
            self._show(operands[-1:], state)
        elif name == "Tj":
            self._show(operands, state)
        elif name == "TJ" and operands:
            self._show(operands[0], state)

    def _show(self, pieces: Any, state: _State) -> None:
        size = state.size or 1.0
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                try:
                    state.advance(-float(piece) / 1000 * size)
                except (TypeError, ValueError):
                    continue
                continue
            words, reach = state.font.read(bytes(piece))
            self._gap(times(state.tm, state.ctm), size)
            self.words.append(words)
            state.advance(reach / 1000 * size)
            end = times(state.tm, state.ctm)
            self._at = (end[4], end[5])

    def _gap(self, here: Matrix, size: float) -> None:
        """A space or the end of a line, where the eye sees one between what was set before and what comes now."""
        scale = max(abs(here[0]) + abs(here[1]), 0.001) * size
        if self._at is not None:
            x, y = here[4] - self._at[0], here[5] - self._at[1]
            if here[0] == 0 and here[1]:
                x, y = y, x
            if abs(y) > LINE * scale:
                self.words.append("\n")
            elif x > SPACE * scale or x < -scale:
                self.words.append(" ")

    def _font(self, operands: Any, resources: Any) -> Font:
        fonts = resources.get("/Font") if resources is not None else None
        thing = fonts.get(str(operands[0])) if fonts is not None and operands else None
        if thing is None:
            return Font()
        key = thing.objgen if thing.is_indirect else id(thing)
        if key not in self._fonts:
            self._fonts[key] = font_of(thing)
        return self._fonts[key]

    def _form(self, operands: Any, resources: Any, ctm: Matrix, depth: int) -> None:
        things = resources.get("/XObject") if resources is not None else None
        form = things.get(str(operands[0])) if things is not None and operands else None
        if form is None or form.get("/Subtype") != "/Form" or depth >= MOST_DEPTH:
            return
        self.visited.add(form.objgen)
        matrix = _matrix(form.get("/Matrix", [])) if "/Matrix" in form else UNIT
        self.follow(form, form.get("/Resources", resources), times(matrix, ctm), depth + 1)

    def _marked(self, operands: Any, resources: Any) -> None:
        """What a stretch is said to be, instead of what it shows."""
        if len(operands) < 2:
            return
        said = operands[1]
        if isinstance(said, pikepdf.Name) and resources is not None and "/Properties" in resources:
            said = resources.Properties.get(str(said))
        if isinstance(said, pikepdf.Dictionary):
            self.spoken += [
                (key, str(value)) for key, value in said.items() if isinstance(value, pikepdf.String)
            ]


class _State:
    """Where the next letter goes."""

    def __init__(self, ctm: Matrix) -> None:
        self.ctm, self.tm, self.line = ctm, UNIT, UNIT
        self.font, self.size, self.leading = Font(), 12.0, 0.0

    def copy(self) -> _State:
        other = _State(self.ctm)
        other.tm, other.line, other.font, other.size, other.leading = (
            self.tm,
            self.line,
            self.font,
            self.size,
            self.leading,
        )
        return other

    def move(self, name: str, operands: list[Any]) -> None:
        if name == "BT":
            self.line = UNIT
        elif name == "Tm":
            self.line = _matrix(operands)
        elif name == "TL" and operands:
            self.leading = float(operands[0])
        elif name == "T*":
            self.line = times((1, 0, 0, 1, 0, -self.leading), self.line)
        elif len(operands) == 2:
            self.leading = -float(operands[1]) if name == "TD" else self.leading
            self.line = times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)
        self.tm = self.line

    def advance(self, by: float) -> None:
        self.tm = times((1, 0, 0, 1, by, 0), self.tm)


def _matrix(operands: Any) -> Matrix:
    numbers = [float(value) for value in operands]
    return (
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
        if len(numbers) == 6
        else UNIT
    )
