"""From what was read to cells with a state: ditto marks resolved, names proved by their kana, doubts told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.readings import State
from ocr.spelling import UNTOLD
from ocr.stages.crops import dashes
from ocr.surnames import readings_of
from ocr.tables.cells import Written
from ocr.tables.columns import Column
from ocr.tables.reading import LineOpinion
from ocr.tables.results import BLANK, ENTRY, CellReading, Place, RowReading
from ocr.tables.values import DITTOS, meaning

ACCEPTED_FROM = 0.9
UNPROVED_FROM = 0.97
"""From which joint probability two agreeing engines are believed; more where nothing else proves a text."""

_LONGEST_SURNAME = 4
_UNSURE = "読み取りに確信がありません。画像と見比べてください。"
_HYPHENED = ("address", "telephone", "number")


def cell(written: Written, opinions: Sequence[LineOpinion], column: Column) -> CellReading:
    """One cell by itself."""
    box = place_of(written)
    if not opinions:
        note = "薄い書き込みがあります。画像を見て確かめてください。" if written.faint else ""
        return CellReading("", None, 0.5 if note else 1.0, State.ASK if note else State.ACCEPTED, box, note)
    text = "".join(one.spaced for one in opinions)
    chance = min(one.opinion.confidence for one in opinions)
    if written.ditto or DITTOS.fullmatch(text):
        sure = written.ditto or chance >= ACCEPTED_FROM
        mark = text if DITTOS.fullmatch(text) else "〃"
        return CellReading(mark, None, chance if sure else 0.5, State.ACCEPTED, box, ditto=True)
    value, doubt = meaning(column.kind, text)
    others = tuple(other for other, _ in opinions[0].opinion.candidates[1:4]) if len(opinions) == 1 else ()
    if value is None:
        return CellReading(text, None, chance, State.REJECTED, box, doubt, others)
    note = doubt or _doubt(written, opinions, column)
    state = State.ASK if note else State.ACCEPTED
    return CellReading(text, value, chance, state, box, note, others)


def place_of(written: Written) -> Place:
    """The box of a cell in whole pixels."""
    box = written.box
    return round(box.left), round(box.top), round(box.right), round(box.bottom)


def _doubt(written: Written, opinions: Sequence[LineOpinion], column: Column) -> str:
    """Why a text with a value should be looked at; empty when nothing speaks against it."""
    text = "".join(one.opinion.text for one in opinions)
    needed = UNPROVED_FROM if column.kind in ("name", "kana", "number") else ACCEPTED_FROM
    if not all(one.opinion.agreed and one.opinion.confidence >= needed for one in opinions):
        return _UNSURE
    untold = next((letter for letter in text if letter in UNTOLD), None) if column.kind == "name" else None
    if untold:
        return f"「{untold}」の字体を画像で確かめてください。"
    if column.kind in _HYPHENED and sum(map(dashes, written.lines)) > text.count("-") + text.count("一"):
        return "ハイフンの数が合いません。画像と見比べてください。"
    return ""


def row_of(cells: Sequence[CellReading], columns: Sequence[Column]) -> RowReading:
    """A line as an entry or blank; the name of an entry is proved by its kana."""
    if all(one.text == "" and one.state is State.ACCEPTED for one in cells):
        return RowReading(BLANK, tuple(cells))
    found = list(cells)
    kinds = [column.kind for column in columns]
    if "name" in kinds and "kana" in kinds:
        place = kinds.index("name")
        found[place] = _proved_name(found[place], found[kinds.index("kana")])
    return RowReading(ENTRY, tuple(found))


def _proved_name(name: CellReading, kana: CellReading) -> CellReading:
    """The name with a doubt where its surname cannot be read as the kana begin."""
    if name.state is not State.ACCEPTED or not name.text or not kana.text or name.ditto or kana.ditto:
        return name
    plain, sounds = name.text.replace(" ", ""), kana.text.replace(" ", "")
    for length in range(1, min(_LONGEST_SURNAME, len(plain)) + 1):
        if any(sounds.startswith(reading) for reading in readings_of(plain[:length])):
            return replace(name, proved=True)
    note = "フリガナから確かめられない氏名です。画像を見て確かめてください。"
    return replace(name, state=State.ASK, note=note)


def with_dittos(rows: Sequence[RowReading], above: RowReading | None = None) -> list[RowReading]:
    """Every ditto mark with the value of the row above it; `above` is the last entry of the page before."""
    done: list[RowReading] = []
    last = above
    for row in rows:
        if row.kind == ENTRY:
            cells = [
                _resolved(one, last.cells[place] if last and place < len(last.cells) else None)
                for place, one in enumerate(row.cells)
            ]
            row = RowReading(ENTRY, tuple(cells))
            last = row
        done.append(row)
    return done


def _resolved(one: CellReading, above: CellReading | None) -> CellReading:
    """A ditto mark stands for what is above it, as sure as that is."""
    if not one.ditto or one.value is not None:
        return one
    if above is None or above.value is None:
        note = "「同上」の印ですが、上の行に内容がありません。画像を見て入力してください。"
        return replace(one, state=State.REJECTED, note=note)
    chance = min(one.confidence, above.confidence)
    if above.state is State.ACCEPTED and one.confidence > 0.5:
        return replace(one, value=above.value, confidence=chance)
    note = "上の行と同じという印です。上の行とあわせて確かめてください。"
    return replace(one, value=above.value, confidence=chance, state=State.ASK, note=note)
