"""Which readings may be taken without a look (ocr.md §4).

A field has a probability of being right, from the agreement and margins of the engines and from what can be
checked outside (`ocr.features`, `ocr.calibration`); it is accepted from where the city's promise is kept.
Some doubts no probability removes: a repaired check digit, a kanji whose other form engines cannot tell, a
mark nobody can be sure of. An optional place without ink is accepted as empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds import kind
from forms.values.accounts import KINDS
from forms.values.addresses import LocalTowns
from forms.values.numbers import check
from ocr import places
from ocr.calibration import BARRED, BLANK, DRAWN, USUAL, Promise, calibration, chance_of
from ocr.digits.numbers import repaired
from ocr.doubts import UNSURE, doubt_of
from ocr.features import features_of
from ocr.lexicon.evidence import evidence_of
from ocr.lexicon.proofs import Evidence
from ocr.readings import FieldReading, PartReading, State
from ocr.stages.fields import SINGLE_CHOICE, Pieces, raw_value
from ocr.stages.zones import ZoneReading

_MANY = 4
_NAMES = {"yes": "はい", "no": "いいえ"}


def judged(
    pieces: Pieces, field: Field, needed: bool, towns: LocalTowns | None, promise: Promise = USUAL
) -> FieldReading:
    """The field with its value, probability and state. `needed` says that it may not stay empty."""
    if pieces.empty:
        return _empty(pieces, field, needed, promise)
    if pieces.kind == "signature":
        note = "" if pieces.texts[""].inked else "薄い署名です。画像を見て確かめてください。"
        return _weighed(pieces, field, True, note, promise)
    try:
        value, note = _value(pieces, field, towns)
    except InvalidValue as error:
        return _reading(pieces, field, None, State.REJECTED, error.message)
    if value is None:
        return _reading(pieces, field, None, State.REJECTED, note)
    outside = evidence_of(pieces, towns)
    note = note or doubt_of(pieces, outside)
    return _weighed(pieces, field, value, note, promise, outside)


def _weighed(
    pieces: Pieces,
    field: Field,
    value: JSON,
    note: str,
    promise: Promise,
    outside: Mapping[str, Evidence] = MappingProxyType({}),
) -> FieldReading:
    """Accepted where the probability keeps the promise and no `note` says that a person has to look."""
    model = calibration().of(pieces.kind)
    evidence = features_of(pieces, outside) | ({BARRED: 1.0} if note else {})
    sure = model.chance(evidence) >= promise.from_chance(pieces.kind, model)
    state = State.ACCEPTED if sure and not note else State.ASK
    return _reading(pieces, field, value, state, note if note or sure else UNSURE, evidence)


def drawn(fields: Iterable[FieldReading], page: str, per_1000: int) -> tuple[FieldReading, ...]:
    """The fields of a page, so many of 1,000 accepted ones asked all the same. Which ones follows from the
    `page` (its hash) and their names: the same page read again draws the same.
    """
    return tuple(_asked(one) if _is_drawn(one, page, per_1000) else one for one in fields)


def _is_drawn(one: FieldReading, page: str, per_1000: int) -> bool:
    lot = int.from_bytes(hashlib.sha256(f"{page} {one.name}".encode()).digest()[:4], "big") % 1000
    return lot < per_1000 and one.state is State.ACCEPTED and BLANK not in one.evidence


def _asked(one: FieldReading) -> FieldReading:
    note = "点検のために選ばれた欄です。画像と見比べてください。"
    return replace(one, state=State.ASK, note=note, evidence={**one.evidence, DRAWN: 1.0})


def _empty(pieces: Pieces, field: Field, needed: bool, promise: Promise) -> FieldReading:
    if needed:
        return _reading(pieces, field, None, State.REJECTED, "記入がありません。ご本人に確かめてください。")
    value: JSON = [] if pieces.kind == "choices" else None
    model = calibration().of(BLANK)
    sure = model.chance({}) >= promise.from_chance(BLANK, model)
    note = "" if sure else "空欄のようです。画像を見て確かめてください。"
    return _reading(pieces, field, value, State.ACCEPTED if sure else State.ASK, note, {BLANK: 1.0})


def _value(pieces: Pieces, field: Field, towns: LocalTowns | None) -> tuple[JSON, str]:
    """The value and why a person should look at it (empty: no reason). Raises `InvalidValue`."""
    if pieces.kind == "address":
        return _address(pieces, towns)
    if pieces.kind == "my_number":
        return _my_number(pieces, field)
    raw = raw_value(pieces)
    if raw is None:
        return None, _unmarked(pieces)
    return kind(field.kind).parse(field, raw), ""


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
    mended = repaired(read.opinion, "my-number") if read.opinion else None
    if mended is not None:
        where = "・".join(str(cell + 1) for cell in mended.cells)
        note = f"検査数字が合わないため、{where}けた目を直した番号を示しています。画像と見比べてください。"
        return kind(field.kind).parse(field, mended.text), note
    return None, "個人番号の検査数字が合いません。画像を見て入力してください。"


def _labels(field: Field) -> dict[str, str]:
    """The Japanese names of what can be marked."""
    return {**_NAMES, **KINDS, **{option.value: option.label.text("ja") for option in field.options}}


def _reading(
    pieces: Pieces,
    field: Field,
    value: JSON,
    state: State,
    note: str,
    evidence: Mapping[str, float] = MappingProxyType({}),
) -> FieldReading:
    opinions = [found.opinion for found in pieces.texts.values() if found.opinion]
    others = opinions[0].candidates if len(opinions) == 1 else ()
    return FieldReading(
        name=pieces.name,
        text=pieces.written(_labels(field)),
        value=value,
        confidence=chance_of(pieces.kind, evidence) if evidence else 0.0,
        state=state,
        box=pieces.box,
        note=note,
        candidates=tuple(text for text, _ in others[1:_MANY]),
        kind=pieces.kind,
        evidence=dict(evidence),
        parts=tuple(_part(part, found) for part, found in pieces.texts.items() if found.text),
    )


def _part(name: str, found: ZoneReading) -> PartReading:
    if found.opinion is None:
        return PartReading(name, found.text, 1.0)
    others = tuple(one for one in found.opinion.candidates if one[0] != found.text)
    return PartReading(name, found.text, found.opinion.confidence, others[:_MANY])
