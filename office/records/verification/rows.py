"""The rows of a form: every place of the paper form with what was read there, and whether it is in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms.definition import JSON, Field, Labels, Procedure
from forms.kinds import kind
from ocr.readings import FieldReading, State
from office.records.sheets import Bundle, ScannedSheet, layout_of
from office.records.verification.shown import shown_of

SIGNATURE = "paper.signature"
_LINES = ("text", "kana", "telephone", "digits", "my_number", "number", "date")


@dataclass(frozen=True, slots=True)
class Row:
    """One place to write in on the form.

    `field` is the field (or the column of a person) with the path of the place as its name, `holder` the
    name of the procedure's field it belongs to. Without a picture (the sheet is missing) `reading` is None.
    `doubt` is what has to be done with it: nothing (""), `ask`, `enter`, `double` (read without doubt, and
    yet for two people to enter); `twice` says that two people have to agree on it, `machine_counts` that
    what was read without doubt is the first of the two entries. `needed`: it may not stay empty.
    `decided`: somebody has settled its doubt.
    """

    field: Field
    holder: str
    label: str
    sheet: ScannedSheet | None
    index: int
    reading: FieldReading | None
    doubt: str
    twice: bool = False
    machine_counts: bool = False
    needed: bool = False
    decided: bool = False

    @property
    def name(self) -> str:
        """The path (`applicant.name`, `copy.people.0.name`)."""
        return self.field.name

    @property
    def note(self) -> str:
        """Why a person should look, in Japanese."""
        if self.reading is not None and self.reading.note:
            return self.reading.note
        if self.doubt == "double":
            return "2人で入力する欄です。"
        if self.doubt != "enter":
            return ""
        if self.field.asked_of == "officer":
            return "職員が記入する欄です。確認した内容を入力してください。"
        return "" if self.reading is not None else "この欄の画像がありません。紙を見て入力してください。"

    @property
    def quiet(self) -> bool:
        """Nothing stands there and nothing has to."""
        empty = self.reading is None or not self.reading.value
        return empty and not self.doubt and self.name != SIGNATURE

    @property
    def read(self) -> str:
        """What was read, for people."""
        reading = self.reading
        if reading is None or self.name == SIGNATURE:
            return ""
        if reading.value is None or self.field.kind in ("my_number", "name"):
            return _in_words(self.field, reading.text)
        return kind(self.field.kind).show(self.field, reading.value, "ja")

    @property
    def initial(self) -> JSON:
        """What stands in the input before the officer has touched it."""
        reading = self.reading
        if reading is None:
            return None
        if self.name == SIGNATURE:
            return reading.state is State.ACCEPTED
        if reading.value is None:
            return reading.text.strip(" -") or None if self.field.kind in _LINES[:-1] else None
        if self.field.kind == "date":
            return kind("date").show(self.field, reading.value, "ja")
        return reading.value


def rows_of(bundle: Bundle) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """The form's sections with their rows, in the order of the paper; none for an unknown form."""
    if bundle.procedure is None:
        return ()
    places = _places(bundle.procedure)
    sections = [
        (section.label.text("ja"), tuple(_rows(bundle, places, section.fields)))
        for section in bundle.procedure.sections
    ]
    signed = tuple(_row(bundle, place) for place in places if place.holder == SIGNATURE)
    return tuple((label, rows) for label, rows in (*sections, ("署名", signed)) if rows)


@dataclass(frozen=True, slots=True)
class _Place:
    field: Field
    holder: str
    label: str
    needed: bool
    sheet: int


def _places(procedure: Procedure) -> tuple[_Place, ...]:
    """Every place to write in on the form, once, in the order of the paper."""
    sheet = layout_of(procedure)
    found: dict[str, _Place] = {}
    for zone in (*sheet.zones, *sheet.own):
        if zone.field not in found and (not zone.field.startswith("paper.") or zone.field == SIGNATURE):
            found[zone.field] = _place(procedure, zone.field, zone.page)
    return tuple(found.values())


def _place(procedure: Procedure, path: str, page: int) -> _Place:
    if path == SIGNATURE:
        field = Field(path, path, "consent", Labels("", (("ja", "署名"),)))
        return _Place(field, path, "署名", True, page)
    holder = max(
        (one for one in procedure.fields if path == one.name or path.startswith(f"{one.name}.")),
        key=lambda one: len(one.name),
    )
    needed = holder.required and holder.when is None
    if path == holder.name:
        return _Place(holder, path, holder.label.text("ja"), needed, page)
    row, _, column = path.removeprefix(f"{holder.name}.").rpartition(".")
    field = next(one for one in holder.fields if one.name == column)
    person = f"{int(row) + 1}人目の" if row else ""
    label = f"{holder.label.text('ja')} {person}{field.label.text('ja')}"
    asked = replace(field, name=path, asked_of=holder.asked_of)
    return _Place(asked, holder.name, label, needed and field.required and row in ("", "0"), page)


def _rows(bundle: Bundle, places: Sequence[_Place], fields: Sequence[Field]) -> Iterator[Row]:
    for field in fields:
        yield from (_row(bundle, place) for place in places if place.holder == field.name)


def _row(bundle: Bundle, place: _Place) -> Row:
    sheet = next((one for one in bundle.sheets if one.older or one.number == place.sheet), None)
    index, reading = next(_readings(sheet, place.field.name), (0, None))
    if reading is not None and sheet is not None and not sheet.older:
        reading = shown_of(bundle.procedure, reading, place.sheet)
    doubt = _doubt(place, reading)
    twice = _twice(bundle.procedure, place) and bool(doubt or (reading and reading.value is not None))
    doubt = doubt or ("double" if twice else "")
    counts = bundle.procedure is not None and bundle.procedure.machine_counts
    return Row(
        place.field, place.holder, place.label, sheet, index, reading, doubt, twice, counts, place.needed
    )


def _twice(procedure: Procedure | None, place: _Place) -> bool:
    """Whether the form asks for two people at this place."""
    asked = procedure.double_entry if procedure else ()
    return place.holder in asked or place.field.kind in asked


def _readings(sheet: ScannedSheet | None, name: str) -> Iterator[tuple[int, FieldReading]]:
    for index, reading in enumerate(sheet.fields if sheet else ()):
        if reading.name == name:
            yield index, reading


def _doubt(place: _Place, reading: FieldReading | None) -> str:
    if reading is not None and reading.state is State.ASK:
        return "ask"
    if reading is not None and reading.state is State.REJECTED:
        return "enter"
    nothing = reading is None or (reading.value is None and place.holder != SIGNATURE)
    return "enter" if nothing and place.needed else ""


def _in_words(field: Field, text: str) -> str:
    """The text with the values of marked options as their labels."""
    labels = {option.value: option.label.text("ja") for option in field.options}
    return "、".join(labels[word] for word in text.split()) if set(text.split()) <= set(labels) else text
