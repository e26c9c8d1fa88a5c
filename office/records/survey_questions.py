"""Questions of a survey: data in the words of the definitions, so that their kinds check the answers.

A question becomes a `forms` field; what a phone sends passes through the same kinds as a counter's answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from forms.answers import InvalidAnswer, take
from forms.definition import JSON, LANGUAGES, Field, Labels, Option
from forms.kinds.people import is_empty
from office.errors import OfficeError
from office.ruby import without_readings

KINDS = {
    "choice": "1つ選ぶ",
    "choices": "いくつでも選ぶ",
    "scale": "段階で答える（1～5など）",
    "number": "数を書く",
    "text": "自由に書く",
}
TEXT_LENGTH = 500
MOST_QUESTIONS, MOST_OPTIONS, MOST_SCALE = 40, 30, 10
_LARGEST = 9_999_999

# Words that make one think of personal data; the maker is asked, never stopped.
_PERSONAL = (
    "名前", "氏名", "おなまえ", "住所", "番地", "電話", "携帯", "メール", "アドレス", "生年月日", "誕生日",
    "マイナンバー", "個人番号", "口座", "勤務先", "学校名", "顔写真", "LINE", "病名", "国籍", "宗教",
)  # fmt: skip


class QuestionRefused(OfficeError):
    """A question cannot be kept as it is."""

    code = "question-refused"


class AnswerRefused(OfficeError):
    """An answer cannot be taken; `faults` gives the message code and values by question."""

    code = "survey-answer-refused"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("答えを確かめて、もう一度送ってください。")
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition: the question is put to those who answered `question` with `value`."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options` hold value and texts by language; a scale has `least` to `most` with the
    meaning of its ends in `options`.
    """

    key: str
    kind: str
    texts: Mapping[str, str]
    options: tuple[tuple[str, Mapping[str, str]], ...] = ()
    required: bool = False
    least: int | None = None
    most: int | None = None
    when: Asked | None = field(default=None)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "key": self.key,
            "kind": self.kind,
            "texts": dict(self.texts),
            "options": [[value, dict(texts)] for value, texts in self.options],
            "required": self.required,
            "least": self.least,
            "most": self.most,
            "when": [self.when.question, self.when.value] if self.when else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Question:
        """The reverse of `to_json`."""
        options = tuple((value, dict(texts)) for value, texts in data["options"])
        when = Asked(*data["when"]) if data["when"] else None
        return cls(**{**data, "options": options, "when": when})

    def text(self, language: str) -> str:
        """The question in a language; empty where it has none."""
        return self.texts.get(language, "")

    @property
    def plain(self) -> str:
        """The Japanese text without readings."""
        return without_readings(self.texts["ja"])

    @property
    def counted(self) -> bool:
        """Whether its answers fall into a few groups."""
        return self.kind in ("choice", "choices", "scale")

    def groups(self) -> tuple[tuple[str, str], ...]:
        """Value and Japanese label of each group of a counted question, in order."""
        if self.kind == "scale":
            return tuple((str(n), self._step_name(n)) for n in range(self.least or 1, (self.most or 5) + 1))
        return tuple((value, without_readings(texts["ja"])) for value, texts in self.options)

    def _step_name(self, number: int) -> str:
        ends = {self.least: 0, self.most: 1}
        at = ends.get(number)
        if at is None or len(self.options) <= at:
            return str(number)
        return f"{number}（{without_readings(self.options[at][1]['ja'])}）"

    def field(self) -> Field:
        """The question as a field of `forms`."""
        kinds = {"scale": "number"}
        options = () if self.kind == "scale" else self.options
        least, most = self.least, self.most
        if self.kind == "number":
            least, most = least or 0, _LARGEST if most is None else most
        return Field(
            name=self.key,
            fact=self.key,
            kind=kinds.get(self.kind, self.kind),
            label=_labels(self.key, self.texts),
            required=self.required,
            options=tuple(Option(value, _labels(value, texts)) for value, texts in options),
            length=TEXT_LENGTH if self.kind == "text" else None,
            least=least if self.kind != "choices" else None,
            most=most if self.kind != "choices" else None,
        )

    def holds(self, answers: Mapping[str, JSON]) -> bool:
        """Whether the question is put to somebody with these answers."""
        if self.when is None:
            return True
        answer = answers.get(self.when.question)
        return self.when.value in (
            [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]
        )


def _labels(key: str, texts: Mapping[str, str]) -> Labels:
    return Labels(key, tuple(texts.items()))


def checked(question: Question, others: Sequence[Question]) -> Question:
    """The question with its texts trimmed. Raises `QuestionRefused` saying what to do."""
    if question.kind not in KINDS:
        raise QuestionRefused("答え方を選んでください。")
    texts = _clean(question.texts, 200)
    if not texts.get("ja"):
        raise QuestionRefused("質問（日本語）を入力してください。")
    options = tuple((value, _clean(texts, 80)) for value, texts in question.options)
    if any(not texts.get("ja") for _, texts in options):
        raise QuestionRefused("ほかのことばの選択肢が、日本語より多くあります。同じ数の行にしてください。")
    japanese = [texts["ja"] for _, texts in options]
    if len(set(japanese)) < len(japanese):
        raise QuestionRefused("同じ選択肢が2つあります。1つにしてください。")
    if question.kind in ("choice", "choices") and not 2 <= len(options) <= MOST_OPTIONS:
        raise QuestionRefused(f"選択肢を2つから{MOST_OPTIONS}個まで、1行に1つずつ書いてください。")
    least, most = question.least, question.most
    if question.kind == "scale" and (least not in (0, 1) or most is None or not 3 <= most <= MOST_SCALE):
        raise QuestionRefused(f"段階は3から{MOST_SCALE}までにしてください。")
    if question.kind == "number" and most is not None and most <= (least or 0):
        raise QuestionRefused("いちばん大きい数は、いちばん小さい数より大きくしてください。")
    _check_condition(question, others)
    kept = options if question.kind in ("choice", "choices", "scale") else ()
    return replace(question, texts=texts, options=kept)


def _check_condition(question: Question, others: Sequence[Question]) -> None:
    if question.when is None:
        return
    asked = next((one for one in others if one.key == question.when.question), None)
    if asked is None or not asked.counted or question.when.value not in dict(asked.groups()):
        raise QuestionRefused("「この質問を出す人」は、前にある選ぶ質問の答えから選んでください。")


def _clean(texts: Mapping[str, str], longest: int) -> dict[str, str]:
    cleaned = {}
    for language in LANGUAGES:
        text = " ".join(texts.get(language, "").split())
        if len(text) > longest:
            raise QuestionRefused(f"{longest}文字までで書いてください（{text[:15]}…）。")
        if re.search(r"[\u0000-\u001f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text):
            raise QuestionRefused("目に見えない文字が入っています。消して、入力し直してください。")
        if text:
            cleaned[language] = text
    return cleaned


def personal_words(question: Question) -> tuple[str, ...]:
    """Words in the question that sound like personal data."""
    said = question.plain + "".join(label for _, label in question.groups() if question.counted)
    return tuple(word for word in _PERSONAL if word in said)


def take_answers(questions: Sequence[Question], raw: Mapping[str, object]) -> dict[str, JSON]:
    """The answers to the questions that apply, parsed by their kinds; the others are left out.

    Raises `AnswerRefused` with one of `required`, `length`, `letters`, `wrong` for each question at fault.
    """
    answers: dict[str, JSON] = {}
    faults: dict[str, str] = {}
    for question in questions:
        if not question.holds(answers):
            continue
        entered = raw.get(question.key)
        if is_empty(entered):
            if question.required:
                faults[question.key] = "required"
            continue
        try:
            answers[question.key] = take(question.field(), _joined(entered))
        except InvalidAnswer:
            faults[question.key] = _fault(question, entered)
    if faults:
        raise AnswerRefused(faults)
    return answers


def _joined(entered: object) -> object:
    """Lines of a free text become one: forms keep no line breaks."""
    return re.sub(r"[\r\n\t]+", " ", entered) if isinstance(entered, str) else entered


def _fault(question: Question, entered: object) -> str:
    if question.kind == "text" and isinstance(entered, str):
        return "length" if len(entered.strip()) > TEXT_LENGTH else "letters"
    return "number" if question.kind == "number" else "wrong"


def languages_of(texts: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The languages in which every one of the texts stands, in the order they are offered."""
    return tuple(code for code in LANGUAGES if all(one.get(code) for one in texts))
