"""One doubt as it is put before a clerk: the picture, what was read, why it is asked, its neighbours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from forms.definition import JSON
from forms.entry import EntryForm, form_class
from forms.rendering.sheet import Rect
from office.accounts.actor import Actor
from office.masters import towns_of_city
from office.platform import Platform
from office.records.models.paper_decisions import DecisionKind, DoubtCause, DoubtState, PaperDoubt
from office.records.sheets import layout_of, open_page
from office.records.verification import decisions, queue, settling
from office.records.verification.cuts import framed
from office.records.verification.offers import Offer, Piece, corrected, offers, pieces, show, unsure_parts
from office.records.verification.rows import SIGNATURE, Row

_WIDEST, _HIGHEST, _CLOSEST = 760.0, 270.0, 14.0
_LOWER = {"address": 200.0, "account": 200.0}
_AROUND = 4.6
_MARKED = ("choice", "choices", "yes_no", "consent")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture cut out of the page: its place in mm, its size in CSS pixels, pixels a millimetre."""

    index: int
    box: Rect
    width: int
    height: int
    per_mm: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A field of the same page: what it is called, what stands there now, its picture."""

    label: str
    value: str
    here: bool
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything of one doubt."""

    doubt: PaperDoubt
    row: Row
    title: str
    why: str
    picture: Picture | None
    unsure: tuple[Rect, ...]
    offers: tuple[Offer, ...]
    corrected: str
    neighbours: tuple[Neighbour, ...]

    @property
    def blind(self) -> bool:
        """Whether the entry has to be made without seeing another's."""
        return bool(self.doubt.standing or self.doubt.by_machine) and self.doubt.state is DoubtState.OPEN

    @property
    def differs(self) -> bool:
        """Whether two people have entered different values."""
        return self.doubt.state is DoubtState.DIFFERS

    @property
    def proposed(self) -> bool:
        """Whether there is a value that Enter may take as right."""
        told = self.row.reading is not None and self.row.reading.value is not None
        return told and not self.blind and not self.differs

    @property
    def typing(self) -> bool:
        """Whether the cursor belongs in the first input: there is nothing to take as right."""
        return not (self.proposed or self.differs or self.offers) and self.row.field.kind not in _MARKED

    @property
    def signature(self) -> bool:
        """Whether it is about the signature."""
        return self.row.name == SIGNATURE

    def pieces(self, part: str) -> tuple[Piece, ...]:
        """The text of a part with its doubtful characters, where an input shows what was read."""
        if not self.proposed or self.row.reading is None:
            return ()
        return next((pieces(one) for one in self.row.reading.parts if one.name == part), ())

    def entry(self, typed: MultiDict[str, str] | None = None) -> EntryForm:
        """The inputs, with what was typed or read; empty for a second person."""
        hidden = self.blind or self.differs
        data = {} if hidden else {self.row.name: self._initial}
        return form_class([self.row.field], "ja")(typed, data=data)

    @property
    def _initial(self) -> JSON:
        """What was read, a date that lacks its era included: then only that has to be typed."""
        row = self.row
        if row.field.kind == "date" and row.initial is None and row.reading is not None:
            return row.reading.text if any(one.isdigit() for one in row.reading.text) else None
        return row.initial

    def inputs_of(self, offer: Offer) -> str:
        """What an offer puts into the inputs, as JSON: name of the input → text."""
        return json.dumps(_inputs(self.row, offer.value), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Last:
    """The officer's last decision, as long as it can be taken back: the field, and what was decided."""

    label: str
    text: str


def last_of(session: Session, actor: Actor, platform: Platform) -> Last | None:
    """What taking back would take back; None when there is nothing."""
    decision = decisions.undoable(session, actor)
    if decision is None:
        return None
    doubt = session.get_one(PaperDoubt, decision.doubt_id)
    row = decisions.row_of(platform, doubt)
    value = decision.read_value(platform.vault)
    if decision.kind is DecisionKind.UNREADABLE:
        return Last(row.label, "読めない")
    if row.name == SIGNATURE:
        return Last(row.label, "署名がある")
    return Last(row.label, show(row.field, value) if value is not None else "記入なし")


def card_of(session: Session, platform: Platform, doubt: PaperDoubt) -> Card:
    """The card of a doubt."""
    rows = queue.rows_of_page(platform, doubt.page)
    row = next(one for one in rows if one.name == doubt.field)
    sheet = open_page(platform.vault, doubt.page)
    version = doubt.page.version
    procedure = platform.catalogue.procedure(doubt.page.procedure or "", version=version)
    open_ = doubt.state is DoubtState.OPEN and not (doubt.standing or doubt.by_machine)
    unsure = unsure_parts(row.reading) if row.reading and open_ else ()
    ours = () if sheet.older else layout_of(procedure).zones
    zones = [one for one in ours if one.field == row.name and one.page == sheet.number]
    return Card(
        doubt=doubt,
        row=row,
        title=procedure.title.text("ja"),
        why=_why(session, platform, doubt, row),
        picture=_picture(row, _WIDEST, _LOWER.get(row.field.kind, _HIGHEST), _CLOSEST),
        unsure=tuple(zone.rect for zone in zones if zone.part in unsure),
        offers=_offers(platform, doubt, row),
        corrected=corrected(row) if open_ else "",
        neighbours=_neighbours(session, platform, rows, doubt),
    )


def _why(session: Session, platform: Platform, doubt: PaperDoubt, row: Row) -> str:
    """In one short sentence why this is asked."""
    if doubt.state is DoubtState.DIFFERS:
        return "2人の入力が違います。画像に合うほうを選んでください。"
    if doubt.standing or doubt.by_machine:
        return "2人目の入力です。画像だけを見て入力してください。"
    if doubt.cause is DoubtCause.FAULT:
        told = settling.faults_of(session, platform, doubt)
        return told or "ほかの欄と合わせて、もう一度確かめてください。"
    return row.note or "画像と見くらべてください。"


def _offers(platform: Platform, doubt: PaperDoubt, row: Row) -> tuple[Offer, ...]:
    if doubt.state is DoubtState.DIFFERS:
        return _entries(platform, doubt, row)
    if doubt.standing or doubt.by_machine:
        return ()
    return offers(row, towns_of_city(platform.settings.data))


def _entries(platform: Platform, doubt: PaperDoubt, row: Row) -> tuple[Offer, ...]:
    """What the two people entered; what one of them could not read is no offer."""
    values: list[JSON] = [one.read_value(platform.vault) for one in doubt.standing]
    if doubt.by_machine and row.reading is not None:
        values.insert(0, row.reading.value)
    told = [(show(row.field, value), value) for value in values if value is not None]
    others = [text for text, _ in reversed(told)] if len(told) == 2 else [""] * len(told)
    return tuple(Offer(text, value, other) for (text, value), other in zip(told, others, strict=True))


def _picture(row: Row, widest: float, highest: float, closest: float) -> Picture | None:
    if row.reading is None:
        return None
    frame = framed(row.reading.box)
    per_mm = min(closest, widest / frame.width, highest / frame.height)
    return Picture(
        row.index, frame, round(frame.width * per_mm), round(frame.height * per_mm), max(1, round(per_mm))
    )


def _neighbours(
    session: Session, platform: Platform, rows: Sequence[Row], doubt: PaperDoubt
) -> tuple[Neighbour, ...]:
    """The fields of the page in their order, without those in which nothing stands."""
    settled = settling.decided_on(session, platform, [doubt.page_id])
    told = []
    for row in rows:
        here = row.name == doubt.field
        if row.quiet and not here:
            continue
        value = _told(row, settled.get((doubt.page_id, row.name)))
        told.append(Neighbour(row.label, "" if here else value, here, _picture(row, 250.0, 90.0, _AROUND)))
    return tuple(told)


def _told(row: Row, decided: JSON) -> str:
    if row.name == SIGNATURE:
        return "あり" if decided or row.initial else "？"
    return show(row.field, decided) if decided is not None else row.read or "？"


def _inputs(row: Row, value: JSON) -> Mapping[str, JSON]:
    if isinstance(value, dict):
        return {f"{row.name}-{part}": text for part, text in value.items()}
    return {row.name: show(row.field, value) if row.field.kind == "date" else value}
