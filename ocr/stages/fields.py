"""From zones to fields: the texts and marks of a field put together to what was written there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.rendering.geometry import Rect
from ocr.marks import Mark, MarkReading
from ocr.stages.zones import ZoneReading
from ocr.surnames import readings_of

SINGLE_CHOICE = ("choice", "yes_no", "consent")
_ALIKE = 1.5
_UNITS = {"year": "年", "month": "月", "day": "日"}


@dataclass(frozen=True, slots=True)
class Pieces:
    """Everything read for one field: `texts` of cells and lines by part, `marks` of check boxes by option."""

    name: str
    kind: str
    texts: Mapping[str, ZoneReading]
    marks: Mapping[str, MarkReading]

    def text(self, part: str = "") -> str:
        """The text of a part, empty when nothing stands there."""
        return self.texts[part].text if part in self.texts else ""

    def marked(self) -> tuple[str, ...]:
        """The options whose box is marked for sure; else the only one in doubt, which is never accepted.

        Where more than one may be marked, all that look marked by the same hand, see `_by_one_hand`.
        """
        sure = tuple(option for option, found in self.marks.items() if found.mark is Mark.ON)
        doubtful = tuple(option for option, found in self.marks.items() if found.mark is Mark.DOUBT)
        several = _by_one_hand(self.marks) if self.kind == "choices" else ()
        return several or sure or (doubtful if len(doubtful) == 1 else ())

    @property
    def empty(self) -> bool:
        """Whether nothing at all was written or marked, and nothing faint either."""
        unmarked = all(found.mark is Mark.OFF for found in self.marks.values())
        return unmarked and all(found.empty for found in self.texts.values())

    @property
    def box(self) -> Rect:
        """The hull of the field's zones in mm."""
        rects = [one.zone.rect for one in self.texts.values()] + [
            one.zone.rect for one in self.marks.values()
        ]
        left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
        right, bottom = max(rect.right for rect in rects), max(rect.bottom for rect in rects)
        return Rect(left, top, round(right - left, 2), round(bottom - top, 2))

    def telephone(self) -> str:
        """The groups of a telephone number that are filled in, joined by hyphens."""
        if "" in self.texts:
            return self.text()
        groups = (self.text(part) for part in ("area", "exchange", "subscriber"))
        return "-".join(group for group in groups if group)

    def written(self, labels: Mapping[str, str]) -> str:
        """Everything read, as a person would say it; `labels` are the names of options."""
        if self.kind == "date" and "" not in self.texts:
            era = self.marked()[0] if len(self.marked()) == 1 else ""
            return era + "".join(f"{self.text(part)}{unit}" for part, unit in _UNITS.items())
        if self.kind == "telephone":
            return self.telephone()
        chosen = "、".join(labels.get(option, option) for option in self.marked())
        return " ".join(
            [*(one.text for one in self.texts.values() if one.text), *([chosen] if chosen else [])]
        )


def _by_one_hand(marks: Mapping[str, MarkReading]) -> tuple[str, ...]:
    """The options marked for sure, and those in doubt with no more ink than these: a mark that was taken
    back has more than the others, but a hand that blackens its boxes blackens all of them.
    """
    usual = max((found.share for found in marks.values() if found.mark is Mark.ON), default=1.0)
    return tuple(
        option
        for option, found in marks.items()
        if found.mark is Mark.ON or (found.proposed and found.share <= _ALIKE * usual)
    )


def pieces_of(texts: Sequence[ZoneReading], marks: Sequence[MarkReading]) -> tuple[Pieces, ...]:
    """Readings grouped by field, in the order of the zones on the sheet."""
    kinds: dict[str, str] = {}
    parts: dict[str, dict[str, ZoneReading]] = {}
    options: dict[str, dict[str, MarkReading]] = {}
    every: list[ZoneReading | MarkReading] = [*texts, *marks]
    for one in sorted(every, key=lambda one: (one.zone.rect.y, one.zone.rect.x)):
        zone = one.zone
        kinds.setdefault(zone.field, zone.kind)
        if isinstance(one, MarkReading):
            options.setdefault(zone.field, {})[zone.option or ""] = one
        else:
            parts.setdefault(zone.field, {})[zone.part] = one
    return tuple(
        Pieces(name, kind, parts.get(name, {}), options.get(name, {})) for name, kind in kinds.items()
    )


def raw_value(pieces: Pieces) -> Any:
    """The pieces as the field's kind takes them (`forms.kinds.Kind.parse`); addresses are made elsewhere."""
    marked = pieces.marked()
    if pieces.kind == "choices":
        return list(marked)
    if pieces.kind in SINGLE_CHOICE:
        return marked[0] if len(marked) == 1 else None
    if pieces.kind == "name":
        return _name(pieces)
    if pieces.kind == "account":
        return _account(pieces, marked)
    if pieces.kind == "date":
        return _date(pieces, marked)
    if pieces.kind == "telephone":
        return pieces.telephone()
    return pieces.text()


def _name(pieces: Pieces) -> dict[str, str]:
    """The parts of a name; older forms have one place for all of it, and one for its kana."""
    parts = {part: pieces.text(part) for part in ("family", "given", "family_kana", "given_kana")}
    for part, ending in (("", ""), ("kana", "_kana")):
        if part in pieces.texts:
            parts[f"family{ending}"], parts[f"given{ending}"] = _parted(pieces.text(part))
    return parts


def _parted(whole: str) -> tuple[str, str]:
    """A name written in one place as surname and given name: at its gap, else after a known surname."""
    words = whole.split()
    if len(words) > 1:
        return words[0], "".join(words[1:])
    known = next((end for end in (2, 3, 1) if len(whole) > end and readings_of(whole[:end])), len(whole))
    return whole[:known], whole[known:]


def _date(pieces: Pieces, marked: tuple[str, ...]) -> str | None:
    """The date as written; the paper's own filing date has 令和 printed before it."""
    if "" in pieces.texts:
        return pieces.text() or None
    if pieces.marks and len(marked) != 1:
        return None
    era = marked[0] if marked else "令和"
    year, month, day = (pieces.text(part).lstrip("0") for part in _UNITS)
    if not (year and month and day):
        return None
    return f"{'' if era == '西暦' else era}{year}年{month}月{day}日"


def _account(pieces: Pieces, marked: tuple[str, ...]) -> dict[str, str]:
    texts = {part: pieces.text(part) for part in pieces.texts}
    return {**texts, "kind": marked[0] if len(marked) == 1 else ""}
