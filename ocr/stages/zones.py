"""From zones to texts: what is written in every zone of a page, by all engines at once.

All views of a page go to each engine in one call, so that it can read them in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from forms.rendering.geometry import Zone
from forms.values.addresses import LocalTowns, Town
from ocr.charsets import ANY_DIGIT, KANA, NAME, TEXT, Charset
from ocr.engine import Engine, Grey, Reading
from ocr.places import corrections, proved, towns_at
from ocr.spelling import other_forms, prior
from ocr.stages.crops import INK, Written, cells_written, line_written
from ocr.stages.opinions import Opinion, View, judge

_KANA_PARTS = ("family_kana", "given_kana", "holder_kana")
_DIGIT_KINDS = ("date", "my_number", "digits", "number", "telephone")
_SMALL_OF = dict(zip("ツヤユヨアイウエオ", "ッャュョァィゥェォ", strict=True))
_LARGE_OF = {small: large for large, small in _SMALL_OF.items()}
_MARGIN, _CELL_MARGIN = 8, 4
_CLOSE_GAP, _WIDE_GAP = 6, 12
_IN_TOWN = 3.0


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """What one zone of cells or one line holds.

    `inked` says that there is ink, `broken` that cells were left empty between filled ones, `faint` that
    something too light to read stands there. A zone that is empty or not for reading has no opinion.
    """

    zone: Zone
    opinion: Opinion | None
    inked: bool = False
    faint: bool = False
    broken: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing stands there, not even something faint."""
        return not self.inked and not self.faint

    @property
    def text(self) -> str:
        """The most likely text, empty for an empty zone."""
        return self.opinion.text if self.opinion else ""


@dataclass(frozen=True, slots=True)
class _Place:
    zone: Zone
    written: Written
    views: tuple[View, ...]


def read_zones(
    sheet: Grey, zones: Sequence[Zone], engines: Sequence[Engine], towns: LocalTowns | None = None
) -> list[ZoneReading]:
    """Read zones of cells and lines on a straightened sheet; `towns` are the city's own."""
    places = [_place(sheet, zone) for zone in zones]
    images = [view.image for place in places for view in place.views]
    charsets = [view.charset for place in places for view in place.views]
    by_engine = {engine.key: engine.read(images, charsets) for engine in engines} if images else {}
    readings: list[ZoneReading] = []
    codes: dict[str, str] = {}
    start = 0
    for place in places:
        end = start + len(place.views)
        near = towns_at(codes.get(place.zone.field, ""), towns) if place.zone.part == "street" else ()
        own = {key: found[start:end] for key, found in by_engine.items()}
        readings.append(_reading(place, own, near))
        if place.zone.part == "postal_code":
            codes[place.zone.field] = readings[-1].text
        start = end
    return readings


def charset_of(zone: Zone) -> Charset:
    """Which characters may stand in a zone."""
    if zone.part in _KANA_PARTS or zone.kind == "kana":
        return KANA
    if zone.cells and (zone.kind in _DIGIT_KINDS or zone.part.endswith("code") or zone.part == "number"):
        return ANY_DIGIT
    return NAME if zone.kind == "name" else TEXT


def _place(sheet: Grey, zone: Zone) -> _Place:
    charset = charset_of(zone)
    if not zone.cells:
        written = line_written(sheet, zone)
        if zone.kind == "signature":
            return _Place(zone, written, ())
        return _Place(
            zone, written, tuple(View(image, charset) for image in written.images if image is not None)
        )
    written = cells_written(sheet, zone)
    images = [image for image in written.images if image is not None]
    if not images:
        return _Place(zone, written, ())
    views = [View(strip(images, _CLOSE_GAP), charset)]
    if charset is KANA:
        views.append(View(strip(images, _WIDE_GAP), charset))
    cells = [View(_tight(image, _CELL_MARGIN), charset, number) for number, image in enumerate(images)]
    return _Place(zone, written, (*views, *cells))


def _reading(place: _Place, readings: Mapping[str, Sequence[Reading]], towns: Sequence[Town]) -> ZoneReading:
    if not place.views:
        return ZoneReading(place.zone, None, not place.written.empty, place.written.faint)
    filled = [number for number, image in enumerate(place.written.images) if image is not None]
    broken = bool(place.zone.cells) and filled != list(range(filled[0], filled[-1] + 1))
    charset = charset_of(place.zone)
    opinion = judge(place.views, readings, _prior(place, charset, towns), _more(charset, towns))
    return ZoneReading(place.zone, opinion, True, place.written.faint, broken)


def _prior(place: _Place, charset: Charset, towns: Sequence[Town]) -> Callable[[str], float]:
    """How likely a text is: by its spelling, by the size of small kana in cells, by its postal code."""
    if charset is ANY_DIGIT:
        return lambda text: 0.0
    if towns:
        return lambda text: prior(text) + (_IN_TOWN if proved(text, "", towns) else 0.0)
    if charset is not KANA:
        return prior
    heights = [_height(image) for image in place.written.images if image is not None]
    usual = float(np.median(heights))
    odds = [float(np.clip((height / usual - 0.8) * 20, -3, 3)) for height in heights]

    def by_size(text: str) -> float:
        sizes = (
            odd if c in _SMALL_OF else -odd if c in _LARGE_OF else 0.0
            for c, odd in zip(text, odds, strict=False)
        )
        return prior(text) + sum(sizes) / 2

    return by_size


def _more(charset: Charset, towns: Sequence[Town]) -> Callable[[str], Sequence[str]]:
    """Corrections worth weighing: other forms of a name's kanji, small and large kana, ブ and プ."""
    if charset is ANY_DIGIT:
        return lambda text: ()
    if towns:
        return lambda text: corrections(text, towns)
    return other_forms if charset is not KANA else _other_kana


def _other_kana(text: str) -> Sequence[str]:
    pairs = {
        **_SMALL_OF,
        **_LARGE_OF,
        **dict(zip("パピプペポバビブベボ", "バビブベボパピプペポ", strict=True)),
    }
    return tuple(
        text[:place] + pairs[character] + text[place + 1 :]
        for place, character in enumerate(text)
        if character in pairs
    )


def strip(images: Sequence[Grey], gap: int) -> Grey:
    """Cells side by side as one line of writing, each at its own height, `gap` pixels apart."""
    space = np.full((images[0].shape[0], gap), 255, np.uint8)
    pieces = [space]
    for image in images:
        columns = np.flatnonzero((image < INK).any(axis=0))
        pieces += [image[:, columns[0] : columns[-1] + 1], space]
    line = np.hstack(pieces)
    rows = np.flatnonzero((line < INK).any(axis=1))
    return _bordered(line[rows[0] : rows[-1] + 1], _MARGIN, 0)


def _tight(image: Grey, margin: int) -> Grey:
    rows, columns = np.flatnonzero((image < INK).any(axis=1)), np.flatnonzero((image < INK).any(axis=0))
    return _bordered(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], margin, margin)


def _bordered(image: Grey, down: int, across: int) -> Grey:
    framed = cv2.copyMakeBorder(image, down, down, across, across, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(framed, dtype=np.uint8)


def _height(image: Grey) -> int:
    rows = np.flatnonzero((image < INK).any(axis=1))
    return int(rows[-1] - rows[0] + 1)
