"""What is pre-printed in each zone of a sheet from a record: letters, a line of text, or a tick."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.rendering.drawers import BIRTH_ERAS
from forms.rendering.errors import DoesNotFit
from forms.rendering.geometry import Zone
from forms.values.dates import EraDate, show_era
from forms.values.numbers import mask

Record = Mapping[str, Any]


def value_at(record: Record, path: str) -> Any:
    """The value at a zone's path, None where the record has nothing.

    A path is a field's name, which may hold dots itself (`moving.to`), and for people the number of the
    person and the column (`members.0.name`).
    """
    names = [name for name in record if path == name or path.startswith(f"{name}.")]
    if not names:
        return None
    name = max(names, key=len)
    value: Any = record[name]
    for key in path[len(name) + 1 :].split(".") if path != name else ():
        if isinstance(value, list):
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value


def is_ticked(zone: Zone, value: Any) -> bool:
    """Whether the check box `zone` is ticked when the field has `value`."""
    if value is None:
        return False
    if zone.part == "era":
        return zone.option == _era(zone, date.fromisoformat(value))[0]
    if zone.part == "kind":
        return bool(zone.option == value.get("kind"))
    if isinstance(value, bool):
        return (zone.option == "yes") is value
    return zone.option in value if isinstance(value, list) else zone.option == value


def text_for(zone: Zone, value: Any) -> str:
    """The text pre-printed in a zone of cells or a free line; a 個人番号 always masked."""
    if value is None or value == "":
        return ""
    if zone.kind == "date":
        return _date_part(zone, date.fromisoformat(value))
    if zone.kind == "my_number":
        return mask(str(value))
    if zone.kind == "telephone":
        return _telephone_part(zone.part, str(value))
    if zone.kind == "address":
        return _address_part(zone.part, value)
    if isinstance(value, Mapping):
        return str(value.get(zone.part) or "")
    return "、".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _era(zone: Zone, day: date) -> tuple[str, int]:
    """Era and year as the form offers them: births before 大正 are written in 西暦."""
    written = EraDate.of(day)
    if written.era in {era for era, _ in BIRTH_ERAS}:
        return written.era, written.year
    if zone.kind == "date" and "birth" not in zone.field:
        raise DoesNotFit(f"「{show_era(day)}」は、用紙の元号の欄にありません。日付を確かめてください。")
    return "西暦", day.year


def _date_part(zone: Zone, day: date) -> str:
    if zone.part == "year":
        return f"{_era(zone, day)[1]:02d}"
    return f"{day.month if zone.part == 'month' else day.day:02d}"


def _telephone_part(part: str, telephone: str) -> str:
    groups = telephone.split("-")
    digits = telephone.replace("-", "")
    if len(groups) != 3:
        groups = [digits[:-8], digits[-8:-4], digits[-4:]]
    return dict(zip(("area", "exchange", "subscriber"), groups, strict=True))[part]


def _address_part(part: str, address: Mapping[str, str]) -> str:
    if part == "postal_code":
        return address.get("postal_code", "").replace("-", "")
    if part == "building":
        return address.get("building", "")
    return "".join(address.get(key, "") for key in ("prefecture", "city", "town", "block"))
