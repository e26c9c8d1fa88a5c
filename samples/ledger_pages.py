"""Paper ledgers drawn, written and scanned: pages of `samples.paper_ledgers`, any number from a seed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from forms.rendering.geometry import Rect, Zone
from samples.hands import FILL_DPI, Hand, fill
from samples.paper_ledgers import ALL_LAYOUTS, LAYOUTS, Column, Layout, Row, pages_of_rows
from samples.scanner import Scan, scan

Grey = NDArray[np.uint8]

RULES = ("full", "dotted", "grey", "rows", "columns", "fives", "head")
"""How a ledger is ruled: all cells (solid, dotted between rows, grey), only between rows, only between
columns, columns with every fifth row, or only around the headings."""

FULL = RULES[:3]
_FOLDER = Path("/usr/share/fonts")
FACES = (
    "truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
    "opentype/ipaexfont-mincho/ipaexm.ttf",
    "opentype/ipaexfont-gothic/ipaexg.ttf",
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "opentype/noto/NotoSerifCJK-Regular.ttc",
)
_SCALE = FILL_DPI / 25.4
_MARGIN, _TOP = 12.0, 24.0
_INSET = 0.8


@dataclass(frozen=True, slots=True)
class Look:
    """How a ledger looks: style (`print` or `hand`), face, ruling, width and level of the rules."""

    style: str
    face: str
    rules: str
    width: int
    level: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """One page: the scan, its layout and its rows, which are the answer key."""

    scan: Scan
    layout: Layout
    look: Look
    page: int
    rows: tuple[Row, ...]


def ledger_pages(
    seed: int,
    *,
    layout: str = "",
    rules: str = "",
    style: str = "print",
    way: str = "office",
    pages: int = 1,
    lines: int = 40,
) -> tuple[LedgerPage, ...]:
    """The pages of one ledger of 8 columns; what is not said is drawn from the seed."""
    rng = np.random.default_rng(seed)
    key = layout or list(LAYOUTS)[int(rng.integers(len(LAYOUTS)))]
    look = Look(
        style,
        FACES[int(rng.integers(len(FACES)))],
        rules or FULL[int(rng.integers(len(FULL)))],
        int(rng.integers(2, 5)),
        int(rng.integers(0, 70)),
    )
    made, hand = [], Hand.of(rng)
    made_as = ALL_LAYOUTS[key]
    for number, rows in enumerate(pages_of_rows(made_as, seed, pages, lines), start=1):
        page = _drawn(made_as, look, rows, f"{number}／{pages}頁")
        if style == "hand":
            page = _by_hand(page, made_as, rows, hand, rng)
        made.append(LedgerPage(scan(page, way, rng), made_as, look, number, rows))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the lines of a table are (mm): the headings end at `body`."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    top: float
    group: float
    body: float

    def cell(self, row: int, column: int) -> Rect:
        x, y = self.xs[column], self.ys[row]
        return Rect(x, y, self.xs[column + 1] - x, self.ys[row + 1] - y)


def _grid(layout: Layout, lines: int) -> _Grid:
    width, height = (297.0, 210.0) if layout.landscape else (210.0, 297.0)
    shares = np.cumsum([0.0, *(column.share for column in layout.columns)])
    xs = _MARGIN + shares / shares[-1] * (width - 2 * _MARGIN)
    grouped = any(column.group for column in layout.columns)
    heading = 5.0
    body = _TOP + heading * (2 if grouped else 1) + 0.5
    ys = np.linspace(body, height - _MARGIN, lines + 1)
    return _Grid(tuple(xs.tolist()), tuple(ys.tolist()), _TOP, _TOP + heading if grouped else _TOP, body)


def _drawn(layout: Layout, look: Look, rows: tuple[Row, ...], paging: str) -> Grey:
    """The page at 300 dpi with rules, headings and (unless written by hand) every cell."""
    size = (297.0, 210.0) if layout.landscape else (210.0, 297.0)
    picture = Image.new("L", (round(size[0] * _SCALE), round(size[1] * _SCALE)), 255)
    draw, grid = ImageDraw.Draw(picture), _grid(layout, len(rows))
    _text(draw, Rect(_MARGIN, 9, 120, 8), layout.title, look.face, 5.0, "left")
    _text(draw, Rect(size[0] - 60, 15, 60 - _MARGIN, 6), paging, look.face, 3.2, "right")
    _rules(draw, layout, look, grid)
    _headings(draw, layout, look, grid)
    for number, row in enumerate(rows if look.style == "print" else ()):
        for place, (column, cell) in enumerate(zip(layout.columns, row.cells, strict=True)):
            rect = grid.cell(number, place)
            align = "centre" if cell.ditto else column.align
            _text(draw, rect, cell.text, look.face, min(3.3, 0.72 * rect.height), align)
    return np.array(picture)


def _rules(draw: ImageDraw.ImageDraw, layout: Layout, look: Look, grid: _Grid) -> None:
    left, right, bottom = grid.xs[0], grid.xs[-1], grid.ys[-1]
    thick, level = max(2, look.width), look.level if look.rules != "grey" else 150
    for y in (grid.top, grid.body, bottom):
        _line(draw, (left, y, right, y), thick + 1, level)
    for number, y in enumerate(grid.ys[1:-1], start=1):
        if look.rules in ("full", "grey", "rows") or (look.rules == "fives" and number % 5 == 0):
            _line(draw, (left, y, right, y), look.width, level)
        elif look.rules == "dotted":
            _dots(draw, left, right, y, level)
    for place, x in enumerate(grid.xs):
        edge = place in (0, len(grid.xs) - 1)
        if look.rules in ("full", "dotted", "grey", "columns", "fives") or (edge and look.rules == "rows"):
            inside = 0 < place < len(layout.columns)
            inside = inside and _same_group(layout.columns[place - 1], layout.columns[place])
            _line(
                draw, (x, grid.group if inside else grid.top, x, bottom), thick if edge else look.width, level
            )
    for place, column in enumerate(layout.columns):
        if column.group and look.rules not in ("rows", "head"):
            _line(draw, (grid.xs[place], grid.group, grid.xs[place + 1], grid.group), look.width, level)


def _same_group(one: Column, other: Column) -> bool:
    return bool(one.group) and one.group == other.group


def _headings(draw: ImageDraw.ImageDraw, layout: Layout, look: Look, grid: _Grid) -> None:
    for place, column in enumerate(layout.columns):
        top = grid.group if column.group else grid.top
        rect = Rect(grid.xs[place], top, grid.xs[place + 1] - grid.xs[place], grid.body - top)
        _text(draw, rect, column.heading, look.face, 3.2, "centre")
        group = [n for n, other in enumerate(layout.columns) if column.group and other.group == column.group]
        if group and group[0] == place:
            over = Rect(rect.x, grid.top, grid.xs[group[-1] + 1] - rect.x, grid.group - grid.top)
            _text(draw, over, column.group, look.face, 3.2, "centre")


def _text(draw: ImageDraw.ImageDraw, rect: Rect, text: str, face: str, size: float, align: str) -> None:
    """A text in a rectangle, smaller where it would not fit."""
    if not text:
        return
    em = size * _SCALE
    room = (rect.width - 2 * _INSET) * _SCALE
    em = min(em, em * room / max(1.0, _font(face, round(em)).getlength(text)))
    font = _font(face, max(8, int(em)))
    x = {"left": rect.x + _INSET, "centre": rect.x + rect.width / 2, "right": rect.right - _INSET}[align]
    anchor = {"left": "lm", "centre": "mm", "right": "rm"}[align]
    middle = rect.y + rect.height / 2
    draw.text((x * _SCALE, middle * _SCALE), text, 10, font=font, anchor=anchor)


def _by_hand(page: Grey, layout: Layout, rows: tuple[Row, ...], hand: Hand, rng: np.random.Generator) -> Grey:
    """Every cell of the rows written by a hand."""
    grid, zones, record = _grid(layout, len(rows)), [], {}
    for number, row in enumerate(rows):
        for place, cell in enumerate(row.cells):
            if cell.text:
                rect, name = grid.cell(number, place), f"r{number}c{place}"
                wide = Rect(rect.x - 1.2, rect.y, rect.width + 3.6, rect.height)
                zones.append(Zone(name, "text", "line", 1, wide))
                record[name] = cell.text
    return fill(page, zones, record, hand, rng)


def _line(draw: ImageDraw.ImageDraw, ends: tuple[float, float, float, float], width: int, level: int) -> None:
    draw.line([round(end * _SCALE) for end in ends], fill=level, width=width)


def _dots(draw: ImageDraw.ImageDraw, left: float, right: float, y: float, level: int) -> None:
    """A dotted rule: dots of 0.5 mm with gaps of 0.5 mm."""
    for x in np.arange(left, right, 1.0):
        _line(draw, (float(x), y, min(right, float(x) + 0.5), y), 2, level)


@functools.lru_cache(maxsize=128)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FOLDER / face), size)
