"""`kakazu interview EVENT --answers FILE.json`: a conversation without a screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from forms.catalogue import load_catalogue
from forms.definition import LANGUAGES
from forms.errors import KakazuError
from forms.interview import Answer, Bring, Determination, FilledForm, Interview, Source
from forms.kinds import kind
from forms.rendering.wording import SOURCES
from office import clock
from office.console import Report, reports

NEEDED = {True: "必要", False: "不要", None: "未定"}


class UnreadableAnswers(KakazuError):
    """The file of answers cannot be read."""

    code = "unreadable-answers"


@click.command()
@click.argument("event")
@click.option(
    "--answers",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help='答えのJSON：{"on": "2026-04-10", "answers": {"moving.moved_on": "令和8年4月1日", …}}。'
    '出所を付けるときは {"value": …, "source": "register"}。',
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="ja", show_default=True, help="表示することば。"
)
@reports
def command(event: str, file: Path, language: str) -> Report:
    """ライフイベントの聞き取りをし、必要な手続・理由・持ち物・記入内容を示します。

    必要な様式がすべて整えば0、足りない答えがあれば1、読めない答えなら2で終わります。
    """
    on, answers = _read(file)
    interview = Interview.begin(load_catalogue(), event, on, answers)
    data = _data(interview, language)
    return Report(data, _lines(interview, data, language), wrong=not data["complete"])


def _read(file: Path) -> tuple[date, dict[str, Answer]]:
    """The day and the answers of a file. Raises `UnreadableAnswers` and `InvalidAnswer`."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        on = date.fromisoformat(data["on"]) if "on" in data else clock.today()
        answers = data["answers"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableAnswers(
            f'{file.name}を読めません。{{"on": "2026-04-10", "answers": {{…}}}} の形で書いてください。'
        ) from None
    return on, {fact: _answer(fact, value) for fact, value in answers}


def _answer(fact: str, value: Any) -> Answer:
    if isinstance(value, Mapping) and set(value) == {"value", "source"}:
        return Answer.from_json(fact, value)
    return Answer(value, Source.SAID)


def _data(interview: Interview, language: str) -> dict[str, Any]:
    applications = interview.applications()
    used = {question.fact for question in interview.questions()}
    asking = [one for one in interview.questions() if one.answer is None and one.field.required]
    return {
        "event": interview.event.slug,
        "on": interview.on.isoformat(),
        "procedures": [_determination(one, language) for one in interview.determinations()],
        "to_bring": [_bring(one, language) for one in interview.to_bring()],
        "questions": interview.prompts(),
        "asked": list(interview.asked()),
        "still_to_ask": [
            {"fact": one.fact, "question": one.field.question.text(language), "of": one.field.asked_of}
            for one in asking
        ],
        "not_used": sorted(set(interview.answers) - used),
        "applications": [_application(one, language) for one in applications],
        "complete": not asking and all(one.complete for one in applications),
    }


def _determination(one: Determination, language: str) -> dict[str, Any]:
    return {
        "procedure": one.procedure.slug,
        "title": one.procedure.title.text(language),
        "needed": one.needed,
        "reason": one.reason.text(language),
        "for": list(one.subjects),
        "rule_version": one.rule_version,
        "in_force_from": one.in_force_from.isoformat(),
        "basis": [str(basis) for basis in one.basis],
        "confirmed": all(basis.confirmed for basis in one.basis),
    }


def _bring(one: Bring, language: str) -> dict[str, Any]:
    return {
        "label": one.attachment.label.text(language),
        "for": list(one.procedures),
        "replaced_by": one.attachment.replaced_by or None,
    }


def _application(form: FilledForm, language: str) -> dict[str, Any]:
    boxes = [
        {
            "field": box.field.name,
            "label": box.field.label.text(language),
            "text": kind(box.field.kind).show(box.field, box.value, language),
            "source": str(box.source),
        }
        for box in form.boxes
        if box.source is not None
    ]
    last_day = form.last_day()
    return {
        "procedure": form.procedure.slug,
        "title": form.procedure.title.text(language),
        "subject": form.subject,
        "applicant": form.applicant_name,
        "last_day": last_day.isoformat() if last_day else None,
        "complete": form.complete,
        "problems": [problem.message for problem in form.problems],
        "boxes": boxes,
    }


def _lines(interview: Interview, data: dict[str, Any], language: str) -> list[str]:
    lines = [f"{interview.event.title.text(language)}（{data['on']}）", "", "■ 手続"]
    for one in data["procedures"]:
        whom = f"（{'、'.join(one['for'])}）" if one["for"] else ""
        lines.append(f"  [{NEEDED[one['needed']]}] {one['title']}{whom}")
        lines.append(f"      {one['reason']}")
        lines.append(f"      {'、'.join(one['basis'])}　{one['rule_version']}（{one['in_force_from']}から）")
    lines += ["", "■ 持ち物"]
    for one in data["to_bring"]:
        lines.append(
            f"  {one['label']}" + (f"（{one['replaced_by']}で省けます）" if one["replaced_by"] else "")
        )
    lines += ["", f"■ 住民への質問 {data['questions']}問（{'、'.join(data['asked'])}）"]
    lines += [f"  まだの質問：{one['question']}（{one['fact']}）" for one in data["still_to_ask"]]
    lines += [f"  使わなかった答え：{fact}" for fact in data["not_used"]]
    for form in data["applications"]:
        lines += ["", f"■ {form['title']}　{form['subject']}　期限 {form['last_day'] or 'なし'}"]
        lines += [f"  {box['label']}：{box['text']}　［{SOURCES[box['source']]}］" for box in form["boxes"]]
        lines += [f"  足りません：{problem}" for problem in form["problems"]]
    lines += ["", f"申請書 {len(data['applications'])}件、質問 {data['questions']}問、署名1回"]
    return lines
