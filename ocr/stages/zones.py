"""From zones to texts: what is written in every zone of a page, by all engines at once.

All places of a page go to each engine in one call, so that it can read them in batches: first one view of
each place, then, where the engines do not agree on it surely, its other views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from forms.rendering.geometry import Zone
from forms.values.addresses import LocalTowns
from ocr.charsets import ANY_DIGIT, KANA
from ocr.engine import Engine, Grey, Reading
from ocr.engines.digits import DIGITS
from ocr.stages.crops import INK, Written, cells_written, dashes, line_written
from ocr.stages.hints import FIRST_PARTS, PROVING_KINDS, charset_of, hints_for
from ocr.stages.kanji_forms import told
from ocr.stages.opinions import Opinion, View, judge

_MARGIN, _CELL_MARGIN = 8, 4
_DASHES = "-一ーニ二三ミへヘ"
_CLOSE_GAP, _WIDE_GAP = 6, 12
# What one view has to reach so that the others are not looked at.
_SURE, _MUCH = 0.99, 4.0
# From which probability a box is said to hold no digit.
_NO_DIGIT = 0.5


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """What one zone of cells or one line holds.

    `inked` says that there is ink, `faint` that something too light to read stands there, `broken` that the
    text cannot be all: cells were left empty between filled ones, one holds no digit, the line shows more
    hyphens, or a seal was stamped over it. A zone that is empty or not for reading has no opinion.
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
    boxes: tuple[Grey, ...] = ()


def read_zones(
    sheet: Grey, zones: Sequence[Zone], engines: Sequence[Engine], towns: LocalTowns | None = None
) -> list[ZoneReading]:
    """Read zones of cells and lines on a straightened sheet; `towns` are the city's own."""
    places = [_place(sheet, zone) for zone in zones]
    answers = _asked(places, [place.views[:1] for place in places], engines)
    boxes = _boxes_read(places)
    read = _in_order(places, answers, boxes, {}, towns)
    doubtful = [number for number, one in read.items() if len(places[number].views) > 1 and not _clear(one)]
    if doubtful:
        asked = [places[number].views[1:] for number in doubtful]
        more = _asked([places[number] for number in doubtful], asked, engines)
        for number, found in zip(doubtful, more, strict=True):
            answers[number] = {key: [*own, *found[key]] for key, own in answers[number].items()}
        again = {places[number].zone.field for number in doubtful}
        settled = {number: one for number, one in read.items() if one.zone.field not in again}
        read = _in_order(places, answers, boxes, settled, towns)
    return [read[number] for number in range(len(places))]


_Answers = dict[str, list[Reading]]


def _asked(
    places: Sequence[_Place], views: Sequence[Sequence[View]], engines: Sequence[Engine]
) -> list[_Answers]:
    """What every engine says of some views of each place: one call an engine for all of them."""
    flat = [view for own in views for view in own]
    images, charsets = [view.image for view in flat], [view.charset for view in flat]
    by_engine = {engine.key: engine.read(images, charsets) for engine in engines} if flat else {}
    ends = np.cumsum([0, *(len(own) for own in views)]).tolist()
    return [
        {key: list(found[ends[number] : ends[number + 1]]) for key, found in by_engine.items()}
        for number in range(len(places))
    ]


def _boxes_read(places: Sequence[_Place]) -> list[_Answers]:
    """What the digit reader says of every box, in one call; nothing where there are no boxes of digits."""
    flat = [image for place in places for image in place.boxes]
    found = iter(DIGITS.read(flat, [ANY_DIGIT] * len(flat)))
    return [{DIGITS.key: [next(found) for _ in place.boxes]} if place.boxes else {} for place in places]


def _in_order(
    places: Sequence[_Place],
    answers: Sequence[_Answers],
    boxes: Sequence[_Answers],
    settled: Mapping[int, ZoneReading],
    towns: LocalTowns | None,
) -> dict[int, ZoneReading]:
    """Every place judged, those first that prove others of their field; `settled` ones stay as they are."""
    known: dict[str, dict[str, str]] = {}
    read: dict[int, ZoneReading] = {}
    order = sorted(range(len(places)), key=lambda n: places[n].zone.part not in FIRST_PARTS)
    again = [number for number in order if places[number].zone.kind in PROVING_KINDS]
    for number in (*order, *again):
        place = places[number]
        parts = known.setdefault(place.zone.field, {})
        read[number] = settled.get(number) or _reading(place, answers[number], boxes[number], parts, towns)
        parts[place.zone.part] = read[number].text
    return read


def _clear(reading: ZoneReading) -> bool:
    """Whether one view was enough: every engine likes the same text much better than any other."""
    opinion = reading.opinion
    if opinion is None or not opinion.text or reading.broken:
        return opinion is None
    return opinion.confidence >= _SURE and min(opinion.margins.values(), default=0.0) >= _MUCH


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
    if charset is ANY_DIGIT:
        return _Place(zone, written, tuple(views), tuple(images))
    if charset is KANA:
        views.append(View(strip(images, _WIDE_GAP), charset))
    cells = [View(_tight(image, _CELL_MARGIN), charset, number) for number, image in enumerate(images)]
    return _Place(zone, written, (*views, *cells))


def _reading(
    place: _Place,
    readings: Mapping[str, Sequence[Reading]],
    boxes: Mapping[str, Sequence[Reading]],
    known: Mapping[str, str],
    towns: LocalTowns | None,
) -> ZoneReading:
    images = place.written.images
    if not place.views:
        return ZoneReading(place.zone, None, not place.written.empty, place.written.faint)
    views = place.views[: min(map(len, readings.values()), default=0)]
    filled = [number for number, image in enumerate(images) if image is not None]
    broken = bool(place.zone.cells) and filled != list(range(filled[0], filled[-1] + 1))
    heights = [_height(image) for image in images if image is not None]
    hints = hints_for(place.zone, heights, known, towns, _seen(readings))
    opinion = judge(views, readings, hints.prior, hints.more, boxes)
    if place.zone.kind == "name":
        opinion = told(opinion, readings, place.zone.part, images[0])
    broken |= any(
        one.slices is not None and one.slices.probabilities[0, 0] > _NO_DIGIT
        for found in boxes.values()
        for one in found
    )
    if not place.zone.cells and images[0] is not None:
        broken = dashes(images[0]) > sum(letter in _DASHES for letter in opinion.text)
    broken |= place.written.crossed
    return ZoneReading(place.zone, opinion, True, place.written.faint, broken)


def _seen(readings: Mapping[str, Sequence[Reading]]) -> frozenset[str]:
    """All characters that any engine gives a chance in any view."""
    found = [one for own in readings.values() for one in own]
    return frozenset("".join(one.slices.symbols if one.slices else one.text for one in found))


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
