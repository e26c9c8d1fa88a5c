"""The places of an older form as an officer draws them: which field of the procedure stands where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forms.definition import Field, Procedure
from forms.rendering.geometry import Rect, Role, Zone
from ocr.older_forms import FREE, cells_in
from office.records.older_forms import OlderFormRefused
from office.records.sheets import layout_of

SHAPES: dict[Role, str] = {
    "line": "わく・行（自由に書く）",
    "cells": "ます（1ますに1文字）",
    "check": "□に印を付ける",
    "circle": "印刷した語を○で囲む",
}
MOST_ZONES, MOST_CELLS = 200, 40
SMALLEST = 2.0
LONGEST_NAME = 30
_MARKED = ("check", "circle")
_PARTS = {
    "family": "氏", "given": "名", "family_kana": "フリガナ（氏）", "given_kana": "フリガナ（名）",
    "kana": "フリガナ（氏名続けて）", "year": "年", "month": "月", "day": "日", "era": "元号",
    "postal_code": "郵便番号", "street": "住所", "building": "方書（建物名）", "area": "市外局番",
    "exchange": "市内局番", "subscriber": "加入者番号", "bank": "金融機関", "branch": "支店",
    "bank_code": "金融機関コード", "branch_code": "支店コード", "number": "口座番号", "kind": "預金の種類",
    "holder_kana": "名義（カナ）",
}  # fmt: skip
# Places of older forms that our own forms part: all of it on one line.
_WHOLE = {
    "name": (("", "氏名（続けて）"), ("kana", "フリガナ（氏名続けて）")),
    "date": (("", "日付（1行で）"),),
    "telephone": (("", "電話番号（1行で）"),),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a zone may stand for. `key` is what the page sends; an `option` is one word to be marked."""

    key: str
    label: str
    field: str
    kind: str
    part: str
    option: str | None


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The places of one field, with its label."""

    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One zone as the page sends it, as typed; `place` is a key, empty for one with a `name` of its own."""

    place: str
    name: str
    shape: str
    count: str
    box: tuple[str, str, str, str]


def places_of(procedure: Procedure) -> tuple[PlaceGroup, ...]:
    """Every place of the procedure, grouped by its field, in the order of its own paper."""
    found: dict[str, dict[str, Place]] = {}
    sheet = layout_of(procedure)
    for zone in (*sheet.zones, *sheet.own):
        places = found.setdefault(zone.field, {})
        for part, label in _WHOLE.get(zone.kind, ()):
            _add(places, zone, part, None, label)
        _add(places, zone, zone.part, zone.option, _label_of(procedure, zone))
    return tuple(
        PlaceGroup(heading(procedure, path), tuple(places.values())) for path, places in found.items()
    )


def checked(procedure: Procedure, drawn: Iterable[Drawn], size: tuple[float, float]) -> tuple[Zone, ...]:
    """The zones as they are kept. Raises `OlderFormRefused` naming the first place that cannot be."""
    known = {place.key: place for group in places_of(procedure) for place in group.places}
    zones = [_zone(number, one, known, size) for number, one in enumerate(drawn, start=1)]
    if len(zones) > MOST_ZONES:
        raise OlderFormRefused(f"欄は{MOST_ZONES}個までです。")
    seen: dict[tuple[str, str, str | None], int] = {}
    for number, zone in enumerate(zones, start=1):
        same = seen.setdefault((zone.field, zone.part, zone.option), number)
        if same != number:
            raise OlderFormRefused(f"{same}番と{number}番が同じ項目です。どちらかを選び直してください。")
    return tuple(zones)


def drawn_of(zone: Zone) -> Drawn:
    """A kept zone as the page sends it."""
    rect = zone.rect
    name = zone.field.removeprefix(FREE) if zone.field.startswith(FREE) else ""
    box = (f"{rect.x:g}", f"{rect.y:g}", f"{rect.width:g}", f"{rect.height:g}")
    return Drawn(key_of(zone), name, zone.role, str(len(zone.cells) or 8), box)


def key_of(zone: Zone) -> str:
    """The key of the place a zone stands for; empty for one with a name of its own."""
    return "" if zone.field.startswith(FREE) else _key(zone.field, zone.part, zone.option)


def _add(places: dict[str, Place], zone: Zone, part: str, option: str | None, label: str) -> None:
    key = _key(zone.field, part, option)
    places.setdefault(key, Place(key, label, zone.field, zone.kind, part, option))


def _key(field: str, part: str, option: str | None) -> str:
    return "|".join((field, part, option or ""))


def _zone(number: int, one: Drawn, known: dict[str, Place], size: tuple[float, float]) -> Zone:
    rect = _rect(number, one.box, size)
    role = next((shape for shape in SHAPES if shape == one.shape), None)
    if role is None:
        raise OlderFormRefused(f"{number}番の書き方を選んでください。")
    cells = cells_in(rect, _count(number, one.count)) if role == "cells" else ()
    if not one.place:
        name = one.name.strip()
        if not name or len(name) > LONGEST_NAME:
            raise OlderFormRefused(
                f"{number}番の項目を選ぶか、名前を{LONGEST_NAME}文字までで入力してください。"
            )
        if role in _MARKED:
            raise OlderFormRefused(f"{number}番：印を付ける欄には、手続の項目を選んでください。")
        return Zone(f"{FREE}{name}", "text", role, 1, rect, cells)
    place = known.get(one.place)
    if place is None:
        raise OlderFormRefused(f"{number}番の項目がこの手続にありません。選び直してください。")
    if (place.option is not None) != (role in _MARKED):
        raise OlderFormRefused(f"{number}番「{place.label}」の書き方が項目と合いません。選び直してください。")
    return Zone(place.field, place.kind, role, 1, rect, cells, place.option, place.part)


def _rect(number: int, box: tuple[str, str, str, str], size: tuple[float, float]) -> Rect:
    try:
        x, y, width, height = (round(float(value), 2) for value in box)
    except ValueError:
        raise OlderFormRefused(f"{number}番の位置と大きさを、ミリメートルの数で入力してください。") from None
    inside = x >= 0 and y >= 0 and x + width <= size[0] + 0.01 and y + height <= size[1] + 0.01
    if not inside or min(width, height) < SMALLEST:
        raise OlderFormRefused(f"{number}番が用紙からはみ出しているか、小さすぎます（{SMALLEST:g}mm以上）。")
    return Rect(x, y, width, height)


def _count(number: int, typed: str) -> int:
    count = int(typed) if typed.isascii() and typed.isdigit() else 0
    if not 1 <= count <= MOST_CELLS:
        raise OlderFormRefused(f"{number}番のますの数を、1から{MOST_CELLS}までで入力してください。")
    return count


def heading(procedure: Procedure, path: str) -> str:
    """The label of a field, or of a person's column: 「同じ世帯の人 1人目の氏名」."""
    if path.startswith("paper."):
        return {"paper.signature": "署名", "paper.filed_on": "届出の日"}.get(path, path)
    holder = _holder(procedure, path)
    if path == holder.name:
        return holder.label.text("ja")
    row, _, column = path.removeprefix(f"{holder.name}.").rpartition(".")
    field = next((one for one in holder.fields if one.name == column), holder)
    person = f" {int(row) + 1}人目の" if row.isdigit() else " "
    return f"{holder.label.text('ja')}{person}{field.label.text('ja')}"


def _holder(procedure: Procedure, path: str) -> Field:
    fitting: Sequence[Field] = [
        one for one in procedure.fields if path == one.name or path.startswith(f"{one.name}.")
    ]
    return max(fitting, key=lambda one: len(one.name))


def _label_of(procedure: Procedure, zone: Zone) -> str:
    if zone.option is None:
        return _PARTS.get(zone.part, zone.part) or "記入欄"
    if zone.field.startswith("paper."):
        return zone.option
    holder = _holder(procedure, zone.field)
    column = next((one for one in holder.fields if zone.field.endswith(f".{one.name}")), holder)
    words = {option.value: option.label.text("ja") for option in column.options}
    words |= {"yes": "はい", "no": "いいえ"}
    return words.get(zone.option, zone.option)
