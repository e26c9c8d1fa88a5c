"""Reading tables: files to pages with rows. One bad page never stops the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ocr.engine import Engine, Grey
from ocr.engines.pp_ocr import PP_OCR
from ocr.engines.pp_ocr_v5 import PP_OCR_V5
from ocr.errors import UnknownPage
from ocr.page import PageImage, load_pages, to_png
from ocr.readings import State
from ocr.tables.aspect import widening
from ocr.tables.cells import Pieces, Written, cells_of, widened
from ocr.tables.columns import Column, columns_for, known
from ocr.tables.grid import Grid
from ocr.tables.judging import cell, name_and_kana, row_of, with_dittos
from ocr.tables.layout import Layout, find_layout, has_table
from ocr.tables.orientation import upright
from ocr.tables.people import Person, weighed
from ocr.tables.reading import LineOpinion, read_lines
from ocr.tables.results import BLANK, CellReading, Check, RowReading, TableReading
from ocr.tables.straighten import COARSE, straightened
from ocr.tables.totals import checked, kind_of_label
from ocr.tables.values import DITTOS
from ocr.tables.vocabulary import settled

ENGINES: tuple[Engine, ...] = (PP_OCR, PP_OCR_V5)


def read_tables(
    path: Path, declared: Sequence[Column] = (), engines: Sequence[Engine] = ENGINES
) -> Iterator[TableReading]:
    """The pages of a PNG, JPEG, TIFF or PDF as tables, one after the other."""
    for page in load_pages(path):
        yield read_table(page, declared, engines)


def read_table(
    page: PageImage, declared: Sequence[Column] = (), engines: Sequence[Engine] = ENGINES
) -> TableReading:
    """Read one page. What is wrong with it stands in `problem`; nothing is raised for a bad page."""
    if page.image is None:
        return _unread(page, b"", page.problem or "")
    try:
        straight = straightened(page.image)
        image = upright(straight.image, engines[0])
        layout = find_layout(image)
    except UnknownPage as error:
        return _unread(page, to_png(page.image), error.message)
    columns, rows, checks = _read(layout, declared, engines, straight.detail)
    return TableReading(
        page.source,
        page.page,
        page.sha256,
        None,
        columns,
        rows,
        checks,
        to_png(_for_eyes(image)),
        straight.detail < COARSE,
    )


def is_ruled(image: Grey) -> bool:
    """Whether a page shows a ruled table of several columns and lines (about a second, nothing is read)."""
    straight = straightened(image).image
    return any(has_table(turned) for turned in (straight, np.ascontiguousarray(np.rot90(straight))))


def _for_eyes(image: Grey) -> Grey:
    return image // 16 * 17


def _unread(page: PageImage, image: bytes, problem: str) -> TableReading:
    return TableReading(page.source, page.page, page.sha256, problem, (), (), (), image)


def _read(
    layout: Layout, declared: Sequence[Column], engines: Sequence[Engine], detail: float
) -> tuple[tuple[Column, ...], tuple[RowReading, ...], tuple[Check, ...]]:
    pieces = Pieces(layout)
    labels, times = _labels(layout.grid, pieces, engines)
    layout, labels = _joined_headings(layout, labels)
    columns = columns_for(labels, declared)
    written = cells_of(layout, pieces, times)
    rows = _rows(written, columns, engines, detail)
    rows = _with_totals(rows, written, columns, engines)
    return columns, *checked(with_dittos(rows), columns)


def _labels(grid: Grid, pieces: Pieces, engines: Sequence[Engine]) -> tuple[list[str], float]:
    """The heading of each column, its own below what spans it and others; how much wider lines have to be."""
    found = [pieces.within(box) for box, _, _ in grid.headings]
    lines = [(place, line) for place, one in enumerate(found) for line in one.lines]
    images = [line for _, line in lines]
    opinions = read_lines(images, ["text"] * len(lines), engines[:1])
    times = widening(images, [one.opinion.text for one in opinions])
    if times != 1.0:
        images = [widened(line, times) for line in images]
        opinions = read_lines(images, ["text"] * len(lines), engines[:1])
    texts: dict[int, list[str]] = {}
    for (place, _), opinion in zip(lines, opinions, strict=True):
        texts.setdefault(place, []).append(opinion.opinion.text)
    labels = [""] * (len(grid.xs) - 1)
    lowest = [-1.0] * len(labels)
    for place, (box, first, after) in enumerate(grid.headings):
        parts = texts.get(place, [])
        text = "".join(parts) if known("".join(parts)) or len(parts) < 2 else parts[-1]
        for column in range(first, after):
            if text and box.bottom > lowest[column] + 1:
                labels[column], lowest[column] = text, box.bottom
    return labels, times


def _joined_headings(layout: Layout, labels: list[str]) -> tuple[Layout, list[str]]:
    """Columns parted only by the wide spacing of a heading (氏　名) as one again."""
    if layout.grid.ruled_down:
        return layout, labels
    xs, names = [layout.grid.xs[0]], [labels[0]]
    for edge, label in zip(layout.grid.xs[1:-1], labels[1:], strict=True):
        both = names[-1] + label
        if len(label) <= 2 and not known(label) and not known(names[-1]) and known(both):
            names[-1] = both
        else:
            xs.append(edge)
            names.append(label)
    grid = replace(layout.grid, xs=(*xs, layout.grid.xs[-1]))
    return replace(layout, grid=grid), names


def _rows(
    written: Sequence[Sequence[Written]], columns: Sequence[Column], engines: Sequence[Engine], detail: float
) -> list[RowReading]:
    places = [
        (row, place, line)
        for row, cells in enumerate(written)
        for place, one in enumerate(cells)
        for line in one.lines
    ]
    kinds = [columns[place].kind for _, place, _ in places]
    opinions = read_lines([line for _, _, line in places], kinds, engines, detail)
    by_cell: dict[tuple[int, int], list[LineOpinion]] = {}
    for (row, place, _), opinion in zip(places, opinions, strict=True):
        by_cell.setdefault((row, place), []).append(opinion)
    rows = []
    read = [[by_cell.get((row, place), []) for place in range(len(columns))] for row in range(len(written))]
    settled(read, columns)
    for row, cells in enumerate(written):
        person = _weighed(read[row], columns)
        found = [cell(one, read[row][place], columns[place]) for place, one in enumerate(cells)]
        rows.append(row_of(found, columns, person))
    return rows


def _weighed(read: list[list[LineOpinion]], columns: Sequence[Column]) -> Person | None:
    """The name of a row weighed with its kana, where both are one line of writing; put in their places."""
    name, kana = name_and_kana(columns)
    if min(name, kana) < 0 or len(read[name]) != 1 or len(read[kana]) != 1:
        return None
    if any(len(one.spaced) < 2 or DITTOS.fullmatch(one.spaced) for one in (read[name][0], read[kana][0])):
        return None
    person = weighed(read[name][0], read[kana][0])
    read[name], read[kana] = [person.name], [person.kana]
    return person


def _with_totals(
    rows: Sequence[RowReading],
    written: Sequence[Sequence[Written]],
    columns: Sequence[Column],
    engines: Sequence[Engine],
) -> list[RowReading]:
    """Rows of totals known by their words, which are looked for where a running number is missing."""
    amounts = [place for place, column in enumerate(columns) if column.kind == "amount"]
    serial = next((place for place, column in enumerate(columns) if column.kind == "serial"), None)
    likely = [
        number
        for number, row in enumerate(rows)
        if row.kind != BLANK
        and any(row.cells[place].text for place in amounts)
        and (serial is None or not isinstance(row.cells[serial].value, str))
    ]
    labels = _leading(likely, written, amounts, engines)
    done = list(rows)
    for number in likely:
        texts = labels[number]
        words = (*texts.values(), "".join(texts.values()))
        kind = next((kind for kind in map(kind_of_label, words) if kind), None)
        if kind is not None:
            own = {place: text for place, text in texts.items() if kind_of_label(text) == kind}
            done[number] = RowReading(kind, _relabelled(rows[number].cells, own or texts))
    return done


def _leading(
    likely: Sequence[int],
    written: Sequence[Sequence[Written]],
    amounts: Sequence[int],
    engines: Sequence[Engine],
) -> dict[int, dict[int, str]]:
    """Of such rows the words in front of the amounts, by column."""
    places = [
        (number, place, line)
        for number in likely
        for place in range(amounts[0])
        for line in written[number][place].lines
    ]
    opinions = read_lines([line for _, _, line in places], ["text"] * len(places), engines)
    found: dict[int, dict[int, str]] = {number: {} for number in likely}
    for (number, place, _), opinion in zip(places, opinions, strict=True):
        found[number][place] = found[number].get(place, "") + opinion.opinion.text
    return found


def _relabelled(cells: Sequence[CellReading], texts: dict[int, str]) -> tuple[CellReading, ...]:
    """The cells of a row of totals with its words as words, which need no look."""
    return tuple(
        CellReading(texts[place], texts[place], 1.0, State.ACCEPTED, one.box) if place in texts else one
        for place, one in enumerate(cells)
    )
