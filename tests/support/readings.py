"""Pages as if they had been read: what stands on them is given, no engine runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from sqlalchemy.orm import Session

import forms
import office.migrations.tables  # noqa: F401
from forms.definition import JSON
from forms.rendering.sheet import Rect
from ocr.readings import FieldReading, PageReading, PartReading, State
from office import clock
from office.accounts.actor import Actor
from office.database import new_id
from office.platform import Platform
from office.records import intake
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import (
    BatchPage,
    BatchSource,
    BatchState,
    Outcome,
    PaperBatch,
    PaperFile,
)
from office.records.sheets import layout_of
from office.records.verification.rows import SIGNATURE

PROCEDURES = Path(forms.__file__).parent / "procedures"
_WHITE = cv2.imencode(".png", np.full((2970, 2100), 255, np.uint8))[1].tobytes()


def example(slug: str, name: str) -> dict[str, JSON]:
    """A filled record that comes with the definition."""
    found: dict[str, JSON] = json.loads((PROCEDURES / slug / "v1" / "examples" / f"{name}.json").read_text())
    return found


def doubtful(value: JSON, *, text: str = "", others: tuple[tuple[str, float], ...] = ()) -> FieldReading:
    """A place that was read with doubt; `others` were weighed too. Its name and box are put in later."""
    parts = (PartReading("", text or str(value), 0.6, others),) if isinstance(value, str) else ()
    note = "読み取りに確信がありません。画像と見比べてください。"
    return FieldReading("", text or str(value), value, 0.6, State.ASK, Rect(0, 0, 1, 1), note, parts=parts)


def illegible(text: str = "") -> FieldReading:
    """A place where nothing usable was read."""
    return FieldReading("", text, None, 0.1, State.REJECTED, Rect(0, 0, 1, 1), "読み取れません。")


def pages_read(
    platform: Platform,
    slug: str,
    record: Mapping[str, JSON],
    doubts: Mapping[str, FieldReading],
    serial: str = "000001",
) -> list[PageReading]:
    """Every sheet of a form filled with a record: all accepted but the `doubts` (path → reading)."""
    procedure = platform.catalogue.procedure(slug)
    layout = layout_of(procedure)
    found = []
    for number in range(1, layout.pages + 1):
        zones = [zone for zone in (*layout.zones, *layout.own) if zone.page == number]
        boxes = {zone.field: zone.rect for zone in reversed(zones)}
        fields = [_reading(path, box, record, doubts.get(path)) for path, box in boxes.items()]
        sha256 = hashlib.sha256(f"{slug} {serial} {number}".encode()).hexdigest()
        found.append(
            PageReading(
                f"{slug}-{serial}.pdf", number, slug, procedure.version, serial, tuple(fields), None,
                _WHITE, sha256, number,
            )
        )  # fmt: skip
    return found


def _reading(path: str, box: Rect, record: Mapping[str, JSON], doubt: FieldReading | None) -> FieldReading:
    if doubt is not None:
        return replace(doubt, name=path, box=box)
    value: JSON = True if path == SIGNATURE else _at(record, path.split("."))
    return FieldReading(path, _text(value), value, 0.999, State.ACCEPTED, box)


def _text(value: JSON) -> str:
    """What an engine reads where a value is written."""
    if isinstance(value, Mapping) and "family" in value:
        return f"{value['family']} {value['given']}"
    return "" if value is None else str(value)


def _at(found: JSON | Mapping[str, JSON], steps: list[str]) -> JSON:
    """The value at a path: names of fields hold dots themselves."""
    for count in range(len(steps), 0, -1):
        name, rest = ".".join(steps[:count]), steps[count:]
        if isinstance(found, Mapping) and name in found:
            return _at(found[name], rest) if rest else found[name]
    if isinstance(found, list) and steps and steps[0].isdigit() and int(steps[0]) < len(found):
        return _at(found[int(steps[0])], steps[1:]) if steps[1:] else found[int(steps[0])]
    return None


def batch_of(
    session: Session, actor: Actor, platform: Platform, readings: list[PageReading]
) -> tuple[PaperBatch, list[PaperPage]]:
    """A finished batch of one file with these pages."""
    batch = PaperBatch(
        id=new_id(), source=BatchSource.UPLOAD, state=BatchState.DONE, officer_id=actor.officer,
        made_at=clock.now(),
    )  # fmt: skip
    file = PaperFile(
        id=new_id(), batch_id=batch.id, number=1, name=readings[0].source, sha256="0" * 64, length=1,
        pages=len(readings), ended=True,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(file)
    session.flush()
    pages = [intake.store_page(session, actor, platform.vault, one) for one in readings]
    for place, page in enumerate(pages, start=1):
        session.add(
            BatchPage(
                batch_id=batch.id, file_id=file.id, number=place, position=place, page_id=page.id,
                outcome=Outcome.READ, read_at=clock.now(),
            )
        )  # fmt: skip
    session.flush()
    return batch, pages
