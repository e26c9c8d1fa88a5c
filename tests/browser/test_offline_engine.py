"""The tablet's engine in real Chromium against the server's: they ask, decide and fill the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

import forms
from forms.answers import InvalidAnswer, Source, take
from forms.bundle import KINDS, NUMBERS, bundle, field_json
from forms.catalogue import load_catalogue
from forms.condition_compiler import _METHODS
from forms.definition import Field, Labels, Option
from forms.interview import Interview
from forms.kinds import KINDS as ALL_KINDS
from forms.language import LANGUAGES
from forms.offline_summary import digest_of, summary_of
from forms.values.numbers import KINDS as ALL_NUMBERS
from forms.values.numbers import complete
from tests.support.offline_answers import conversations

ON = date(2026, 11, 20)
CATALOGUE = load_catalogue()
EXAMPLES = sorted(Path(forms.__file__).parent.glob("life_events/examples/*.json"))
CONSENT = "表示された内容を確かめ、このとおり申請します。"
ENGINE = """
async (bundle) => {
  const base = "/static/js/offline/";
  const [interviews, summaries, kinds] = await Promise.all(
    ["interview.js", "summary.js", "kinds.js"].map((name) => import(base + name)),
  );
  const { Definitions, Interview } = interviews;
  const { summaryOf, sha256, canonical } = summaries;
  const { take, KIND_NAMES } = kinds;
  window.definitions = new Definitions(bundle);
  window.kindNames = KIND_NAMES;
  window.taken = (field, raws) => raws.map((raw) => {
    try { return [true, take(field, raw)]; } catch (error) { return [false, error.message]; }
  });
  window.conversation = async (event, on, said, consent) => {
    let interview = Interview.begin(window.definitions, event, on);
    const refused = [];
    for (const [fact, raw, source] of said) {
      try {
        interview = interview.answer(fact, raw, source);
      } catch (error) {
        refused.push([fact, error.message]);
      }
    }
    const digests = {};
    for (const language of window.definitions.languages.values()) {
      digests[language.code] = await sha256(canonical(summaryOf(interview, language, consent)));
    }
    return {
      refused,
      answers: interview.answers,
      questions: interview.questions().map((one) => [
        one.fact, one.field.required, (one.field.options ?? []).map(([value]) => value),
        one.field.label.ja, one.section.ja, one.answer,
      ]),
      next: interview.nextQuestion()?.fact ?? null,
      determinations: interview.determinations().map((one) => [
        one.procedure.slug, one.procedure.version, one.needed, one.reason.ja ?? "", one.subjects,
      ]),
      bring: interview.toBring().map((one) => one.label.ja),
      forms: interview.applications().map((form) => ({
        procedure: form.procedure.slug, subject: form.subject, problems: form.problems,
        boxes: form.boxes.map((box) => [box.field.name, box.value, box.source]),
      })),
      summary: summaryOf(interview, window.definitions.languages.get("ja"), consent),
      digests,
    };
  };
}
"""


@pytest.fixture(scope="module")
def engine(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    """A page with the engine over today's definitions."""
    context = browser.new_context(base_url=suite[0])
    page = context.new_page()
    page.goto("/sign-in")
    page.evaluate(ENGINE, bundle(CATALOGUE, ON))
    yield page
    context.close()


def on_server(event: str, said: list[tuple[str, Any, str]]) -> dict[str, Any]:
    """What the server's interview comes to, in the shape the page gives."""
    interview, refused = Interview.begin(CATALOGUE, event, ON), []
    for fact, raw, source in said:
        try:
            interview = interview.answer(fact, raw, Source(source))
        except InvalidAnswer as error:
            refused.append([fact, error.message])
    left = interview.next_question()
    return {
        "refused": refused,
        "answers": interview.to_json()["answers"],
        "questions": [
            [
                one.fact,
                one.field.required,
                [option.value for option in one.field.options],
                one.field.label.text("ja"),
                one.section.text("ja"),
                one.answer and one.answer.to_json(),
            ]
            for one in interview.questions()
        ],
        "next": left and left.fact,
        "determinations": [
            [one.procedure.slug, one.procedure.version, one.needed, one.reason.text("ja"), list(one.subjects)]
            for one in interview.determinations()
        ],
        "bring": [one.attachment.label.text("ja") for one in interview.to_bring()],
        "forms": [
            {
                "procedure": form.procedure.slug,
                "subject": form.subject,
                "problems": [problem.field for problem in form.problems],
                "boxes": [[box.field.name, box.value, box.source and str(box.source)] for box in form.boxes],
            }
            for form in interview.applications()
        ],
        "summary": summary_of(interview, "ja", CONSENT),
        "digests": {code: digest_of(summary_of(interview, code, CONSENT)) for code in LANGUAGES},
    }


def assert_same(engine: Page, event: str, said: list[tuple[str, Any, str]]) -> dict[str, Any]:
    """Both engines give the same from the same answers."""
    server: dict[str, Any] = json.loads(json.dumps(on_server(event, said)))
    tablet = engine.evaluate(
        "([event, on, said, consent]) => window.conversation(event, on, said, consent)",
        [event, ON.isoformat(), [list(one) for one in said], CONSENT],
    )
    for part in server:
        assert tablet[part] == server[part], part
    return server


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_conversations_come_to_the_same(engine: Page, path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    answers = {**data.get("known", {}), **data["answers"]}
    said = [
        (fact, one["value"], one["source"])
        if isinstance(one, dict) and set(one) == {"value", "source"}
        else (fact, one, "said")
        for fact, one in answers.items()
    ]
    event = data.get("event") or max(
        (one.slug for one in CATALOGUE.events() if path.stem.startswith(one.slug)), key=len
    )
    server = assert_same(engine, event, said)
    assert server["forms"], "an example needs at least one form"


def test_what_must_hold_across_boxes_is_missed_by_neither(engine: Page) -> None:
    path = next(one for one in EXAMPLES if one.stem == "marriage-couple")
    answers = json.loads(path.read_text(encoding="utf-8"))["answers"]
    answers |= {"koseki.wide": True, "identity.document": "none", "identity.method": "interview"}
    said = [
        (fact, one["value"], one["source"])
        if isinstance(one, dict) and set(one) == {"value", "source"}
        else (fact, one, "said")
        for fact, one in answers.items()
    ]
    server = assert_same(engine, "marriage", said)
    register = next(one for one in server["forms"] if one["procedure"] == "family-register-certificate")
    assert register["problems"] == ["identity.document"]


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(conversation=conversations(CATALOGUE, ON))
def test_any_conversation_comes_to_the_same(
    engine: Page, conversation: tuple[str, list[tuple[str, Any]]]
) -> None:
    event, said = conversation
    assert_same(engine, event, [(fact, value, "said") for fact, value in said])


LENGTHS = (("municipality-code", 5), ("medical-institution", 9), ("insurer-number", 5), ("insurer-number", 7))
RAW: list[Any] = [
    "",
    "  ",
    "令和8年4月1日",
    "R8.4.1",
    "㋿8年4月1日",
    "二〇二六年四月一日",
    "2026-02-30",
    "20260401",
    "H31.4.30",
    "平成31年5月1日",
    "昭和六十四年一月七日",
    "令和元年5月1日（2019年）",
    "2026-11-20(金)",
    "2026-11-20(月)",
    "1868-01-24",
    "明治45年7月30日",
    "大正15年12月25日",
    "R0.1.1",
    "9999-12-31",
    "たなか",
    "ﾀﾅｶ ｼﾞﾛｳ",
    "カ゛",
    "タナカ-ジロウ",
    "コ－ヒ－",
    "ヴァ",
    "abc",
    "090-1234-5678",
    "０３（１２３４）５６７８",
    "+81 90 1234 5678",
    "(0120)111-222",
    "03-12-34-56",
    "0312345678 内線 12",
    "0800-123-4567",
    "123456789018",
    "123456789012",
    "1234 5678 9018",
    "７０００-0120-50002",
    "T7000012050002",
    "3",
    "-1",
    "１，２３４",
    3,
    -2,
    1.5,
    True,
    False,
    None,
    "a",
    "A-1",
    *(complete(number, "1234567890123"[:length]) for number, length in LENGTHS),
    "はい",
    "無",
    "ON",
    [],
    ["a"],
    ["a", "b", "a"],
    ["甲"],
    {},
    {"family": "髙橋"},
    "\u202e逆",
    "見本\u200b",
    "\ufeff見本",
    "𠮷\U000e0100",
    "ＡＢＣ　ＤＥＦ",
    "\ue000外字",
    "a" * 201,
    {"family": "ＳＭＩＴＨ　", "given": " ＪＯＨＮ  Ｑ "},
    {"family": "髙橋", "given": "健太", "family_kana": "たかはし", "given_kana": "健太"},
    {"family": "", "given": "x"},
    {"family": "髙橋", "given": "健太", "family_kana": "たかはし", "given_kana": "ケンタ"},
    {"postal_code": "〒100-0001", "city": "千代田区", "block": "１－１"},
    {"postal_code": "1000", "city": "x"},
    {"block": "1"},
    {"bank_code": "0001", "branch_code": "1", "kind": "ordinary", "number": "1", "holder_kana": "カ）ミホン"},
    {
        "bank_code": "０００１",
        "branch_code": "001",
        "kind": "current",
        "number": "12",
        "holder_kana": "ｶ)ﾐﾎﾝ",
    },
    {"bank_code": "0001", "branch_code": "001", "kind": "x", "number": "12", "holder_kana": "ミ"},
]


def _fields() -> list[Field]:
    """One field of each kind and limit that tablets know."""
    label = Labels("x", (("ja", "見本"),))
    options = tuple(Option(value, Labels("o", (("ja", text),))) for value, text in (("a", "甲"), ("b", "乙")))
    columns = (
        Field("name", "name", "name", label),
        Field("birth_on", "birth_on", "date", label, required=False),
    )
    plain = [
        Field(
            key,
            key,
            key,
            label,
            options=options if "choice" in key else (),
            fields=columns if key in ("person", "people", "rows") else (),
        )
        for key in sorted(KINDS)
    ]
    numbers = [Field("n", "n", "digits", label, number=number) for number in sorted(NUMBERS)]
    limited = [
        Field("t", "t", "text", label, pattern="[A-Z0-9-]{1,4}", length=4),
        Field("d", "d", "digits", label, length=8, least=3),
        Field("c", "c", "choices", label, options=options, least=1),
        Field("m", "m", "number", label, least=2, most=4),
        Field("r", "r", "name", label, reading=True),
        Field("o", "o", "choice", label, options_from="members"),
        Field("p", "p", "people", label, fields=columns, least=1, most=1),
        Field("s", "s", "consent", label, required=False),
    ]
    return [*plain, *numbers, *limited]


@pytest.mark.parametrize("field", _fields(), ids=lambda field: f"{field.name}-{field.kind}-{field.number}")
def test_every_kind_takes_and_refuses_the_same(engine: Page, field: Field) -> None:
    people = [[one] for one in RAW if isinstance(one, dict)] if field.kind in ("people", "rows") else []
    wrapped = (
        [{"name": one} for one in RAW if isinstance(one, dict)]
        if field.kind in ("person", "people", "rows")
        else []
    )
    raws = [*RAW, *people, *wrapped, *([one] for one in wrapped)]
    server = []
    for raw in raws:
        try:
            server.append([True, take(field, raw)])
        except InvalidAnswer as error:
            server.append([False, error.message])
    tablet = engine.evaluate("([field, raws]) => window.taken(field, raws)", [field_json(field), raws])
    assert [(raw, one) for raw, one in zip(raws, tablet, strict=True)] == list(zip(raws, server, strict=True))
    assert any(taken for taken, _ in server), "some raw value must be good"


@settings(max_examples=60)
@given(
    texts=st.lists(
        st.text(
            alphabet="0123456789年月日RHSTM令和平成昭〇一二十百元./-－ （）()ー アァがｶﾞ゛A.+内線", max_size=14
        ),
        max_size=40,
    )
)
def test_any_line_of_text_is_taken_the_same(engine: Page, texts: list[str]) -> None:
    for key in ("date", "kana", "telephone", "number", "digits", "text"):
        field = Field("x", "x", key, Labels("x", (("ja", "見本"),)))
        server = []
        for raw in texts:
            try:
                server.append([True, take(field, raw)])
            except InvalidAnswer as error:
                server.append([False, error.message])
        tablet = engine.evaluate("([field, raws]) => window.taken(field, raws)", [field_json(field), texts])
        assert tablet == server


def test_the_tablet_knows_every_kind_and_method(engine: Page) -> None:
    assert sorted(engine.evaluate("window.kindNames")) == sorted(ALL_KINDS) == sorted(KINDS)
    assert sorted(NUMBERS) == sorted(ALL_NUMBERS)
    assert set(_METHODS) == {"any", "all", "count", "where", "first"}
