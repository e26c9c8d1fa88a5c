"""The verification page without a browser: forms sent and pages shown; what a second person must not see."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ocr.readings import FieldReading
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.models.applications import Application, ApplicationState
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_decisions import DoubtState, PaperDecision, PaperDoubt
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of
from tests.support.readings import batch_of, doubtful, example, illegible, pages_read

COPY, ALLOWANCE = "resident-record-copy", "child-allowance"
PHONE, BIRTH = "applicant.phone", "applicant.birth_on"
SERIALS = itertools.count(1)
IN_PLACE = {"X-Part": "card"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = opened(tmp_path_factory.mktemp("verify") / "data")
    for login, role in (("mado", Role.COUNTER), ("jimu", Role.BACK_OFFICE), ("kansa", Role.AUDITOR)):
        officer(platform.sessions, login, role)
    yield platform
    platform.engine.dispose()


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def mado(app: Flask, platform: Platform) -> Iterator[FlaskClient]:
    """An officer of the counter, signed in; afterwards no page waits."""
    yield signed_in(app, "mado")
    with platform.sessions.begin() as session:
        for page in session.scalars(select(PaperPage).where(PaperPage.state == PaperState.WAITING)):
            page.state = PaperState.DISCARDED


def brought(platform: Platform, slug: str, doubts: dict[str, FieldReading]) -> str:
    """A batch of one form with these doubts; its id."""
    with platform.sessions.begin() as session:
        actor = Actor.of(session.scalars(select(Officer).where(Officer.login == "mado")).one())
        serial = f"{next(SERIALS):06d}"
        pages = pages_read(platform, slug, example(slug, "family"), doubts, serial)
        return batch_of(session, actor, platform, pages)[0].id


def inputs(answer: TestResponse) -> dict[str, str]:
    """What the browser would send of the card as it stands."""
    card = answer.text[answer.text.index("data-card=") : answer.text.index("verify-acts")]
    sent = {}
    for tag in re.findall(r"<input[^>]+>", card):
        name, value = (re.search(rf'\b{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and ("radio" not in tag or " checked" in tag):
            sent[name[1]] = unescape(value[1]) if value else ""
    return sent


def address(answer: TestResponse) -> str:
    found = re.search(r'id="card"[^>]* action="([^"]+)"', answer.text)
    assert found, answer.text[-3000:]
    return unescape(found[1])


def press(client: FlaskClient, shown: TestResponse, act: str = "right", **typed: str) -> TestResponse:
    """Press a button of the card that is shown, with what was typed; the page that follows."""
    sent = inputs(shown) | typed | {"act": act, "csrf_token": token_of(shown)}
    return client.post(address(shown), data=sent, follow_redirects=True)


def left(answer: TestResponse) -> int:
    found = re.search(r'data-left="(\d+)"', answer.text)
    assert found
    return int(found[1])


def label(answer: TestResponse) -> str:
    found = re.search(r'id="verify-label">([^<]+)', answer.text)
    return found[1] if found else ""


def test_form_by_form_until_the_draft_is_made(mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: illegible("")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    assert (label(shown), left(shown)) == ("生年月日", 2)
    assert "読み取れません" in shown.text
    shown = press(mado, shown, **{BIRTH: "昭和99年1月1日"})
    assert 'role="alert"' in shown.text
    assert inputs(shown)[BIRTH] == "昭和99年1月1日"
    shown = press(mado, shown, **{BIRTH: "Ｓ60.5.1"})
    assert (label(shown), left(shown)) == ("電話番号", 1)
    shown = press(mado, shown)
    assert "「住民票の写し等 交付請求書」の下書きができました" in shown.text
    assert "すべて確かめました" in shown.text
    with platform.sessions() as session:
        made = session.scalars(select(Application).order_by(Application.id.desc())).first()
        assert made is not None
        assert made.state is ApplicationState.DRAFT
        assert made.read_record(platform.vault)[BIRTH] == "1985-05-01"


def test_in_place_only_the_part_is_sent(mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    assert 'data-ahead alt=""' in shown.text, "the picture after this one is fetched ahead"
    sent = inputs(shown) | {"act": "right", "csrf_token": token_of(shown)}
    part = mado.post(address(shown), data=sent, headers=IN_PLACE)
    assert (part.status_code, "<html" in part.text, label(part)) == (200, False, "電話番号")
    again = mado.post(address(shown), data=sent, headers=IN_PLACE)
    assert "先ほど決めたとおりに保存してあります" in again.text
    assert label(again) == "電話番号"


def test_undo_later_and_unreadable(mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    later = mado.post(
        address(shown).replace("?", "/later?"), data={"csrf_token": token_of(shown)}, follow_redirects=True
    )
    assert label(later) == "電話番号"
    shown = press(mado, later, "unreadable")
    assert (label(shown), left(shown)) == ("生年月日", 1)
    assert "ご本人に確かめる欄 1件" in shown.text
    back = mado.post("/paper/verify/undo", data={"csrf_token": token_of(shown)}, follow_redirects=True)
    assert label(back) == "電話番号"
    press(mado, back, "unreadable")
    asked = mado.get("/paper/verify/asked")
    assert "電話番号" in asked.text
    (link,) = re.findall(r'href="(/paper/verify/[0-9A-Z]{26})"', asked.text)
    shown = press(mado, mado.get(link), **{PHONE: "03-1234-5678"})
    assert label(shown) == "生年月日"
    assert "もう確認した" not in shown.text
    with platform.sessions() as session:
        kinds = [str(one.kind) for one in session.scalars(select(PaperDecision).order_by(PaperDecision.id))]
    assert kinds[-3:] == ["unreadable", "unreadable", "typed"]


def test_what_could_not_be_read_goes_back_to_everybody(mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999")})
    press(mado, mado.get(f"/paper/verify/?batch={batch}"), "unreadable")
    asked = mado.get("/paper/verify/asked")
    (link,) = re.findall(r'action="(/paper/verify/[0-9A-Z]{26}/again)"', asked.text)
    answer = mado.post(link, data={"csrf_token": token_of(asked)}, follow_redirects=True)
    assert "もう一度たずねる列に戻しました" in answer.text
    assert "確かめる欄はありません" in answer.text
    assert left(mado.get(f"/paper/verify/?batch={batch}")) == 1


def test_the_second_person_sees_nothing_of_the_first(
    app: Flask, mado: FlaskClient, platform: Platform
) -> None:
    batch = brought(platform, ALLOWANCE, {})
    first = mado.get(f"/paper/verify/?batch={batch}")
    account = example(ALLOWANCE, "family")["account"]
    assert isinstance(account, dict)
    assert "2人で入力する欄です" in first.text
    assert inputs(first)["account-number"] == account["number"]
    done = press(mado, first)
    assert "別の職員の入力を待つ欄が1件" in done.text
    jimu = signed_in(app, "jimu")
    second = jimu.get(f"/paper/verify/?batch={batch}")
    assert "2人目の入力です" in second.text
    seen = second.text[second.text.index('id="verify"') :]
    assert str(account["number"]) not in seen
    assert str(account["holder_kana"]) not in seen
    typed = {f"account-{part}": str(text) for part, text in account.items()}
    done = press(jimu, second, **typed)
    assert "下書きができました" in done.text


def test_a_whole_form_cannot_go_round_two_people(mado: FlaskClient, platform: Platform) -> None:
    brought(platform, ALLOWANCE, {PHONE: doubtful("090-9999-9999")})
    with platform.sessions() as session:
        waiting = select(PaperPage).where(PaperPage.state == PaperState.WAITING).order_by(PaperPage.id)
        page = session.scalars(waiting).first()
    assert page is not None
    shown = mado.get(f"/paper/{page.id}")
    assert "2人で入力" in shown.text
    sheets = re.findall(r'name="sheet" value="([^"]+)"', shown.text)
    answer = mado.post(f"/paper/{page.id}", data={"csrf_token": token_of(shown), "sheet": sheets})
    assert answer.status_code == 422
    assert "この欄は2人で入力します" in answer.text


def test_a_picture_of_a_place_and_its_refusals(app: Flask, mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    found = re.search(r'data-crop src="([^"]+)"', shown.text)
    assert found
    crop = unescape(found[1])
    assert mado.get(crop).data.startswith(b"\x89PNG")
    assert mado.get(re.sub(r"\d+\.png", "999.png", crop)).status_code == 404
    assert mado.get("/paper/verify/NOSUCH").status_code == 404
    auditor = signed_in(app, "kansa")
    for place in ("/paper/verify/", "/paper/verify/asked", crop):
        assert auditor.get(place).status_code == 403
        assert app.test_client().get(place).status_code == 302
    assert mado.post(address(shown), data={"act": "right"}).status_code == 400


def test_leaving_gives_doubts_back(app: Flask, mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    jimu = signed_in(app, "jimu")
    other = jimu.get(f"/paper/verify/?batch={batch}")
    assert (label(other), left(other)) == ("", 0)
    assert "ほかの職員が1件を確かめています" in other.text
    assert mado.post("/paper/verify/leave", data={"csrf_token": token_of(shown)}).status_code == 204
    assert label(jimu.get(f"/paper/verify/?batch={batch}")) == "電話番号"


def test_the_whole_form_shows_and_keeps_what_was_decided(mado: FlaskClient, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01")})
    shown = mado.get(f"/paper/verify/?batch={batch}")
    press(mado, shown, **{BIRTH: "昭和60年5月2日"})
    with platform.sessions() as session:
        decided = select(PaperDoubt.page_id).where(PaperDoubt.state == DoubtState.DECIDED)
        waiting = select(PaperPage).where(PaperPage.state == PaperState.WAITING)
        page = session.scalars(waiting.where(PaperPage.id.in_(decided))).one()
    form = mado.get(f"/paper/{page.id}").text
    place = form[form.index('id="row-applicant.birth_on"') :]
    assert "確認済み" in place[:600]
    assert 'value="昭和60年5月2日"' in place[:2000]
    with platform.sessions() as session:
        states = dict(
            session.execute(
                select(PaperDoubt.field, PaperDoubt.state).where(PaperDoubt.page_id == page.id)
            ).all()
        )
    assert states == {BIRTH: DoubtState.DECIDED, PHONE: DoubtState.OPEN}
