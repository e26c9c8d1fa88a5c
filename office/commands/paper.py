"""`kakazu paper SLUG [--answers FILE.json] --out FILE.pdf`: the printable form, blank or filled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import pikepdf

from forms.catalogue import Catalogue, load_catalogue
from forms.definition import JSON, Procedure
from forms.errors import KakazuError
from forms.filled import FilledForm
from forms.interview import Answer, Interview, InvalidAnswer, Source
from forms.rendering.paper import render_paper
from forms.rendering.sheet import sheet_of
from office import clock
from office.console import Report, reports


class UnusableAnswers(KakazuError):
    """The file of answers cannot be read, or this form does not follow from it."""

    code = "unusable-answers"


@click.command()
@click.argument("slug")
@click.option(
    "--answers",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='書き入れる内容のJSON。聞き取りの答え {"on": …, "answers": {…}} か、欄の名前と値 {"moved_on": …}。',
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="書き出すPDF。")
@click.option("--serial", type=click.IntRange(0, 999_999), default=0, help="用紙の通し番号（1枚目）。")
@reports
def command(slug: str, file: Path | None, out: Path, serial: int) -> Report:
    """手続の用紙をPDFで作ります。答えがあれば、わかっている内容を印刷します。"""
    catalogue = load_catalogue()
    on, content = _read(file) if file else (clock.today(), {})
    procedure = catalogue.procedure(slug, on)
    records = _records(catalogue, procedure, on, content) if file else [{}]
    papers = [render_paper(procedure, one, f"{serial + n:06d}") for n, one in enumerate(records)]
    out.write_bytes(papers[0] if len(papers) == 1 else _joined(papers))
    pages = sheet_of(procedure).pages
    data = {
        "procedure": slug,
        "version": procedure.version,
        "file": str(out),
        "forms": len(papers),
        "pages": pages * len(papers),
        "serials": [f"{serial + n:06d}" for n in range(len(papers))],
    }
    title = procedure.title.text("ja")
    return Report(data, [f"{title}を{len(papers)}件（{data['pages']}ページ）、{out} に書き出しました。"])


def _read(file: Path) -> tuple[date, dict[str, Any]]:
    """The day the answers are for, and the file's content. Raises `UnusableAnswers`."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        on = date.fromisoformat(content["on"]) if "on" in content else clock.today()
    except (ValueError, TypeError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise UnusableAnswers(f"{file.name}を読めません。JSONの形を確かめてください。")
    return on, content


def _records(
    catalogue: Catalogue, procedure: Procedure, on: date, content: Mapping[str, Any]
) -> list[Mapping[str, JSON]]:
    """What to print: the interview's forms of this procedure (one per subject), or the record given."""
    answers = content.get("answers")
    if not isinstance(answers, Mapping):
        return [FilledForm.of(procedure, content, Source.SAID).record()]
    known = {fact: _answer(fact, value) for fact, value in answers.items()}
    events = [content["event"]] if "event" in content else [rule.event for rule in procedure.rules]
    conversations = _conversations(catalogue, events, on, known)
    forms = _forms(procedure, min(conversations, key=_open_questions)) if conversations else []
    if not forms:
        title = procedure.title.text("ja")
        raise UnusableAnswers(f"この答えでは「{title}」は必要になりません。答えを確かめてください。")
    return [form.record() for form in forms]


def _conversations(
    catalogue: Catalogue, events: list[str], on: date, known: Mapping[str, Answer]
) -> list[Interview]:
    """The answers in each event that can take them. Raises `InvalidAnswer` where none can."""
    found, refused = [], []
    for event in events:
        try:
            found.append(Interview.begin(catalogue, event, on, known))
        except InvalidAnswer as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    return found


def _open_questions(interview: Interview) -> int:
    """How many questions an answer is missing to: the event the answers were given in has the fewest."""
    return sum(one.answer is None and one.field.required for one in interview.questions())


def _forms(procedure: Procedure, interview: Interview) -> list[FilledForm]:
    return [form for form in interview.applications() if form.procedure.slug == procedure.slug]


def _answer(fact: str, value: Any) -> Answer:
    if isinstance(value, Mapping) and set(value) == {"value", "source"}:
        return Answer.from_json(fact, value)
    return Answer(value, Source.SAID)


def _joined(papers: list[bytes]) -> bytes:
    """Several forms as one file to print."""
    whole, written = pikepdf.new(), BytesIO()
    for paper in papers:
        with pikepdf.open(BytesIO(paper)) as opened:
            whole.pages.extend(opened.pages)
    whole.save(written, deterministic_id=True)
    return written.getvalue()
