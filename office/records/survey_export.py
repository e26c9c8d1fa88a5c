"""Taking the answers of a survey out as CSV or Excel; no spreadsheet takes an answer for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.records import surveys
from office.records.models.surveys import Survey
from office.records.survey_questions import Question
from office.records.survey_results import Answers, Bar, results, values_of
from office.secrets import Vault

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HIDDEN = "*"

Row = Sequence[str | int | float]


def neutral(text: str) -> str:
    """A text no spreadsheet begins to calculate with (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(session: Session, actor: Actor, vault: Vault, survey: Survey) -> bytes:
    """One row for each sheet of answers; the counts only where small numbers are hidden. UTF-8 with a mark,
    as Excel wants it.
    """
    sheets = _taken(session, actor, vault, survey, "csv")
    questions = surveys.questions_of(survey)
    rows = _counts(questions, sheets, survey.least_cell) if survey.least_cell else _rows(questions, sheets)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(session: Session, actor: Actor, vault: Vault, survey: Survey) -> bytes:
    """Two sheets: the counts, and one row for each sheet of answers. Every text is stored as text."""
    sheets = _taken(session, actor, vault, survey, "xlsx")
    questions = surveys.questions_of(survey)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _write(book.add_worksheet("集計"), _counts(questions, sheets, survey.least_cell), bold)
        if not survey.least_cell:
            _write(book.add_worksheet("回答"), _rows(questions, sheets), bold)
    return out.getvalue()


def _taken(session: Session, actor: Actor, vault: Vault, survey: Survey, kind: str) -> list[Answers]:
    require(actor, Act.MAKE_SURVEYS)
    sheets: list[Answers] = list(surveys.answers_of(session, actor, vault, survey))
    journal.write(
        session, actor, events.SURVEY_EXPORTED, f"survey:{survey.id}", format=kind, answers=len(sheets)
    )
    return sheets


def _rows(questions: Sequence[Question], sheets: Sequence[Answers]) -> Iterator[Row]:
    yield [question.plain for question in questions]
    for sheet in sheets:
        yield [_cell(question, sheet.get(question.key)) for question in questions]


def _cell(question: Question, answer: object) -> str:
    if answer is None:
        return ""
    if question.kind in ("choice", "choices"):
        labels = dict(question.groups())
        return "、".join(labels.get(value, value) for value in values_of(answer))
    return str(answer)


def _counts(questions: Sequence[Question], sheets: Sequence[Answers], least: int) -> Iterator[Row]:
    yield ["質問", "答え", "件数", "割合（%）"]
    for result in results(questions, sheets, least):
        yield [result.question.plain, "回答した人", result.answered, ""]
        for bar in result.bars:
            yield ["", bar.label, *_figures(bar)]


def _figures(bar: Bar) -> tuple[str | int, str | float]:
    count = HIDDEN if bar.count is None else bar.count
    return count, HIDDEN if bar.share is None else bar.share


def _write(sheet: Any, rows: Iterable[Row], bold: Any) -> None:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
            else:
                sheet.write_number(number, column, cell)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 30, 24)
    sheet.freeze_panes(1, 0)
