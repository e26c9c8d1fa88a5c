"""Paper ledgers and lists that were read: kept, corrected by an officer, settled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.values.dates import show_short
from ocr.readings import State
from ocr.tables.columns import Column
from ocr.tables.lists import TableList
from ocr.tables.results import BLANK, ENTRY, CellReading, Check, RowReading
from ocr.tables.totals import checked
from ocr.tables.values import meaning
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.database import hold
from office.errors import NotFound, NotNow
from office.records.models.paper_tables import PaperTable, PaperTablePage, TableState
from office.records.paper_table_export import csv_of
from office.secrets import Vault

Rows = list[dict[str, Any]]


def known(session: Session, actor: Actor, sha256: str) -> bool:
    """Whether a page has been read as a table before and not been put aside."""
    require(actor, Act.STORE_PAPER)
    query = (
        select(PaperTablePage.id)
        .join(PaperTable, PaperTable.id == PaperTablePage.table_id)
        .where(PaperTablePage.sha256 == sha256, PaperTable.state != TableState.DISCARDED)
    )
    return session.scalar(query.limit(1)) is not None


def store(
    session: Session, actor: Actor, vault: Vault, found: TableList, officer_id: str | None = None
) -> PaperTable:
    """Keep a list as it was read: its rows and the pictures of its pages. `officer_id`: who sent it, if not
    the actor.
    """
    require(actor, Act.STORE_PAPER)
    first, now = found.pages[0], clock.now()
    table = PaperTable(
        file_name=PurePath(first.source).name,
        columns=[{"key": one.key, "label": one.label, "kind": one.kind} for one in found.columns],
        problems=list(found.problems),
        state=TableState.CHECKING,
        read_by_id=officer_id or actor.officer,
        arrived_at=now,
        changed_at=now,
    )
    rows = [
        {"page": place, **_settled(row.to_json())}
        for place, page in enumerate(found.pages)
        for row in page.rows
        if row.kind != BLANK
    ]
    table.write_rows(vault, rows)
    session.add(table)
    for place, page in enumerate(found.pages):
        kept = PaperTablePage(
            place=place, file_name=PurePath(page.source).name, page=page.page, sha256=page.sha256
        )
        kept.write_image(vault, page.image)
        table.pages.append(kept)
    session.flush()
    journal.write(
        session,
        actor,
        events.PAPER_TABLE_STORED,
        f"paper_table:{table.id}",
        pages=len(found.pages),
        rows=len(rows),
        asked=len(doubts(rows)),
    )
    return table


def _settled(row: dict[str, Any]) -> dict[str, Any]:
    for cell in row["cells"]:
        cell["decided"] = cell["state"] == State.ACCEPTED
    return row


def find(session: Session, actor: Actor, table_id: str) -> PaperTable:
    """The table of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    table = session.get(PaperTable, table_id)
    if table is None or table.state is TableState.DISCARDED:
        raise NotFound("この表は見つかりません。表の一覧から選び直してください。")
    return table


def listed(session: Session, actor: Actor) -> Sequence[PaperTable]:
    """Every table not put aside, the newest first."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(PaperTable).where(PaperTable.state != TableState.DISCARDED)
    return session.scalars(query.order_by(PaperTable.arrived_at.desc(), PaperTable.id).limit(200)).all()


def doubts(rows: Rows) -> list[tuple[int, int]]:
    """Row and column of every cell that nobody has settled yet."""
    return [
        (number, place)
        for number, row in enumerate(rows)
        for place, cell in enumerate(row["cells"])
        if not cell["decided"]
    ]


def columns_of(table: PaperTable) -> tuple[Column, ...]:
    """The columns of a table."""
    return tuple(Column(**one) for one in table.columns)


def sums(table: PaperTable, rows: Rows) -> tuple[Check, ...]:
    """Every sum on the pages against the rows as they are now."""
    found: list[Check] = []
    carried: list[int | None] = []
    columns = columns_of(table)
    for page in sorted({row["page"] for row in rows}):
        own = [number for number, row in enumerate(rows) if row["page"] == page]
        readings = [RowReading(rows[n]["kind"], tuple(map(_reading, rows[n]["cells"]))) for n in own]
        _, checks = checked(readings, columns, carried)
        found += [replace(check, row=own[check.row]) for check in checks]
        out = next((row for row in reversed(readings) if row.kind == "carried_out"), None)
        carried = [cell.value if isinstance(cell.value, int) else None for cell in out.cells] if out else []
    return tuple(found)


def _reading(cell: Mapping[str, Any]) -> CellReading:
    state = State.ACCEPTED if cell["decided"] else State(cell["state"])
    return CellReading(cell["text"], cell["value"], cell["confidence"], state, (0, 0, 0, 0))


def save(
    session: Session,
    actor: Actor,
    vault: Vault,
    table: PaperTable,
    typed: Mapping[tuple[int, int], str],
    decided: set[tuple[int, int]],
) -> dict[tuple[int, int], str]:
    """Write what an officer typed and settled; gives why a cell cannot be settled (Japanese), by its place.

    What is typed differently from what was read is settled by that. Raises `NotNow`.
    """
    _hold(session, actor, table)
    rows, columns = table.read_rows(vault), columns_of(table)
    faults: dict[tuple[int, int], str] = {}
    changed = settled = 0
    for (number, place), text in typed.items():
        cell = rows[number]["cells"][place]
        other = text.strip() != shown(cell, columns[place].kind)
        if not other and (number, place) not in decided:
            continue
        value, fault = _meant(columns[place].kind, text.strip(), cell, rows[number]["kind"], other)
        if fault:
            faults[number, place] = fault
            continue
        settled += not cell["decided"]
        changed += other
        cell.update(value=value, decided=True, note="")
        if other:
            cell.update(text=text.strip(), ditto=False)
    _write(session, actor, vault, table, rows, settled, changed)
    return faults


def _meant(kind: str, text: str, cell: Mapping[str, Any], row: str, other: bool) -> tuple[Any, str]:
    """The value of what was typed, and why it cannot stand."""
    if not other and cell["value"] is not None:
        return cell["value"], ""
    if not text:
        return None, ""
    if row != ENTRY and kind != "amount":
        return text, ""
    value, fault = meaning(kind, text)
    return value, fault.replace("画像を見て入力してください。", "直してください。") if value is None else ""


def shown(cell: Mapping[str, Any], kind: str) -> str:
    """What stands in the input of a cell: its value as it is written on paper, or what was read."""
    value = cell["value"]
    if cell["ditto"] and kind == "date":
        return show_short(date.fromisoformat(value)) if value else ""
    if kind == "amount" and isinstance(value, int):
        return f"{'△' if value < 0 else ''}{abs(value):,}"
    if cell["ditto"] or kind not in ("date", "day"):
        return str(value if value is not None else cell["text"])
    return str(cell["text"])


def add_row(session: Session, actor: Actor, vault: Vault, table: PaperTable, after: int) -> None:
    """An empty line after another, for one that was not seen. Raises `NotNow`."""
    _hold(session, actor, table)
    rows = table.read_rows(vault)
    if not 0 <= after < len(rows):
        raise NotNow("この行は見つかりません。画面を開き直してください。")
    empty = {**CellReading("", None, 1.0, State.ACCEPTED, (0, 0, 0, 0)).to_json(), "decided": True}
    place = {"page": rows[after]["page"], "kind": ENTRY, "cells": [dict(empty) for _ in table.columns]}
    rows.insert(after + 1, place)
    _write(session, actor, vault, table, rows, 0, 1)


def drop_row(session: Session, actor: Actor, vault: Vault, table: PaperTable, number: int) -> None:
    """Take out a line that is none. Raises `NotNow`."""
    _hold(session, actor, table)
    rows = table.read_rows(vault)
    if not 0 <= number < len(rows):
        raise NotNow("この行は見つかりません。画面を開き直してください。")
    del rows[number]
    _write(session, actor, vault, table, rows, 0, 1)


def _write(
    session: Session, actor: Actor, vault: Vault, table: PaperTable, rows: Rows, decided: int, changed: int
) -> None:
    table.write_rows(vault, rows)
    table.changed_at = clock.now()
    journal.write(
        session,
        actor,
        events.PAPER_TABLE_SAVED,
        f"paper_table:{table.id}",
        rows=len(rows),
        decided=decided,
        changed=changed,
    )


def take(session: Session, actor: Actor, vault: Vault, table: PaperTable) -> None:
    """Settle the table: from now on its rows can be taken out and not be changed. Raises `NotNow`."""
    _hold(session, actor, table)
    rows = table.read_rows(vault)
    if doubts(rows):
        raise NotNow(f"確かめていない欄が{len(doubts(rows))}あります。すべて確かめてから確定してください。")
    table.state, table.changed_at = TableState.TAKEN, clock.now()
    digest = hashlib.sha256(csv_of(table, rows)).hexdigest()
    subject = f"paper_table:{table.id}"
    journal.write(session, actor, events.PAPER_TABLE_TAKEN, subject, rows=len(rows), sha256=digest)


def discard(session: Session, actor: Actor, table: PaperTable, reason: str) -> None:
    """Put a table aside. Raises `NotNow`."""
    _hold(session, actor, table)
    if not reason.strip():
        raise NotNow("除く理由を入力してください。")
    table.state = TableState.DISCARDED
    cause = commitments.commit(session, reason.strip())
    journal.write(session, actor, events.PAPER_TABLE_DISCARDED, f"paper_table:{table.id}", cause=cause)


def _hold(session: Session, actor: Actor, table: PaperTable) -> None:
    require(actor, Act.CONFIRM_PAPER)
    hold(session, table)
    if table.state is not TableState.CHECKING:
        raise NotNow("この表はもう確定しています。一覧を開き直してください。")
