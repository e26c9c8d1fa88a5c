"""Sheets full of check boxes, marked in every manner and copied in every way: for tests and the bench.

A manner says which states a reader may decide on: a struck-out tick may be read as off, never as on; a dot
may only be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import MARK_PLACES, Rect, Zone
from ocr.marks import Mark
from samples.pen import TICKS, Strokes, draw_strokes, smooth
from samples.scanner import Scan, scan

Grey = NDArray[np.uint8]
Draw = Callable[["Pen", Rect], None]

SCALE = 300 / 25.4
COLUMNS, ROWS = 18, 23
THIN = 0.35
"""Share of sheets on thin paper."""
BOXES = COLUMNS * ROWS
ON, OFF, NEITHER = frozenset({Mark.ON}), frozenset({Mark.OFF}), frozenset[Mark]()


@dataclass(slots=True)
class Pen:
    """A pen over a page: width in mm, grey level, and how far it misses its aim."""

    page: Grey
    rng: np.random.Generator
    width: float
    level: int
    miss: float
    fax: bool = False

    def strokes(self, box: Rect, *strokes: tuple[tuple[float, float], ...]) -> None:
        """Draw strokes given in parts of the box."""
        x, y = box.x + self.rng.normal(0, self.miss), box.y + self.rng.normal(0, self.miss)
        place = (x * SCALE, y * SCALE, box.width * SCALE, box.height * SCALE)
        corner = [max(0, round(edge)) for edge in (place[0] - 60, place[1] - 60)]
        part = self.page[corner[1] : corner[1] + 170, corner[0] : corner[0] + 170]
        local = (place[0] - corner[0], place[1] - corner[1], place[2], place[3])
        drawn: Strokes = strokes
        draw_strokes(part, drawn, local, (self.width * SCALE, self.level), self.rng)


def _tick(pen: Pen, box: Rect) -> None:
    ways: tuple[Strokes, ...] = (
        *TICKS,
        (((0.15, 0.45), (0.42, 0.85), (0.95, 0.05)),),
        (((0.2, 0.5), (0.4, 0.78), (0.62, 0.4), (1.05, -0.1)),),
        (((0.05, 0.4), (0.35, 0.95), (0.7, 0.35), (1.2, -0.4)),),
        (((0.1, 0.6), (0.3, 0.8), (0.9, 0.3)),),
    )
    pen.strokes(box, *ways[int(pen.rng.integers(len(ways)))])


def _cross(pen: Pen, box: Rect) -> None:
    a, b = pen.rng.uniform(-0.1, 0.2), pen.rng.uniform(0.8, 1.1)
    pen.strokes(box, ((a, a), (0.5, 0.5), (b, b)), ((b, a), (0.52, 0.5), (a, b)))


def _ring(pen: Pen, box: Rect) -> None:
    size, start = pen.rng.uniform(0.3, 0.42), pen.rng.uniform(0, 6.0)
    turn = np.linspace(start, start + 2 * np.pi * pen.rng.uniform(0.95, 1.05), 9)
    pen.strokes(box, tuple((0.5 + size * np.cos(one), 0.5 + size * np.sin(one)) for one in turn))


def _zigzag(pen: Pen, box: Rect, count: int) -> None:
    steps = np.linspace(0.05, 0.95, count)
    pen.strokes(box, tuple((0.05 + 0.9 * (n % 2), float(y)) for n, y in enumerate(steps)))


def _fill(pen: Pen, box: Rect) -> None:
    _zigzag(pen, box, int(pen.rng.integers(9, 16)))


def _struck(pen: Pen, box: Rect) -> None:
    """A mark taken back: one line or two through it, a slanting line, a large cross, a scrawl."""
    (_tick if pen.rng.random() < 0.7 else _cross)(pen, box)
    _strike(pen, box)


def _strike(pen: Pen, box: Rect) -> None:
    way = int(pen.rng.integers(5))
    far = pen.rng.uniform(0.15, 1.2)
    if way == 0:
        pen.strokes(box, ((-far, 0.5), (0.5, 0.5), (1 + far, 0.5)))
    elif way == 1:
        pen.strokes(box, ((-far, 0.36), (1 + far, 0.36)), ((-far, 0.66), (1 + far, 0.66)))
    elif way == 2:
        pen.strokes(box, ((-0.2, -0.1), (0.5, 0.5), (1.2, 1.1)))
    elif way == 3:
        pen.strokes(box, ((-0.2, -0.2), (1.2, 1.2)), ((1.2, -0.2), (-0.2, 1.2)))
    else:
        _zigzag(pen, box, int(pen.rng.integers(5, 10)))


def _line_only(pen: Pen, box: Rect) -> None:
    """The option itself struck out, its box never marked."""
    far = pen.rng.uniform(0.3, 1.2)
    pen.strokes(box, ((-far, 0.5), (1 + far, 0.5)))
    if pen.rng.random() < 0.5:
        pen.strokes(box, ((-far, 0.7), (1 + far, 0.7)))


def _dot(pen: Pen, box: Rect) -> None:
    x, y = pen.rng.uniform(0.35, 0.65, 2)
    pen.width = max(pen.width, 0.4)
    pen.strokes(box, ((x - 0.05, y), (x + 0.06, y + 0.06), (x + 0.12, y)))


def _beside(pen: Pen, box: Rect) -> None:
    """A tick that missed its box."""
    moved = Rect(box.x + box.width * float(pen.rng.choice([-0.9, 0.9])), box.y, box.width, box.height)
    pen.strokes(moved, ((0.2, 0.5), (0.4, 0.8), (0.8, 0.1)))


def _light(pen: Pen, box: Rect) -> None:
    """Pencil, or a pen that hardly writes; what a fax does not see at all cannot be asked."""
    pen.level = int(pen.rng.integers(*((110, 146) if pen.fax else (150, 226))))
    (_tick if pen.rng.random() < 0.7 else _cross)(pen, box)


def _dust(pen: Pen, box: Rect) -> None:
    for _ in range(int(pen.rng.integers(1, 3))):
        x, y = (pen.rng.uniform(0.1, 0.9, 2) * box.width + (box.x, box.y)) * SCALE
        cv2.circle(pen.page, (round(x), round(y)), 1, 60, -1)


def _bleed(pen: Pen, box: Rect) -> None:
    """Writing of the back of the sheet shining through."""
    ghost = np.full_like(pen.page[:170, :170], 255)
    curve = smooth(np.array([(0.0, 0.3), (0.5, 0.7), (0.9, 0.2), (1.3, 0.8)])) * (box.width * SCALE) + 50
    cv2.polylines(ghost, [np.round(curve).astype(int)], False, int(pen.rng.integers(205, 235)), 6)
    ghost = np.asarray(cv2.GaussianBlur(ghost, (0, 0), 2.5), np.uint8)
    x, y = round(box.x * SCALE) - 50, round(box.y * SCALE) - 50
    part = pen.page[y : y + 170, x : x + 170]
    np.minimum(part, ghost[: part.shape[0], : part.shape[1]], out=part)


def _nothing(pen: Pen, box: Rect) -> None:
    return


MANNERS: dict[str, tuple[Draw, frozenset[Mark], float]] = {
    "empty": (_nothing, OFF, 0.36),
    "tick": (_tick, ON, 0.2),
    "cross": (_cross, ON, 0.06),
    "ring inside": (_ring, ON, 0.03),
    "filled": (_fill, ON, 0.03),
    "light": (_light, ON, 0.08),
    "struck out": (_struck, OFF, 0.1),
    "line over it": (_line_only, OFF, 0.03),
    "dot": (_dot, NEITHER, 0.02),
    "beside": (_beside, NEITHER, 0.02),
    "dust": (_dust, OFF, 0.04),
    "bleed-through": (_bleed, OFF, 0.03),
}
"""Per manner: how it is drawn, what may be decided of it, its share."""


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """A copied sheet of boxes with the manner of each box; `black` where frames are as dark as ink.

    `through` says that its back, a page of print, shines through.
    """

    scan: Scan
    zones: tuple[Zone, ...]
    manners: tuple[str, ...]
    black: bool
    through: bool = False


def places() -> Iterator[Rect]:
    """The boxes of a sheet: 4 mm at 10 mm."""
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield Rect(18.0 + column * 10.0, 30.0 + row * 10.4, 4.0, 4.0)


def marked_sheet(seed: int, way: str) -> MarkedSheet:
    """A sheet of `BOXES` boxes, every one in a manner of its own, by one person, copied in one way."""
    rng = np.random.default_rng(seed)
    page = np.full((round(297 * SCALE), round(210 * SCALE)), 255, np.uint8)
    print_corner_marks(page)
    width, level = float(rng.uniform(0.3, 0.7)), int(rng.integers(10, 100))
    names = list(MANNERS)
    chances = np.array([MANNERS[name][2] for name in names])
    zones, manners = [], []
    black = bool(rng.random() < 0.25)
    for number, box in enumerate(places()):
        corners = [round(edge * SCALE) for edge in (box.x, box.y, box.right, box.bottom)]
        cv2.rectangle(page, tuple(corners[:2]), tuple(corners[2:]), 0 if black else 176, 3 if black else 4)
        manner = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        MANNERS[manner][0](Pen(page, rng, width, level, 0.3, way == "fax"), box)
        zones.append(Zone("it", "choices", "check", 1, box, option=str(number)))
        manners.append(manner)
    thin = np.random.default_rng((seed, 1))
    through = way != "fax" and bool(thin.random() < THIN)
    if through:
        np.minimum(page, _back(page, thin), out=page)
    return MarkedSheet(scan(page, way, rng), tuple(zones), tuple(manners), black, through)


def _back(page: Grey, rng: np.random.Generator) -> Grey:
    """Lines of print on the back of thin paper, as they are seen from the front."""
    back = np.full_like(page, 255)
    letters = np.array(list("BEHKMNRSWX#$%&@083569"))
    for line in range(60, page.shape[0], int(rng.integers(55, 130))):
        text = "".join(rng.choice(letters, int(rng.integers(4, 60))))
        start = int(rng.integers(0, 1200)), line
        cv2.putText(back, text, start, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(1.1, 1.7)), 0, 4)
    share, blur = float(rng.uniform(0.06, 0.13)), int(rng.choice([7, 9, 11]))
    soft = cv2.blur(cv2.flip(back, 1), (blur, blur))
    return np.asarray(255 - share * (255 - soft.astype(np.float32)), np.uint8)


def print_corner_marks(page: Grey) -> None:
    """Print the registration marks of our forms."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, place in enumerate(MARK_PLACES):
        side = round(place.width * SCALE)
        mark = cv2.aruco.generateImageMarker(dictionary, number, side)
        x, y = round(place.x * SCALE), round(place.y * SCALE)
        page[y : y + side, x : x + side] = mark
