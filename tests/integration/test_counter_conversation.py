"""The officer's conversation: undo, two officers at once, hand-over, doubles, corrections, the copy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forms.interview import Interview
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotNow, NotPermitted
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import applications, cases, corrections, decisions
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.records.models.counter import CaseStep, Objection
from office.web.application import create_app
from tests.support.counter import returned, sign, signed_case
from tests.support.ground import PASSWORD, officer, opened
from tests.support.pages import finished_case, post, signed_in, texts_of

NUMBERS = itertools.count()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    platform = opened(tmp_path / "data")
    yield platform
    platform.engine.dispose()


@pytest.fixture
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def mado(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


@pytest.fixture
def jimu(platform: Platform) -> Actor:
    return officer(platform.sessions, "jimu", Role.BACK_OFFICE)


@pytest.fixture
def client(app: Flask, mado: Actor) -> FlaskClient:
    return signed_in(app, "mado")


def answers_of(platform: Platform, case_id: str) -> dict[str, object]:
    with platform.sessions() as session:
        stored = session.get_one(Case, case_id).read_interview(platform.vault)
        interview = Interview.from_json(platform.catalogue, stored)
        return {fact: answer.value for fact, answer in interview.answers.items()}


def journal(platform: Platform, event: str) -> list[str]:
    with platform.sessions() as session:
        bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq))
        return [body for body in bodies if f'"{event}"' in body]


def say(client: FlaskClient, case_id: str, fact: str, text: str, **more: str) -> int:
    page = f"/counter/{case_id}"
    return post(client, page, f"{page}/answers/{fact}", **{fact: text}, **more).status_code


def test_answers_are_undone_one_by_one_also_later(
    platform: Platform, mado: Actor, app: Flask, client: FlaskClient
) -> None:
    case_id = finished_case(platform, mado)
    before = answers_of(platform, case_id)
    assert "disabled" in client.get(f"/counter/{case_id}").text.split('data-key="z"')[1][:20]
    assert say(client, case_id, "contact.phone", "03-1111-2222") == 302
    assert say(client, case_id, "contact.phone", "03-3333-4444") == 302
    later = signed_in(app, "mado")
    page = f"/counter/{case_id}"
    post(later, page, f"{page}/undo")
    assert answers_of(platform, case_id)["contact.phone"] == "03-1111-2222"
    post(later, page, f"{page}/undo")
    assert answers_of(platform, case_id) == before
    nothing = post(later, page, f"{page}/undo")
    assert nothing.status_code == 409
    assert "取り消せる答えはありません" in texts_of(nothing)
    assert len(journal(platform, "case.answer-undone")) == 2


def test_the_later_of_two_officers_is_told_and_loses_nothing(
    platform: Platform, mado: Actor, app: Flask, client: FlaskClient
) -> None:
    officer(platform.sessions, "tonari", Role.COUNTER)
    other = signed_in(app, "tonari")
    case_id = finished_case(platform, mado)
    page = f"/counter/{case_id}"
    assert 'name="step" value="0"' in other.get(page).text
    assert say(client, case_id, "contact.phone", "03-1111-2222", step="0") == 302
    late = post(
        other, page, f"{page}/answers/contact.phone", **{"contact.phone": "03-9999-8888", "step": "0"}
    )
    assert late.status_code == 422
    assert "職員 madoさんが先に答えを保存しています" in texts_of(late)
    assert "03-9999-8888" in late.text, "what was typed is still there"
    assert answers_of(platform, case_id)["contact.phone"] == "03-1111-2222"
    assert 'name="step" value="1"' in late.text
    assert say(other, case_id, "contact.phone", "03-9999-8888", step="1") == 302
    assert answers_of(platform, case_id)["contact.phone"] == "03-9999-8888"
    assert say(client, case_id, "moving.moved_on", "令和8年4月2日", step="1") == 302, (
        "another question is free"
    )
    with platform.sessions() as session:
        assert [one.number for one in session.scalars(sa.select(CaseStep).order_by(CaseStep.number))] == [
            1,
            2,
            3,
        ]


def test_a_case_is_passed_on_and_taken_up_elsewhere(
    platform: Platform, mado: Actor, app: Flask, client: FlaskClient
) -> None:
    tonari = officer(platform.sessions, "tonari", Role.COUNTER)
    officer(platform.sessions, "third", Role.COUNTER)
    case_id = finished_case(platform, mado)
    page = f"/counter/{case_id}/hand-on"
    empty = post(client, page, note=" ")
    assert empty.status_code == 422
    assert "引き継ぐ内容を入力してください" in texts_of(empty)
    note = "年金手帳を取りに戻られました。"
    assert post(client, page, note=note, desk="2番", to=tonari.officer).status_code == 302
    again = post(client, page, note="もう一度")
    assert "もう引き継ぎ待ちです" in texts_of(again)
    assert note not in texts_of(signed_in(app, "third").get("/counter/"))
    other = signed_in(app, "tonari")
    listed = other.get("/counter/")
    assert note in texts_of(listed)
    assert "あなたあて" in texts_of(listed)
    take = listed.text.split('action="/counter/handovers/')[1].split('"')[0]
    third = post(signed_in(app, "third"), "/counter/", f"/counter/handovers/{take}")
    assert third.status_code == 409
    assert post(other, "/counter/", f"/counter/handovers/{take}").location == f"/counter/{case_id}"
    assert note in texts_of(other.get(f"/counter/{case_id}")), "the next officer reads it on the page"
    assert post(other, "/counter/", f"/counter/handovers/{take}").status_code == 409
    with platform.sessions() as session:
        assert session.get_one(Case, case_id).officer_id == tonari.officer
    assert (len(journal(platform, "case.handed-on")), len(journal(platform, "case.taken-up"))) == (1, 1)
    assert not any("年金" in body for body in journal(platform, "case.handed-on"))


def test_who_passed_a_case_on_does_not_decide_on_it(platform: Platform, jimu: Actor, app: Flask) -> None:
    both = officer(platform.sessions, "both", Role.COUNTER, Role.APPROVER)
    tonari = officer(platform.sessions, "tonari", Role.COUNTER)
    case_id = finished_case(platform, both)
    post(signed_in(app, "both"), f"/counter/{case_id}/hand-on", note="お願いします。")
    taker = signed_in(app, "tonari")
    take = taker.get("/counter/").text.split('action="/counter/handovers/')[1].split('"')[0]
    post(taker, "/counter/", f"/counter/handovers/{take}")
    with platform.sessions.begin() as session:
        case = cases.find(session, tonari, case_id)
        interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
        cases.show_documents(session, tonari, platform, case, interview)
    (receipt,) = sign(platform, tonari, case_id)
    with platform.sessions.begin() as session:
        decisions.accept(session, jimu, applications.find(session, jimu, receipt))
    with platform.sessions() as session, pytest.raises(NotPermitted):
        decisions.grant(session, both, applications.find(session, both, receipt))


def test_doubles_are_shown_and_continued_with_a_reason(
    platform: Platform, mado: Actor, client: FlaskClient
) -> None:
    (receipt,) = signed_case(platform, mado)
    case_id = finished_case(platform, mado)
    page = f"/counter/{case_id}"
    assert post(client, page, f"{page}/show").location == f"{page}/doubles"
    found = texts_of(client.get(f"{page}/doubles"))
    assert receipt in found
    silent = post(client, f"{page}/doubles", reason="  ")
    assert silent.status_code == 422
    assert "続ける理由を入力してください" in texts_of(silent)
    assert post(client, f"{page}/doubles", reason="前の届出は別の住所への異動でした。").location == page
    assert post(client, page, f"{page}/show").location == f"/resident/{case_id}/"
    (body,) = journal(platform, "case.doubles-settled")
    assert f"application:{receipt}" in body
    assert "別の住所" not in body


def test_an_open_case_of_the_same_person_is_a_double(
    platform: Platform, mado: Actor, client: FlaskClient
) -> None:
    first, second = finished_case(platform, mado), finished_case(platform, mado)
    assert "同じ方の、終わっていない聞き取りがほかに1件あります" in texts_of(client.get(f"/counter/{second}"))
    page = f"/counter/{second}"
    assert post(client, page, f"{page}/show").location == f"{page}/doubles"
    assert f'href="/counter/{first}"' in client.get(f"{page}/doubles").text
    post(client, f"/counter/{first}", f"/counter/{first}/close")
    assert post(client, page, f"{page}/show").location == f"/resident/{second}/"


@pytest.mark.parametrize("act", ["refused", "withdrawn"])
def test_what_was_refused_or_withdrawn_is_no_double(
    platform: Platform, mado: Actor, client: FlaskClient, act: str
) -> None:
    (receipt,) = signed_case(platform, mado)
    with platform.sessions.begin() as session:
        one = session.query(Application).filter_by(receipt_number=receipt).one()
        one.state = ApplicationState(act)
    case_id = finished_case(platform, mado)
    assert post(client, f"/counter/{case_id}", f"/counter/{case_id}/show").location == f"/resident/{case_id}/"


def test_a_returned_application_is_corrected_in_the_named_boxes_only(
    platform: Platform, mado: Actor, jimu: Actor, client: FlaskClient
) -> None:
    (receipt,) = signed_case(platform, mado)
    returned(platform, jimu, receipt, "applicant.phone")
    assert f"/counter/corrections/{receipt}" in client.get("/counter/").text
    page = f"/counter/corrections/{receipt}"
    asked = client.get(page)
    assert "差し戻しで指定" in texts_of(asked)
    assert 'value="applicant.phone" checked' in asked.text
    assert post(client, page).status_code == 422, "at least one box"
    begun = post(client, page, box="applicant.phone")
    correcting = begun.location
    case_id = correcting.split("/")[2]
    assert client.get(f"/counter/{case_id}").location == correcting
    assert "もう始まっています" in texts_of(post(client, page, box="applicant.phone"))

    def put(box: str, value: str) -> int:
        return post(client, correcting, f"{correcting}/{box}", **{box: value}).status_code

    assert put("applicant.phone", "abc") == 422
    assert put("applicant.phone", "03-5555-6666") == 302
    assert put("moved_on", "令和8年4月9日") == 422, "a box that was not named does not change"
    assert "住民に見せる" not in texts_of(client.get(correcting)), "who it is, is checked anew"
    for box in ("identity.document", "identity.method"):
        name = next(one for one in open_boxes(platform, case_id) if one.endswith(box.split(".")[1]))
        assert put(name, "passport" if box == "identity.document" else "one") == 302
    shown = texts_of(client.get(correcting))
    assert "署名し直す書類" in shown
    assert "ほかに署名し直すものはありません" in shown
    assert post(client, correcting, f"/counter/{case_id}/show").location == f"/resident/{case_id}/"
    post(client, f"/resident/{case_id}/take-back", password=PASSWORD)
    (new,) = sign(platform, mado, case_id)
    assert new != receipt
    check_records(platform, receipt, new)
    detail = texts_of(client.get(f"/applications/{receipt}"))
    assert f"補正した申請： {new}" in detail
    assert f"前の申請： {receipt}" in texts_of(client.get(f"/applications/{new}"))
    assert len(journal(platform, "application.corrected")) == 1
    with platform.sessions() as session:
        one = session.query(Application).filter_by(receipt_number=receipt).one()
        with pytest.raises(NotNow, match="もう補正が済んでいます"):
            corrections.begin(session, mado, platform, one, ["applicant.phone"])


def open_boxes(platform: Platform, case_id: str) -> list[str]:
    with platform.sessions() as session:
        row = corrections.of_case(session, case_id)
        assert row is not None
        return [one.name for one in corrections.open_fields(platform, session, row)]


def check_records(platform: Platform, receipt: str, new: str) -> None:
    with platform.sessions() as session:
        old = session.query(Application).filter_by(receipt_number=receipt).one()
        one = session.query(Application).filter_by(receipt_number=new).one()
        before, after = old.read_record(platform.vault), one.read_record(platform.vault)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert {name for name in changed if "identity" not in name and name != "filed_on"} == {
            "applicant.phone"
        }
        assert (old.state, one.state) == (ApplicationState.RETURNED, ApplicationState.FILED)
        sources = one.read_sources(platform.vault)
        assert sources["applicant.phone"] == "said"
        assert len(old.documents) == len(one.documents) == 2


def test_a_correction_may_be_given_up_and_begun_again(
    platform: Platform, mado: Actor, jimu: Actor, client: FlaskClient
) -> None:
    (receipt,) = signed_case(platform, mado)
    returned(platform, jimu, receipt)
    page = f"/counter/corrections/{receipt}"
    case_id = post(client, page, box="applicant.phone").location.split("/")[2]
    post(client, f"/counter/{case_id}/correction", f"/counter/{case_id}/close")
    assert post(client, page, box="applicant.phone").status_code == 302
    with platform.sessions() as session:
        assert session.get_one(Case, case_id).state is CaseState.CLOSED


def test_what_the_applicant_objected_to_stays_on_record(
    platform: Platform, mado: Actor, client: FlaskClient
) -> None:
    case_id = finished_case(platform, mado)
    post(client, f"/counter/{case_id}", f"/counter/{case_id}/show")
    with platform.sessions.begin() as session:
        case = cases.find(session, mado, case_id)
        cases.object_to(session, mado, case, case.applications[0])
    post(client, f"/resident/{case_id}/take-back", password=PASSWORD)
    post(client, f"/counter/{case_id}", f"/counter/{case_id}/reopen")
    with platform.sessions.begin() as session:
        row = session.scalars(sa.select(Objection)).one()
        assert row.reopened_by_id == mado.officer
        case = cases.find(session, mado, case_id)
        assert case.applications[0].objected_at is None
        interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
        cases.show_documents(session, mado, platform, case, interview)
    (receipt,) = sign(platform, mado, case_id)
    assert "「ここが ちがう」と1回知らせ" in texts_of(client.get(f"/applications/{receipt}/copy"))


def test_the_officers_copy_lists_every_box_with_its_source(
    platform: Platform, mado: Actor, client: FlaskClient
) -> None:
    (receipt,) = signed_case(platform, mado)
    copy = texts_of(client.get(f"/applications/{receipt}/copy"))
    with platform.sessions() as session:
        one = session.query(Application).filter_by(receipt_number=receipt).one()
        procedure = platform.catalogue.procedure(one.procedure, version=one.version)
        filled = set(one.read_record(platform.vault))
        numbers = [person["my_number"] for person in one.read_record(platform.vault)["members"]]
    for field in procedure.fields:
        if field.name in filled:
            assert field.label.text("ja") in copy, field.name
    for words in (
        "住民の台帳から",
        "聞き取り（申請した方の話）",
        "ほかの答えから自動",
        "職員が確認",
        "1点確認",
        "マイナンバーカード",
    ):
        assert words in copy
    assert "要ると判定した理由" in copy
    assert f"{procedure.slug}/v{procedure.version}" in copy
    assert not any(number in copy for number in numbers)
    assert f"/applications/{receipt}/copy" in client.get(f"/applications/{receipt}").text
    assert journal(platform, "application.read")


def test_a_return_names_boxes_from_the_page(platform: Platform, mado: Actor, jimu: Actor, app: Flask) -> None:
    (receipt,) = signed_case(platform, mado)
    page = f"/applications/{receipt}"
    clerk = signed_in(app, "jimu")
    sent = post(
        clerk, page, f"{page}/decision", act="return", reason="電話番号が違います。", box="applicant.phone"
    )
    assert sent.status_code == 302
    with platform.sessions() as session:
        one = session.query(Application).filter_by(receipt_number=receipt).one()
        assert corrections.boxes_named(session, one) == ("applicant.phone",)
    assert "差し戻しで指定した欄：電話番号" in texts_of(clerk.get(page))
