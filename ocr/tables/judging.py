"""From what was read to cells with a state: ditto marks resolved, names proved by their kana, doubts told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.lexicon.evidence import open_forms
from ocr.readings import State
from ocr.stages.crops import dashes
from ocr.tables.cells import Written
from ocr.tables.columns import Column
from ocr.tables.ink import miscounted, unread
from ocr.tables.people import Person
from ocr.tables.reading import LineOpinion
from ocr.tables.results import BLANK, ENTRY, CellReading, Place, RowReading
from ocr.tables.values import DITTOS, meaning

ACCEPTED_FROM = 0.9
COARSE_FROM, COARSE_UNPROVED_FROM = 0.98, 0.995
UNPROVED_FROM = 0.97
"""From which joint probability two agreeing engines are believed; more where nothing else proves a text."""

NEVER_DITTO = ("serial",)
"""Running numbers do not repeat: what looks like a ditto mark there is a digit."""
_BY_SHAPE = 0.95

_UNSURE = "読み取りに確信がありません。画像と見比べてください。"
_UNREAD = "読み取れなかった文字があるかもしれません。画像と見比べてください。"
_UNPROVED_KANA = "氏名の読みとして確かめられないフリガナです。画像を見て確かめてください。"
_CHECKED = ("serial", "amount", "date", "day", "name", "kana")
_WORDS = ("text", "address")
_HYPHENED = ("address", "telephone", "number")


def cell(written: Written, opinions: Sequence[LineOpinion], column: Column) -> CellReading:
    """One cell by itself."""
    box = place_of(written)
    if not opinions:
        note = "薄い書き込みがあります。画像を見て確かめてください。" if written.faint else ""
        return CellReading("", None, 0.5 if note else 1.0, State.ASK if note else State.ACCEPTED, box, note)
    text = "".join(one.spaced for one in opinions)
    chance = min(one.opinion.confidence for one in opinions)
    if column.kind not in NEVER_DITTO and (written.ditto or DITTOS.fullmatch(text)):
        sure = max(chance, _BY_SHAPE) if written.ditto else chance if chance >= ACCEPTED_FROM else 0.5
        mark = text if DITTOS.fullmatch(text) else "〃"
        return CellReading(mark, None, sure, State.ACCEPTED, box, ditto=True)
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
    if not all(one.opinion.agreed and one.opinion.confidence >= _needed(one, column) for one in opinions):
        return _UNSURE
    if any(_lost(one) for one in opinions):
        return _UNREAD
    if column.kind in _WORDS and any(one.coarse and not _as_read(one) for one in opinions):
        return _UNSURE
    forms = [form for one in opinions for form in open_forms(one.opinion)] if column.kind == "name" else []
    if forms:
        return f"「{forms[0]}」かもしれません。字体を画像で確かめてください。"
    if column.kind in _HYPHENED and sum(map(dashes, written.lines)) > text.count("-") + text.count("一"):
        return "ハイフンの数が合いません。画像と見比べてください。"
    return ""


def _needed(one: LineOpinion, column: Column) -> float:
    """The joint probability from which a line is believed."""
    if one.coarse:
        return COARSE_FROM if column.kind in _CHECKED else COARSE_UNPROVED_FROM
    return UNPROVED_FROM if column.kind in ("name", "kana", "number") else ACCEPTED_FROM


def _as_read(one: LineOpinion) -> bool:
    """Whether an engine read the text by itself: what words or towns made of a coarse line is looked at."""
    return any(reading.text == one.opinion.text for found in one.readings.values() for reading in found)


def _lost(one: LineOpinion) -> bool:
    """Whether the ink shows a letter or digit that the text has not."""
    text, readings = one.opinion.text, [reading for found in one.readings.values() for reading in found]
    return unread(text, readings, one.view.image) or miscounted(text, readings, one.view.image)


def row_of(
    cells: Sequence[CellReading], columns: Sequence[Column], person: Person | None = None
) -> RowReading:
    """A line as an entry or blank; `person` is its name as weighed with its kana."""
    if all(one.text == "" and one.state is State.ACCEPTED for one in cells):
        return RowReading(BLANK, tuple(cells))
    found = list(cells)
    if person is not None:
        name, kana = name_and_kana(columns)
        found[name] = _of_person(found[name], person)
        if not person.proved and found[kana].state is State.ACCEPTED:
            found[kana] = replace(found[kana], state=State.ASK, note=_UNPROVED_KANA)
    return RowReading(ENTRY, tuple(found))


def name_and_kana(columns: Sequence[Column]) -> tuple[int, int]:
    """The places of the first column of names and of kana; -1 where there is none."""
    kinds = [column.kind for column in columns]
    name, kana = (kinds.index(kind) if kind in kinds else -1 for kind in ("name", "kana"))
    return name, kana


def _of_person(name: CellReading, person: Person) -> CellReading:
    """The name with what its kana say of it."""
    if name.state is not State.ACCEPTED or not name.text or name.ditto:
        return name
    if person.note:
        return replace(name, state=State.ASK, note=person.note)
    return replace(name, proved=True)


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
