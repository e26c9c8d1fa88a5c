"""What an officer types to make a survey, read from the forms of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from forms.definition import LANGUAGES
from forms.errors import InvalidValue
from forms.values.dates import parse_date
from office.records.survey_questions import Asked, Question, QuestionRefused
from office.records.survey_results import SMALL
from office.records.surveys import Outline

Typed = MultiDict[str, str]


def outline(typed: Typed) -> Outline:
    """Title, greeting, dates and settings. Raises `QuestionRefused`."""
    return Outline(
        title=_texts(typed, "title"),
        lead=_texts(typed, "lead"),
        opens_on=_day(typed, "opens_on", "始まりの日"),
        closes_on=_day(typed, "closes_on", "終わりの日"),
        coded=typed.get("coded") == "yes",
        least_cell=SMALL if typed.get("hide") == "yes" else 0,
    )


def question(typed: Typed, key: str) -> Question:
    """One question. Raises `QuestionRefused`."""
    kind = typed.get("kind", "")
    least, most = _limits(typed, kind)
    return Question(
        key=key,
        kind=kind,
        texts=_texts(typed, "text"),
        options=_options(typed),
        required=typed.get("required") == "yes",
        least=least,
        most=most,
        when=_condition(typed.get("when", "")),
    )


def answers(typed: Typed, questions: Sequence[Question]) -> dict[str, object]:
    """What somebody answered, by question; nothing else of the form is read."""
    return {
        one.key: typed.getlist(one.key) if one.kind == "choices" else typed.get(one.key) for one in questions
    }


def _texts(typed: Typed, name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := typed.get(f"{name}-{code}", "").strip())}


def _options(typed: Typed) -> tuple[tuple[str, dict[str, str]], ...]:
    """Options by language, one a line; the first line of each language is the same option."""
    lines = {
        code: [line.strip() for line in typed.get(f"options-{code}", "").splitlines() if line.strip()]
        for code in LANGUAGES
    }
    count = max(map(len, lines.values()), default=0)
    return tuple(
        (f"o{n + 1}", {code: found[n] for code, found in lines.items() if n < len(found)})
        for n in range(count)
    )


def _limits(typed: Typed, kind: str) -> tuple[int | None, int | None]:
    if kind == "scale":
        return 1, _number(typed, "scale", "段階") or 5
    if kind == "number":
        return _number(typed, "least", "いちばん小さい数") or 0, _number(typed, "most", "いちばん大きい数")
    return None, None


def _number(typed: Typed, name: str, label: str) -> int | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 7:
        raise QuestionRefused(f"「{label}」は7桁までの数字で入力してください。")
    return int(text)


def _condition(text: str) -> Asked | None:
    key, _, value = text.partition("=")
    return Asked(key, value) if key and value else None


def _day(typed: Typed, name: str, label: str) -> date:
    try:
        return parse_date(typed.get(name, ""))
    except InvalidValue as error:
        raise QuestionRefused(f"「{label}」を入力してください（例：令和8年4月1日）。") from error
