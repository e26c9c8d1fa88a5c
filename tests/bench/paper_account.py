"""What became of a pile: every page of every file by its hash, and what was accepted against its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ocr.page import load_pages
from ocr.readings import State
from office.platform import Platform
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage, Outcome, PaperDraft, PaperFile
from office.records.papers.batches import page_rows
from office.records.sheets import open_page
from tests.bench.paper_pile import FILES, Told


@dataclass(slots=True)
class Account:
    """Counts over the pile. `lost` and `doubled` name pages (file, number); both have to be empty.

    `refused` are files that lie in the folder again with a note why: no pictures, or the same file twice.
    """

    pages: int = 0
    lost: list[tuple[str, int]] = field(default_factory=list)
    doubled: list[tuple[str, int]] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    wrong_form: list[tuple[str, int]] = field(default_factory=list)
    wrong_accepted: list[tuple[str, int, str]] = field(default_factory=list)
    problems: dict[str, int] = field(default_factory=dict)
    drafts: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def account(session: Session, platform: Platform, pile: Path, told: list[Told], scanner: Path) -> Account:
    """Compare what is stored, and what lies in the folder, with the files as they are in the pile."""
    found = Account()
    known = set(session.scalars(select(PaperFile.name)))
    for file in told:
        note = _note(scanner, file.file, pile)
        if not note:
            found.lost.append((file.file, 0))
        if file.file in known:
            _file(session, platform, pile, file, found)
        else:
            found.refused[file.file] = note.splitlines()[-1]
            found.pages += len(file.pages)
    stored = session.scalar(select(func.count(func.distinct(PaperPage.sha256)))) or 0
    rows = session.scalar(select(func.count(PaperPage.id))) or 0
    if stored != rows:
        found.doubled.append(("a page is stored twice", rows - stored))
    found.drafts = session.scalar(select(func.count(PaperDraft.id))) or 0
    return found


def _note(scanner: Path, name: str, pile: Path) -> str:
    """The note beside a file that was taken in or refused; empty unless the very file lies there."""
    places = [path for path in scanner.rglob(name) if path.parent != scanner]
    same = len(places) == 1 and places[0].read_bytes() == (pile / FILES / name).read_bytes()
    return places[0].with_name(f"{name}.txt").read_text(encoding="utf-8").strip() if same else ""


def _file(session: Session, platform: Platform, pile: Path, file: Told, found: Account) -> None:
    rows: dict[int, list[BatchPage]] = {}
    query = page_rows().join(PaperFile, PaperFile.id == BatchPage.file_id).where(PaperFile.name == file.file)
    for row in session.scalars(query):
        rows.setdefault(row.number, []).append(row)
    for page in load_pages(pile / FILES / file.file):
        found.pages += 1
        here = rows.pop(page.page, [])
        place = (file.file, page.page)
        if not here or (page.sha256 and here[0].page.sha256 != page.sha256):
            found.lost.append(place)
            continue
        if len(here) > 1:
            found.doubled.append(place)
        key = file.pages[page.page - 1] if page.page <= len(file.pages) else {"what": "none"}
        _page(platform, here[0], key, found)
    found.doubled += [(file.file, number) for number in rows]


def _page(platform: Platform, row: BatchPage, key: dict[str, Any], found: Account) -> None:
    outcome = "blank" if row.outcome is Outcome.UNREADABLE and row.blank else row.outcome.value
    _count(found.outcomes, f"{key['what'].partition(' ')[0]}: {outcome}")
    place = (row.file.name, row.number)
    sheet = open_page(platform.vault, row.page)
    if row.outcome is Outcome.UNREADABLE:
        _count(found.problems, sheet.problem)
    if row.outcome is not Outcome.READ:
        return
    about = (row.page.procedure, row.page.version, sheet.number, row.page.serial)
    if "form" not in key:
        if not key["what"].startswith(("nasty", "same")):
            found.wrong_form.append(place)
        return
    if about != (key["form"], key["version"], key["page"], key["serial"]):
        found.wrong_form.append(place)
    for one in sheet.fields:
        _count(found.fields, one.state.value)
        wanted = key["fields"].get(one.name)
        if one.state is State.ACCEPTED and (
            one.name in key["asked"] or (one.value or None) != (wanted or None)
        ):
            found.wrong_accepted.append((*place, one.name))


def _count(counts: dict[str, int], what: str) -> None:
    counts[what] = counts.get(what, 0) + 1
