"""What a duplex scanner gives: sheets of several forms, fronts and backs, in one TIFF or PDF, with a key.

Some sheets lie upside down, the back of a form's last page is blank but for what shines through, two sheets
may be fed together (of which only the front of one and the back of the other are seen), one is scanned again,
and a letter of somebody else's lies between.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from forms.definition import Procedure
from samples.faces import PRINT, Grey, font
from samples.filled.pages import FilledPage, Style, filled_pages
from samples.scanner import Scan, scan

_WAYS = ("office", "office", "office", "upside-down", "bleeding")
_QUALITY = 70


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet as scanned: `what` is form, again (a form's page once more), blank or letter."""

    scan: Scan
    what: str
    filled: FilledPage | None = None

    def key(self) -> dict[str, Any]:
        """The side's part of the answer key."""
        return {"what": self.what, **(self.filled.key() if self.filled else {})}


@dataclass(slots=True)
class Batch:
    """The sides in the order they were scanned; `lost` are (form, serial, page) that a double feed hid."""

    sides: list[Side] = field(default_factory=list)
    lost: list[tuple[str, str, int]] = field(default_factory=list)

    def key(self) -> dict[str, Any]:
        """What every side of the batch is, and what is missing."""
        return {"sides": [side.key() for side in self.sides], "lost": [list(one) for one in self.lost]}


@dataclass(frozen=True, slots=True)
class _Sheet:
    front: Side
    back: Side


def batch(
    procedures: Sequence[Procedure], seed: int, style: Style, *, double_feed: bool = True, rescan: bool = True
) -> Batch:
    """One form of each procedure, printed on both sides, through a duplex scanner."""
    rng = np.random.default_rng((seed, len(procedures)))
    forms = [_sheets(procedure, seed + number, style, rng) for number, procedure in enumerate(procedures)]
    made = Batch()
    pulled = _pulled(forms, rng) if double_feed else None
    for number, sheets in enumerate(forms):
        for place, sheet in enumerate(sheets):
            if (number, place) == pulled:
                made.sides += [sheet.front, sheets[place + 1].back]
                made.lost += [*_hidden(sheet.back), *_hidden(sheets[place + 1].front)]
            elif (number, place - 1) != pulled:
                made.sides += [sheet.front, sheet.back]
        if rescan and number == len(forms) // 2:
            made.sides += _again(sheets[0], rng)
        if number == 0:
            made.sides += [Side(scan(letter(), "office", rng), "letter"), _blank(letter(), rng)]
    return made


def _sheets(procedure: Procedure, seed: int, style: Style, rng: np.random.Generator) -> list[_Sheet]:
    """A form's sheets, page 1 and 2 on the first one; both sides of a sheet lie the same way."""
    pages = filled_pages(procedure, seed, replace(style, way="clean"))
    sheets = []
    for front, back in zip(pages[::2], [*pages[1::2], None], strict=False):
        way = _WAYS[int(rng.integers(len(_WAYS)))]
        sides = [_form(page, way, rng) if page else _blank(front.scan.image, rng) for page in (front, back)]
        sheets.append(_Sheet(*sides))
    return sheets


def _form(page: FilledPage, way: str, rng: np.random.Generator) -> Side:
    """A page scanned in some way; it was kept as a clean scan at 300 dpi, nearly upright."""
    taken = scan(page.scan.image, way, rng)
    moved = Scan(taken.image, taken.from_page @ page.scan.from_page, taken.dpi)
    return Side(moved, "form", replace(page, scan=moved))


def _again(sheet: _Sheet, rng: np.random.Generator) -> list[Side]:
    """A sheet fed once more: the same pages, lying and grained otherwise."""
    return [
        replace(_form(side.filled, "office", rng), what="again") if side.filled else side
        for side in (sheet.front, sheet.back)
    ]


def _blank(front: Grey, rng: np.random.Generator) -> Side:
    """The empty back of a sheet: its front shines through a little."""
    through = cv2.addWeighted(cv2.blur(cv2.flip(front, 1), (11, 11)), 0.06, np.full_like(front, 255), 0.94, 0)
    return Side(scan(np.asarray(through, np.uint8), "office", rng), "blank")


def _pulled(forms: Sequence[Sequence[_Sheet]], rng: np.random.Generator) -> tuple[int, int] | None:
    """Which sheet pulls the next one of its form with it."""
    able = [(number, place) for number, sheets in enumerate(forms) for place in range(len(sheets) - 1)]
    return able[int(rng.integers(len(able)))] if able else None


def _hidden(side: Side) -> Iterator[tuple[str, str, int]]:
    if side.filled:
        yield side.filled.form, side.filled.serial, side.filled.page


def letter() -> Grey:
    """A printed page of somebody else's: text, no marks, no QR."""
    picture = Image.new("L", (2480, 3508), 255)
    face = font(PRINT[3], 56)
    lines = (
        "見本株式会社 総務課",
        "",
        "拝啓 時下ますますご清栄のこととお喜び申し上げます。",
        "社員の住所の確認についてお願いいたします。",
    )
    for number, line in enumerate(lines * 4):
        ImageDraw.Draw(picture).text((300, 400 + number * 150), line, 0, font=face)
    return np.array(picture)


def save_pages(scans: Sequence[Scan], path: Path) -> None:
    """Write grey pages as one TIFF or PDF; the ending says which. The same pages give the same bytes."""
    pictures = [Image.fromarray(one.image) for one in scans]
    dpi, made = scans[0].dpi, time.gmtime(0)
    if path.suffix == ".pdf":
        pictures[0].save(
            path,
            resolution=dpi[0],
            quality=_QUALITY,
            save_all=True,
            append_images=pictures[1:],
            creationDate=made,
            modDate=made,
        )
        return
    pictures[0].save(
        path, compression="jpeg", quality=_QUALITY, dpi=dpi, save_all=True, append_images=pictures[1:]
    )
