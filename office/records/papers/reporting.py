"""The report of a batch: what came, what was read form by form, what was not and why, by whom and how."""

from __future__ import annotations

import csv
import functools
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.platform import Platform
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import BatchPage, DraftState, Outcome, PaperBatch, PaperDraft
from office.records.papers import events, overview
from office.records.papers.batches import pages_of, subject
from office.records.sheets import Bundle, layout_of, open_page
from office.records.verification.rows import Row, rows_of

OUTCOMES = {Outcome.READ: "読み取り", Outcome.UNREADABLE: "読み取れず", Outcome.KNOWN: "前に取り込み済み"}
_BLANK = "白紙"
_HEADINGS = (
    *("番号", "ファイル", "ページ", "結果", "様式", "枚目", "通し番号"),
    *("確定", "要確認", "要入力", "理由", "SHA-256"),
)
_DRAFTS = {
    DraftState.TO_CONFIRM: "確認待ち",
    DraftState.APPROVED: "受付中",
    DraftState.FILED: "受付済み",
    DraftState.WITHDRAWN: "取りやめ",
}


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form: its applications, pages and fields by state, and sheets missing or scanned twice."""

    title: str
    applications: int
    pages: int
    accepted: int
    asked: int
    rejected: int
    missing: int
    rescans: int
    filed: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page: where it stands in the files, what it is, what became of it."""

    position: int
    file: str
    number: int
    outcome: str
    form: str
    sheet: int | None
    serial: str
    accepted: int
    asked: int
    rejected: int
    problem: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says. `seconds` is the time spent reading, `engines` every set that read."""

    title: str
    source: str
    officer: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    files: int
    size: int
    outcomes: Mapping[str, int]
    blanks: int
    forms: tuple[FormLine, ...]
    problems: tuple[tuple[str, int], ...]
    drafts: Mapping[str, int]
    seconds: float
    engines: tuple[str, ...]
    pages: tuple[PageLine, ...]

    @property
    def minutes(self) -> float:
        """Minutes from the first page to the last."""
        if self.started_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.started_at).total_seconds() / 60

    @property
    def pace(self) -> int:
        """Pages a minute while reading."""
        read = self.outcomes[OUTCOMES[Outcome.READ]]
        return round(60 * read / self.seconds) if self.seconds else 0


def report(session: Session, actor: Actor, platform: Platform, batch: PaperBatch) -> Report:
    """The report of a batch as it stands now."""
    require(actor, Act.CONFIRM_PAPER)
    rows = pages_of(session, batch)
    found = overview.sort(session, platform, batch)
    lines = tuple(_page(platform, row) for row in rows)
    counted = Counter(row.outcome for row in rows)
    causes = Counter(
        line.problem for line, row in zip(lines, rows, strict=True) if row.outcome is Outcome.UNREADABLE
    )
    return Report(
        title=batch.title,
        source={"upload": "画面から取り込み", "folder": "フォルダーから取り込み"}[batch.source.value],
        officer=batch.officer.name,
        made_at=batch.made_at,
        started_at=batch.started_at,
        ended_at=batch.ended_at,
        files=len(batch.files),
        size=sum(file.length for file in batch.files),
        outcomes={title: counted[outcome] for outcome, title in OUTCOMES.items()},
        blanks=len(found.blanks),
        forms=_forms(platform, found.groups),
        problems=tuple(causes.most_common()),
        drafts=_drafts(session, batch),
        seconds=sum(row.milliseconds for row in rows) / 1000,
        engines=tuple(sorted({row.engines for row in rows if row.engines})),
        pages=lines,
    )


def _forms(platform: Platform, groups: Sequence[overview.Group]) -> tuple[FormLine, ...]:
    kinds: dict[tuple[str, int], list[overview.Group]] = {}
    for group in groups:
        kinds.setdefault((group.procedure, group.version), []).append(group)
    return tuple(
        _form(title_of(platform, slug, version), found) for (slug, version), found in sorted(kinds.items())
    )


def title_of(platform: Platform, slug: str, version: int) -> str:
    """The form's name and version as people say them."""
    title = platform.catalogue.procedure(slug, version=version).title.text("ja")
    return f"{title} 第{version}版"


def _form(title: str, groups: Sequence[overview.Group]) -> FormLine:
    sheets = [sheet for group in groups for sheet in (*group.sheets, *group.rescans)]
    return FormLine(
        title=title,
        applications=len(groups),
        pages=len(sheets),
        accepted=sum(sheet.accepted for sheet in sheets),
        asked=sum(sheet.asked for sheet in sheets),
        rejected=sum(sheet.rejected for sheet in sheets),
        missing=sum(len(group.missing) for group in groups),
        rescans=sum(len(group.rescans) for group in groups),
        filed=sum(group.application_id is not None for group in groups),
    )


def _page(platform: Platform, row: BatchPage) -> PageLine:
    page = row.page
    form = title_of(platform, page.procedure, page.version or 0) if page.procedure else ""
    outcome = OUTCOMES[row.outcome]
    if page.state is PaperState.DISCARDED:
        outcome += "（使わない）"
    return PageLine(
        position=row.position,
        file=row.file.name,
        number=row.number,
        outcome=outcome,
        form=form,
        sheet=row.sheet,
        serial=page.serial or "",
        accepted=row.accepted,
        asked=row.asked,
        rejected=row.rejected,
        problem=problem_of(platform, row),
        sha256=page.sha256,
    )


def problem_of(platform: Platform, row: BatchPage) -> str:
    """Why nothing was read of a page; empty for the others."""
    if row.outcome is not Outcome.UNREADABLE:
        return ""
    return _BLANK if row.blank else open_page(platform.vault, row.page).problem


def rows_by_path(platform: Platform) -> Callable[[PaperPage], Mapping[str, Row]]:
    """The places of a page's form by path, with their labels and kinds; none where the form is not known."""

    @functools.cache
    def rows(slug: str, version: int) -> Mapping[str, Row]:
        procedure = platform.catalogue.procedure(slug, version=version)
        found = rows_of(Bundle(procedure, (), layout_of(procedure).pages))
        return {row.name: row for _, section in found for row in section}

    return lambda page: rows(page.procedure, page.version or 0) if page.procedure else {}


def _drafts(session: Session, batch: PaperBatch) -> dict[str, int]:
    rows = session.execute(
        select(PaperDraft.state, func.count(PaperDraft.id))
        .where(PaperDraft.batch_id == batch.id)
        .group_by(PaperDraft.state)
    )
    counts: dict[DraftState, int] = {row[0]: row[1] for row in rows}
    return {title: counts[state] for state, title in _DRAFTS.items() if counts.get(state)}


def taken(session: Session, actor: Actor, batch: PaperBatch, way: str) -> None:
    """Write down that the report was taken out as `csv` or `pdf`."""
    require(actor, Act.CONFIRM_PAPER)
    journal.write(session, actor, events.REPORT_TAKEN, subject(batch), format=way)


def as_csv(found: Report) -> bytes:
    """The pages as CSV for Excel (UTF-8 with BOM)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        (
            "番号",
            "ファイル",
            "ページ",
            "結果",
            "様式",
            "枚目",
            "通し番号",
            "確定",
            "要確認",
            "要入力",
            "理由",
            "SHA-256",
        )
    )
    for line in found.pages:
        writer.writerow(
            _safe(one)
            for one in (
                line.position,
                line.file,
                line.number,
                line.outcome,
                line.form,
                line.sheet or "",
                line.serial,
                line.accepted,
                line.asked,
                line.rejected,
                line.problem,
                line.sha256,
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _safe(value: object) -> object:
    """A file's name must not become a formula in Excel."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value


def file_stem(batch: PaperBatch) -> str:
    """The name under which the report or archive of a batch is saved."""
    return f"kami-{batch.made_at.astimezone(clock.TOKYO):%Y%m%d-%H%M}-{batch.id[-6:]}"
