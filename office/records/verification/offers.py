"""What is offered for a doubt: the other texts that were weighed, each as a value that could be stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Any

from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds import kind
from forms.values.addresses import LocalTowns
from ocr import places
from ocr.readings import FieldReading, PartReading
from office import clock
from office.records.verification.rows import Row

MOST = 5
_ERAS = ("昭和", "平成", "令和", "大正")
_AHEAD = timedelta(days=3 * 366)
_SURE = 0.97
_WEIGHED = 0.02
_OFFERED = 0.01
_PLAIN = ("my_number", "digits", "text", "kana")
_NAME = ("family", "given", "family_kana", "given_kana")


@dataclass(frozen=True, slots=True)
class Offer:
    """Another value, and how people read it; `against` is the text it has to be told from."""

    text: str
    value: JSON
    against: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text, the characters marked in which it is other than `against`."""
        other = [False] * len(self.text)
        for what, _, _, start, end in _changes(self.against, self.text):
            other[start:end] = [what != "equal"] * (end - start)
        return tuple(_stretches(self.text, other))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether its characters are in doubt."""

    text: str
    doubtful: bool


def offers(row: Row, towns: LocalTowns | None = None) -> tuple[Offer, ...]:
    """Other values for a row, the likeliest first; none for what is marked instead of written.

    `towns` are the city's own.
    """
    reading = row.reading
    if reading is None or row.field.kind in ("choice", "choices", "yes_no", "consent"):
        return ()
    found: dict[str, Offer] = {}
    for _, raw in sorted(_variants(row.field, reading, towns), key=lambda one: -one[0]):
        try:
            value = kind(row.field.kind).parse(row.field, raw)
        except InvalidValue:
            continue
        text = _told(row.field, value, reading.value)
        if value != reading.value and text and not _far_ahead(row.field, value):
            found.setdefault(text, Offer(text, value, _told(row.field, reading.value, value)))
    return tuple(found.values())[:MOST]


def show(field: Field, value: JSON) -> str:
    """A value as a clerk compares it: a number in full, a name with its reading."""
    if value is None:
        return ""
    if isinstance(value, str) and field.kind in ("my_number", "digits", "text"):
        return value
    if field.kind == "name" and isinstance(value, dict):
        texts = [str(value.get(part) or "") for part in _NAME]
        return "　".join(" ".join(filter(None, pair)) for pair in (texts[:2], texts[2:]) if any(pair))
    return kind(field.kind).show(field, value, "ja")


def pieces(part: PartReading) -> tuple[Piece, ...]:
    """The text of a part, the characters marked in which likely other texts differ; all of them when the
    whole is unsure and nothing else was weighed.
    """
    doubtful = [False] * len(part.text)
    weighed = [text for text, chance in part.others if chance >= _WEIGHED]
    for text in weighed:
        for what, start, end, _, _ in _changes(part.text, text):
            for place in range(start, end if what != "insert" else min(start + 1, len(doubtful))):
                doubtful[place] = doubtful[place] or what != "equal"
    if part.confidence < _SURE and not any(doubtful):
        doubtful = [True] * len(doubtful)
    return tuple(_stretches(part.text, doubtful))


def unsure_parts(reading: FieldReading) -> tuple[str, ...]:
    """The parts that are in doubt, the least sure one at least; none where the field has only one."""
    if len(reading.parts) < 2:
        return ()
    least = min(part.confidence for part in reading.parts)
    return tuple(part.name for part in reading.parts if part.confidence < max(_SURE, least + 1e-9))


def corrected(row: Row) -> str:
    """What stood on the paper according to the engines, where what is proposed is something else."""
    reading = row.reading
    if (
        reading is None
        or reading.value is None
        or row.field.kind not in ("my_number", "digits", "text", "kana")
    ):
        return ""
    read = re.sub(r"\s", "", reading.text)
    return reading.text if read != re.sub(r"\s", "", show(row.field, reading.value)) else ""


def _told(field: Field, value: JSON, read: JSON) -> str:
    """A value as it is offered: of one with parts only those that are other than what was read."""
    if isinstance(value, dict) and isinstance(read, dict):
        return "　".join(str(text) for part, text in value.items() if text and text != read.get(part))
    return show(field, value)


def _far_ahead(field: Field, value: JSON) -> bool:
    """Whether a date lies further ahead than anything applied for: 令和47年 was meant as 昭和47年."""
    return field.kind == "date" and str(value) > (clock.today() + _AHEAD).isoformat()


def _changes(before: str, after: str) -> list[tuple[str, int, int, int, int]]:
    """How one text becomes another; nothing where there is nothing to compare with."""
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes()) if before else []


def _stretches(text: str, doubtful: list[bool]) -> Iterator[Piece]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or doubtful[place] != doubtful[start]:
            yield Piece(text[start:place], doubtful[start])
            start = place


def _variants(field: Field, reading: FieldReading, towns: LocalTowns | None) -> Iterator[tuple[float, Any]]:
    """Raw values with one part replaced, each with its probability against that of the text read."""
    texts = {part.name: part.text for part in reading.parts}
    for part in reading.parts:
        for other, chance in part.others:
            if chance < _OFFERED * part.confidence:
                continue
            raw = _raw(field, reading, {**texts, part.name: other}, towns)
            if raw is not None:
                yield chance / max(part.confidence, 0.01), raw
    if field.kind == "date" and not re.match(r"\D", reading.text):  # no era, or more than one, is marked
        yield from ((0.5 / (place + 1), f"{era}{reading.text}") for place, era in enumerate(_ERAS))
    if not reading.parts:
        yield from ((1.0 / (place + 1), text) for place, text in enumerate(reading.candidates))


def _raw(field: Field, reading: FieldReading, texts: Mapping[str, str], towns: LocalTowns | None) -> Any:
    """Parts as the field's kind takes them; None where they make no value."""
    if field.kind == "name":
        return {part: texts.get(part, "") for part in _NAME}
    if field.kind == "telephone":
        groups = (texts.get(part, "") for part in ("area", "exchange", "subscriber"))
        return "-".join(filter(None, groups))
    if field.kind == "date":
        era = re.match(r"\D*", reading.text)
        year, month, day = (texts.get(part, "").lstrip("0") for part in ("year", "month", "day"))
        return f"{era[0].replace('西暦', '') if era else ''}{year}年{month}月{day}日"
    if field.kind == "account":
        known = reading.value if isinstance(reading.value, dict) else {}
        return {**known, **texts} if known else None
    if field.kind == "address":
        return _address(texts, towns)
    return texts.get("")


def _address(texts: Mapping[str, str], towns: LocalTowns | None) -> dict[str, str] | None:
    """The address, where the postal code proves it: others are no better than what was read."""
    code, street, building = (texts.get(part, "") for part in ("postal_code", "street", "building"))
    found = places.proved(street, building, places.towns_at(code, towns))
    return dict(found.to_json()) if found is not None else None
