"""Surveys on both databases: from making to archiving, codes used once, answers that lead back to nobody."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotNow, NotPermitted
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import survey_export, surveys
from office.records.models.surveys import Survey, SurveyAnswer, SurveyCode, new_answer_id
from office.records.survey_questions import Question, QuestionRefused
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import post, signed_in, texts_of, token_of

USE = Question(
    "q1", "choice", {"ja": "使いますか"}, (("o1", {"ja": "はい"}), ("o2", {"ja": "いいえ"})), required=True
)
WORDS = Question("q2", "text", {"ja": "ご意見"})


@pytest.fixture
def platform(tmp_path: Path, database_url: str) -> Iterator[Platform]:
    platform = opened(tmp_path / "data", database_url)
    yield platform
    platform.engine.dispose()


@pytest.fixture
def maker(platform: Platform) -> Actor:
    return officer(platform.sessions, "jimu", Role.BACK_OFFICE)


def open_survey(platform: Platform, maker: Actor, *, coded: bool = False, least_cell: int = 0) -> str:
    today = clock.today()
    outline = surveys.Outline({"ja": "図書館"}, {}, today, today + timedelta(days=9), coded, least_cell)
    with platform.sessions.begin() as session:
        survey = surveys.make(session, maker, outline)
        with pytest.raises(NotNow, match="質問がまだありません"):
            surveys.open_(session, maker, survey)
        surveys.set_questions(session, maker, survey, [USE, WORDS])
        surveys.open_(session, maker, survey)
        return survey.slug


def answered(platform: Platform, slug: str, sheet: str = "", code: str = "", **given: object) -> str:
    with platform.sessions.begin() as session:
        survey = surveys.find_public(session, slug)
        return surveys.answer(session, platform.vault, survey, given, sheet, code).id


def test_a_survey_from_making_to_archiving(platform: Platform, maker: Actor) -> None:
    slug = open_survey(platform, maker)
    answered(platform, slug, q1="o1", q2="=HYPERLINK(1)")
    with platform.sessions.begin() as session:
        survey = surveys.find(session, maker, slug)
        with pytest.raises(NotNow, match="質問は直せません"):
            surveys.set_questions(session, maker, survey, [USE])
        surveys.close(session, maker, survey)
    with pytest.raises(NotNow, match="受け付けていません"):
        answered(platform, slug, q1="o1")
    with platform.sessions.begin() as session:
        survey = surveys.find(session, maker, slug)
        surveys.open_(session, maker, survey)
        surveys.close(session, maker, survey)
        surveys.archive(session, maker, survey)
        with pytest.raises(NotNow, match="保管した"):
            surveys.open_(session, maker, survey)
        table = survey_export.as_csv(session, maker, platform.vault, survey).decode("utf-8-sig")
        assert table.splitlines() == ["使いますか,ご意見", "はい,'=HYPERLINK(1)"]
        book = openpyxl.load_workbook(
            io.BytesIO(survey_export.as_workbook(session, maker, platform.vault, survey))
        )
    cell = book["回答"]["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert [row[2].value for row in book["集計"]["A2:D4"]] == [1, 1, 0]
    with platform.sessions() as session:
        said = [entry.body for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))]
    names = ["survey.made", "survey.changed", "survey.opened", "survey.closed", "survey.exported"]
    assert all(any(f'"{name}"' in body for body in said) for name in names)
    assert not any("HYPERLINK" in body or "図書館" in body for body in said)


def test_small_numbers_leave_neither_results_nor_files(platform: Platform, maker: Actor) -> None:
    slug = open_survey(platform, maker, least_cell=3)
    for choice in ("o1", "o1", "o2"):
        answered(platform, slug, q1=choice, q2="ひとこと")
    with platform.sessions.begin() as session:
        survey = surveys.find(session, maker, slug)
        table = survey_export.as_csv(session, maker, platform.vault, survey).decode("utf-8-sig")
        content = survey_export.as_workbook(session, maker, platform.vault, survey)
    assert ",はい,*,*" in table
    assert "ひとこと" not in table
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["集計"]


def test_a_code_counts_once_even_when_used_twice_at_once(platform: Platform, maker: Actor) -> None:
    slug = open_survey(platform, maker, coded=True)
    with platform.sessions.begin() as session:
        survey = surveys.find(session, maker, slug)
        codes = surveys.make_codes(session, maker, platform.vault, survey, 3)
        kept = session.scalars(sa.select(SurveyCode.code_index)).all()
    assert len(set(codes)) == 3
    assert not {code.encode() for code in codes} & set(kept)

    def send(_: int) -> bool:
        try:
            answered(platform, slug, code=codes[0].upper(), q1="o1")
        except surveys.CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, range(8))) == [False] * 7 + [True]
    with pytest.raises(surveys.CodeRefused):
        answered(platform, slug, code="aaaaaaaaaa", q1="o1")
    with platform.sessions() as session:
        survey = surveys.find_public(session, slug)
        assert surveys.count(session, survey) == 1
        free = [surveys.code_is_free(session, platform.vault, survey, code) for code in codes]
        assert free == [False, True, True]


def test_the_same_sheet_sent_twice_counts_once(platform: Platform, maker: Actor) -> None:
    slug, sheet = open_survey(platform, maker), new_answer_id()
    assert answered(platform, slug, sheet, q1="o1") == answered(platform, slug, sheet, q1="o2") == sheet
    assert answered(platform, slug, "../../etc", q1="o1") != "../../etc"
    with platform.sessions() as session:
        assert surveys.count(session, surveys.find_public(session, slug)) == 2
        columns = set(SurveyAnswer.__table__.columns.keys())
    assert columns == {"id", "survey_id", "answers_sealed"}


def test_only_makers_may_and_dates_are_checked(platform: Platform, maker: Actor) -> None:
    counter = officer(platform.sessions, "mado", Role.COUNTER)
    today = clock.today()
    with platform.sessions() as session:
        with pytest.raises(NotPermitted):
            surveys.list_surveys(session, counter)
        outline = surveys.Outline({"ja": "題"}, {}, today, today - timedelta(days=1))
        with pytest.raises(QuestionRefused, match="終わりの日"):
            surveys.make(session, maker, outline)
        assert session.scalar(sa.select(sa.func.count()).select_from(Survey)) == 0


@pytest.fixture
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


def test_pages_from_the_first_word_to_the_answer(app: Flask, platform: Platform, maker: Actor) -> None:
    client = signed_in(app, "jimu")
    wrong = post(client, "/surveys/new", **{"title-ja": "", "opens_on": "令和8年4月1日", "closes_on": "x"})
    assert wrong.status_code == 422
    today, later = clock.today(), clock.today() + timedelta(days=7)
    dates = {"opens_on": today.isoformat(), "closes_on": later.isoformat()}
    made = post(client, "/surveys/new", **{"title-ja": "公園", "title-en": "Parks", **dates})
    page = made.location
    fields = {
        "kind": "choice",
        "text-ja": "お名前の欄は要りますか",
        "options-ja": "はい\nいいえ",
        "required": "yes",
    }
    english = {"text-en": "Is it?", "options-en": "Yes\nNo"}
    assert post(client, f"{page}questions/new", **fields, **english).status_code == 302
    assert "個人が分かる質問かもしれません" in texts_of(client.get(page))
    more = {"kind": "text", "text-ja": "なぜですか", "text-en": "Why?", "when": "q1=o1"}
    assert post(client, f"{page}questions/new", **more).status_code == 302
    short = {"kind": "choice", "text-ja": "どれ", "options-ja": "はい"}
    refused = post(client, f"{page}questions/new", **short)
    assert refused.status_code == 422
    assert "選択肢を2つから" in texts_of(refused)
    assert post(client, page, f"{page}questions/q1/arrange", act="delete").status_code == 302
    assert "先に、そちらの" in texts_of(client.get(page))
    assert post(client, page, f"{page}state", act="open").status_code == 302
    slug = page.strip("/").split("/")[-1]
    phone = app.test_client()
    shown = phone.get(f"/q/{slug}/?lang=en")
    assert "Only if you answered" in texts_of(shown)
    sheet = {"csrf_token": token_of(shown), "sheet": new_answer_id()}
    fault = phone.post(f"/q/{slug}/?lang=en", data={**sheet, "q1": "o1", "q2": "a\u202eb"})
    assert fault.status_code == 422
    assert "characters in it that cannot be used" in texts_of(fault)
    sent = phone.post(f"/q/{slug}/?lang=en", data={**sheet, "q1": "o1", "q2": "<b>trees</b>"})
    assert sent.location == f"/q/{slug}/thanks?lang=en"
    assert phone.post(f"/q/{slug}/", data={"q1": "o1"}).status_code == 400
    results = client.get(f"{page}results/?text=TREES")
    assert "&lt;b&gt;trees&lt;/b&gt;" in results.text
    assert 'role="img"' in results.text
