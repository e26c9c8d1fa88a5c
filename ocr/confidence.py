"""Which readings may be taken without a look (ocr.md §4).

A field is accepted only when two engines agree after correction, its value is valid for its kind, and what
can be checked from outside holds: the postal code with the address, a check digit, kana with a name's
spelling. An optional place without ink is accepted as empty. One engine's own confidence is never a reason.
"""

from __future__ import annotations

import math

from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds import kind
from forms.values.accounts import KINDS
from forms.values.addresses import LocalTowns
from forms.values.kana import is_katakana, to_katakana
from forms.values.numbers import check
from ocr import places
from ocr.features import features_of
from ocr.marks import Mark
from ocr.readings import FieldReading, PartReading, State
from ocr.spelling import UNTOLD
from ocr.stages.fields import SINGLE_CHOICE, Pieces, raw_value
from ocr.stages.hints import known_readings
from ocr.stages.zones import ZoneReading

ACCEPTED_FROM = 0.9
"""The joint probability from which an agreed text is accepted."""

UNPROVED_KANA_FROM = 0.97
"""The same for kana whose kanji say nothing of their reading."""

_MANY = 4
_NAMES = {"yes": "はい", "no": "いいえ"}


def judged(pieces: Pieces, field: Field, needed: bool, towns: LocalTowns | None) -> FieldReading:
    """The field with its value and state. `needed` says that it may not stay empty."""
    if pieces.empty:
        return _empty(pieces, field, needed)
    if pieces.kind == "signature":
        note = "" if pieces.texts[""].inked else "薄い署名です。画像を見て確かめてください。"
        return _reading(pieces, field, True, State.ASK if note else State.ACCEPTED, note)
    try:
        value, note = _value(pieces, field, towns)
    except InvalidValue as error:
        return _reading(pieces, field, None, State.REJECTED, error.message)
    if value is None:
        return _reading(pieces, field, None, State.REJECTED, note)
    note = note or _doubt(pieces)
    return _reading(pieces, field, value, State.ASK if note else State.ACCEPTED, note)


def _empty(pieces: Pieces, field: Field, needed: bool) -> FieldReading:
    if needed:
        return _reading(pieces, field, None, State.REJECTED, "記入がありません。ご本人に確かめてください。")
    value: JSON = [] if pieces.kind == "choices" else None
    return _reading(pieces, field, value, State.ACCEPTED, "")


def _value(pieces: Pieces, field: Field, towns: LocalTowns | None) -> tuple[JSON, str]:
    """The value and why a person should look at it (empty: no reason). Raises `InvalidValue`."""
    if pieces.kind == "address":
        return _address(pieces, towns)
    if pieces.kind == "my_number":
        return _my_number(pieces, field)
    raw = raw_value(pieces)
    if raw is None:
        return None, _unmarked(pieces)
    value = kind(field.kind).parse(field, raw)
    return value, _name_doubt(pieces) if pieces.kind == "name" else ""


def _unmarked(pieces: Pieces) -> str:
    if pieces.kind in SINGLE_CHOICE or pieces.marks:
        return "印が1つに決まりません。画像を見て選んでください。"
    return "書かれていない欄があります。画像を見て入力してください。"


def _address(pieces: Pieces, towns: LocalTowns | None) -> tuple[JSON, str]:
    code, street, building = (pieces.text(part) for part in ("postal_code", "street", "building"))
    found = places.proved(street, building, places.towns_at(code, towns))
    if found is not None:
        return dict(found.to_json()), ""
    if not street:
        return None, "住所の行が空です。郵便番号から入力してください。"
    return dict(places.unproved(street, building, code).to_json()), "郵便番号と住所が合うか確かめてください。"


def _my_number(pieces: Pieces, field: Field) -> tuple[JSON, str]:
    """The number; one whose check digit fails is repaired for a person to confirm, never accepted."""
    read = pieces.texts[""]
    if check("my-number", read.text).valid:
        return kind(field.kind).parse(field, read.text), ""
    for candidate, _ in read.opinion.candidates if read.opinion else ():
        if check("my-number", candidate).valid:
            note = "検査数字が合わないため、合う番号を示しています。画像と1けたずつ確かめてください。"
            return kind(field.kind).parse(field, candidate), note
    return None, "個人番号の検査数字が合いません。画像を見て入力してください。"


def _name_doubt(pieces: Pieces) -> str:
    """Doubts about a name that agreement of engines cannot remove."""
    for part in ("family", "given"):
        spelling, reading = pieces.text(part), pieces.text(f"{part}_kana")
        untold = next((character for character in spelling if character in UNTOLD), None)
        if untold:
            return f"「{untold}」の字体を画像で確かめてください。"
        as_kana = to_katakana(spelling)
        if spelling and is_katakana(as_kana) and as_kana != reading:
            return "氏名とフリガナが合いません。画像を見て確かめてください。"
        if spelling and reading and not len(spelling) / 2 <= len(reading) <= len(spelling) * 5:
            return "氏名とフリガナの長さが合いません。画像を見て確かめてください。"
    return _surname_doubt(pieces)


def _surname_doubt(pieces: Pieces) -> str:
    """A surname is proved by its kana: engines agree on a wrong kanji where neither knows the right one."""
    surname, reading = pieces.text("family"), pieces.text("family_kana")
    known = known_readings({"family": surname}, "family")
    if surname and not known:
        return f"「{surname}」は読みから確かめられない氏です。画像を見て確かめてください。"
    if reading and known and reading not in known:
        return f"「{surname}」の読みとしては珍しいフリガナです。画像を見て確かめてください。"
    return ""


def _needed_chance(pieces: Pieces, part: str) -> float:
    """From which probability a part is accepted: kana need more where the kanji do not prove them."""
    if not part.endswith("_kana"):
        return ACCEPTED_FROM
    spelling = part.removesuffix("_kana")
    known = known_readings({spelling: pieces.text(spelling)}, spelling)
    return ACCEPTED_FROM if pieces.text(part) in known else UNPROVED_KANA_FROM


def _doubt(pieces: Pieces) -> str:
    """Why the pieces themselves are in doubt; empty when they are not."""
    if any(found.mark is Mark.DOUBT for found in pieces.marks.values()):
        return "印がはっきりしない□があります。画像を見て確かめてください。"
    unsure = [found for part, found in pieces.texts.items() if not _sure(found, _needed_chance(pieces, part))]
    if not unsure:
        return ""
    if any(found.faint for found in unsure):
        return "薄い書き込みがあります。画像を見て確かめてください。"
    return "読み取りに確信がありません。画像と見比べてください。"


def _sure(found: ZoneReading, chance: float) -> bool:
    if found.opinion is None:
        return found.empty
    settled = found.opinion.agreed and found.opinion.confidence >= chance
    return settled and not found.broken and bool(found.text)


def _labels(field: Field) -> dict[str, str]:
    """The Japanese names of what can be marked."""
    return {**_NAMES, **KINDS, **{option.value: option.label.text("ja") for option in field.options}}


def _reading(pieces: Pieces, field: Field, value: JSON, state: State, note: str) -> FieldReading:
    opinions = [found.opinion for found in pieces.texts.values() if found.opinion]
    marks = [0.5 if found.mark is Mark.DOUBT else 0.999 for found in pieces.marks.values()]
    chance = math.prod([*(opinion.confidence for opinion in opinions), *marks])
    others = opinions[0].candidates if len(opinions) == 1 else ()
    return FieldReading(
        name=pieces.name,
        text=pieces.written(_labels(field)),
        value=value,
        confidence=chance,
        state=state,
        box=pieces.box,
        note=note,
        candidates=tuple(text for text, _ in others[1:_MANY]),
        kind=pieces.kind,
        evidence=features_of(pieces, {}),
        parts=tuple(_part(part, found) for part, found in pieces.texts.items() if found.text),
    )


def _part(name: str, found: ZoneReading) -> PartReading:
    if found.opinion is None:
        return PartReading(name, found.text, 1.0)
    others = tuple(one for one in found.opinion.candidates if one[0] != found.text)
    return PartReading(name, found.text, found.opinion.confidence, others[:_MANY])
