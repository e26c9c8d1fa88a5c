"""Equal ways to sign at the counter: each without drawing, each with its officers, each its own class."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from forms.signing.marks import ASSISTED, DRAWN, PAPER, TITLES, TYPED
from forms.signing.strokes import Capture, Point, Stroke, strokes_to_json
from forms.signing.verdict import Verdict
from forms.signing.verification import verify
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.commands.verify import command
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import applications, documents
from office.records.models.cases import Case, CaseState, Signature
from office.web.application import create_app
from tests.support.ground import PASSWORD, officer, opened
from tests.support.pages import (
    at_counter,
    hand_over,
    nonce_of,
    post,
    signed_in,
    state_of,
    strokes_field,
    texts_of,
    token_of,
)

NUMBERS = count(1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2000


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("ways") / "data")


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture(scope="module")
def colleague(platform: Platform) -> str:
    """The login of a second officer who may witness."""
    officer(platform.sessions, "tachiai", Role.BACK_OFFICE)
    return "tachiai"


@pytest.fixture
def shown(app: Flask, platform: Platform) -> tuple[FlaskClient, str, str]:
    """A tablet in a resident's hands: the client, the case, the officer's login."""
    login = f"ways{next(NUMBERS)}"
    client, case_id = at_counter(app, platform, login)
    hand_over(client, case_id)
    return client, case_id, login


def verdict_of(platform: Platform, case_id: str) -> tuple[Verdict, str]:
    """What the verification says of the case's sealed document, and the class kept beside it."""
    with platform.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        (one,) = case.applications
        kind = session.scalars(sa.select(Signature.kind).where(Signature.case_id == case_id)).one()
        pdf = documents.sealed_pdf(session, Actor.console(), platform.vault, one)
    return verify(pdf, platform.keys.trust_pem), kind


def journal_of(platform: Platform, case_id: str) -> list[dict[str, Any]]:
    with platform.sessions() as session:
        bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    entries = [json.loads(body) for body in bodies]
    return [one for one in entries if one["subject"] == f"counter_case:{case_id}"]


def officers_page(app: Flask, platform: Platform, case_id: str, role: Role) -> str:
    """The application's page as an officer of a role sees it."""
    login = f"reader{next(NUMBERS)}"
    officer(platform.sessions, login, role)
    receipt = state_of(platform, case_id)[1][0].split()[0]
    return texts_of(signed_in(app, login).get(f"/applications/{receipt}"))


def test_a_typed_name_needs_the_officer_who_saw_it(
    app: Flask, platform: Platform, shown: tuple[FlaskClient, str, str]
) -> None:
    client, case_id, login = shown
    page = f"/resident/{case_id}/sign/typed"
    nonce = nonce_of(client.get(page))
    assert "お名前を入力してください。" in texts_of(post(client, page, nonce=nonce, name="　", act="name"))
    assert "お名前を入力してください。" in texts_of(
        post(client, page, nonce=nonce, name="健太\u202e太郎", act="name")
    ), "letters that turn the writing are no name"
    asked = post(client, page, nonce=nonce, name=" 見本  太郎 ", act="name")
    assert "立ち会いの確認" in asked.text
    assert "入力された氏名とちがいます" in asked.text, "the documents name somebody else"
    wrong = post(client, page, nonce=nonce, name="髙橋 健太", act="confirm", password="wrong-password")
    assert wrong.status_code == 403
    assert state_of(platform, case_id)[0] is CaseState.SHOWN
    done = post(client, page, nonce=nonce, name="髙橋 健太", act="confirm", password=PASSWORD)
    assert done.location == f"/resident/{case_id}/done"
    verdict, kind = verdict_of(platform, case_id)
    assert verdict.ok, verdict.faults
    assert verdict.evidence is not None
    assert kind == verdict.evidence["evidence_class"] == TYPED
    assert verdict.evidence["mark"]["name"] == "髙橋 健太"
    assert verdict.evidence["mark"]["witness"]["name"] == f"職員 {login}"
    events = [(one["event"], one["details"].get("part")) for one in journal_of(platform, case_id)]
    assert ("case.witnessed", "witness") in events
    for role in (Role.BACK_OFFICE, Role.AUDITOR):
        told = officers_page(app, platform, case_id, role)
        assert TITLES[TYPED] in told
        assert f"立ち会った職員 職員 {login}" in told


def assisted(client: FlaskClient, case_id: str, **changes: str) -> Any:
    page = f"/resident/{case_id}/sign/assisted"
    fields = {
        "nonce": nonce_of(client.get(page)),
        "name": "髙橋 健太",
        "reason": "hand",
        "password": PASSWORD,
        "witness_login": "tachiai",
        "witness_password": PASSWORD,
    }
    return post(client, page, **{**fields, **changes})


def test_an_officer_writes_only_before_a_second_one(
    app: Flask, platform: Platform, shown: tuple[FlaskClient, str, str], colleague: str
) -> None:
    client, case_id, login = shown
    officer(platform.sessions, f"kansa{case_id[-4:].lower()}", Role.AUDITOR)
    for changes, says in (
        ({"name": ""}, "申請者の氏名を入力してください。"),
        ({"reason": ""}, "代筆の理由を選んでください。"),
        ({"witness_login": login}, "担当とは別の職員"),
        ({"witness_password": "wrong-password"}, "職員IDかパスワードが違います"),
        ({"password": "wrong-password"}, "職員IDかパスワードが違います"),
        ({"witness_login": "nobody"}, "職員IDかパスワードが違います"),
        ({"witness_login": f"kansa{case_id[-4:].lower()}"}, "権限がありません"),
    ):
        assert says in texts_of(assisted(client, case_id, **changes)), changes
        assert state_of(platform, case_id)[2] == 0
    assert assisted(client, case_id).location == f"/resident/{case_id}/done"
    verdict, kind = verdict_of(platform, case_id)
    assert verdict.ok, verdict.faults
    assert verdict.evidence is not None
    mark = verdict.evidence["mark"]
    assert kind == verdict.evidence["evidence_class"] == ASSISTED
    assert (mark["reason"], mark["writer"]["name"]) == ("hand", f"職員 {login}")
    assert mark["witness"]["name"] == f"職員 {colleague}"
    parts = [one["details"]["part"] for one in journal_of(platform, case_id) if "part" in one["details"]]
    assert parts[-2:] == ["writer", "witness"]
    told = officers_page(app, platform, case_id, Role.BACK_OFFICE)
    assert TITLES[ASSISTED] in told
    assert "代筆の理由 手や腕が使いにくい" in told


def test_the_command_says_how_a_file_was_signed(
    platform: Platform, shown: tuple[FlaskClient, str, str], colleague: str, tmp_path: Path
) -> None:
    client, case_id, login = shown
    assert assisted(client, case_id).status_code == 302
    with platform.sessions.begin() as session:
        (one,) = session.get_one(Case, case_id).applications
        pdf = documents.sealed_pdf(session, Actor.console(), platform.vault, one)
    file, root = tmp_path / "sealed.pdf", tmp_path / "root.pem"
    file.write_bytes(pdf)
    root.write_bytes(platform.keys.trust_pem)
    told = CliRunner().invoke(command, [str(file), "--trust", str(root)])
    assert told.exit_code == 0, told.output
    assert f"代筆した職員：職員 {login}、立ち会った職員：職員 {colleague}" in told.output
    assert "申請者の手書きの署名ではありません。" in told.output


def test_whoever_declines_signs_on_paper(
    app: Flask, platform: Platform, shown: tuple[FlaskClient, str, str]
) -> None:
    client, case_id, login = shown
    face, paper = f"/resident/{case_id}", f"/counter/{case_id}/paper"
    assert post(client, f"{face}/sign/paper").location == f"{face}/call"
    assert "書類を印刷します" in texts_of(client.get(f"{face}/call"))
    assert client.get(paper).location == f"{face}/", "the officer's page is not the resident's"
    assert post(client, f"{face}/take-back", password=PASSWORD).location == paper
    printed = client.get(f"/counter/{case_id}/print.pdf")
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF-")
    nonce, receipt = nonce_of(client.get(paper)), state_of(platform, case_id)[1][0].split()[0]
    unseen = post(client, paper, nonce=nonce, password=PASSWORD)
    assert "署名をまだ確かめていない書類があります（1件）" in texts_of(unseen)
    wrong = post(client, paper, nonce=nonce, checked=receipt, password="wrong-password")
    assert wrong.status_code == 403
    assert state_of(platform, case_id)[2] == 0
    assert post(client, paper, nonce=nonce, checked=receipt, password=PASSWORD).status_code == 302
    verdict, kind = verdict_of(platform, case_id)
    assert verdict.ok, verdict.faults
    assert verdict.evidence is not None
    assert kind == verdict.evidence["evidence_class"] == PAPER
    assert verdict.evidence["mark"]["checked_by"]["name"] == f"職員 {login}"
    events = [one["event"] for one in journal_of(platform, case_id)]
    assert events.index("case.way-chosen") < events.index("case.printed") < events.index("case.signed")


def test_the_scan_of_signed_paper_is_attached_later(
    app: Flask, platform: Platform, shown: tuple[FlaskClient, str, str]
) -> None:
    client, case_id, _ = shown
    face, paper = f"/resident/{case_id}", f"/counter/{case_id}/paper"
    post(client, f"{face}/sign/paper")
    post(client, f"{face}/take-back", password=PASSWORD)
    receipt = state_of(platform, case_id)[1][0].split()[0]
    post(client, paper, nonce=nonce_of(client.get(paper)), checked=receipt, password=PASSWORD)
    detail = f"/applications/{receipt}"
    for content, says in ((b"MZ not a picture", "画像"), (b"", "画像"), (PNG, "画像を付けました")):
        data = {"csrf_token": token_of(client.get(detail)), "scan": (BytesIO(content), "a")}
        answer = client.post(f"{detail}/scan", data=data, follow_redirects=True)
        assert says in texts_of(answer)
    listed = client.get(detail).text
    address = listed.split(f'href="{detail}/scan/')[1].split('"')[0]
    got = client.get(f"{detail}/scan/{address}")
    assert (got.data, got.mimetype) == (PNG, "image/png")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{detail}/scan/{'0' * 26}").status_code == 404
    with platform.engine.connect() as connection:
        stored = connection.execute(sa.text("SELECT content_sealed FROM signed_scan")).scalars().all()
    assert all(PNG[:8] not in bytes(one) for one in stored), "sealed like everything else"


def test_a_scan_belongs_to_paper_only(platform: Platform, shown: tuple[FlaskClient, str, str]) -> None:
    client, case_id, _ = shown
    face = f"/resident/{case_id}"
    post(client, f"{face}/sign", nonce=nonce_of(client.get(f"{face}/sign")), strokes=strokes_field())
    post(client, f"{face}/take-back", password=PASSWORD)
    receipt = state_of(platform, case_id)[1][0].split()[0]
    token = token_of(client.get(f"/applications/{receipt}"))
    data = {"csrf_token": token, "scan": (BytesIO(PNG), "a.png")}
    assert client.post(f"/applications/{receipt}/scan", data=data).status_code == 409
    assert verdict_of(platform, case_id)[1] == DRAWN


def odd(*strokes: tuple[Point, ...]) -> str:
    """The pad's record of strokes that look odd."""
    drawn = [Stroke("touch", points) for points in strokes]
    raw = {**json.loads(strokes_field()), "strokes": strokes_to_json(drawn)}
    assert len(Capture.parse(json.dumps(raw)).strokes) == len(strokes)
    return json.dumps(raw)


LINE = tuple(Point(100 + n * 8, 120, n * 9) for n in range(40))
DOT = (Point(50, 50, 0),)
SHORT = tuple(Point(50 + n, 50 + n % 3, n * 9) for n in range(5))


@pytest.mark.parametrize("strokes", [odd(LINE), odd(DOT), odd(DOT, DOT), odd(SHORT)])
def test_an_odd_signature_is_asked_about_and_never_refused(
    app: Flask, platform: Platform, shown: tuple[FlaskClient, str, str], strokes: str
) -> None:
    client, case_id, _ = shown
    page = f"/resident/{case_id}/sign"
    nonce = nonce_of(client.get(page))
    asked = post(client, page, nonce=nonce, strokes=strokes)
    assert asked.status_code == 200
    assert "この署名でよろしいですか" in texts_of(asked)
    assert state_of(platform, case_id)[2] == 0
    sent = {"nonce": nonce, "strokes": strokes, "sure": "yes"}
    assert post(client, page, **sent, override_reason="「一」さんの署名").location.endswith("/done")
    verdict, _ = verdict_of(platform, case_id)
    assert verdict.ok, verdict.faults
    assert verdict.evidence is not None
    assert verdict.evidence["override_reason"] == "「一」さんの署名"
    assert verdict.evidence["warnings"]
    told = officers_page(app, platform, case_id, Role.BACK_OFFICE)
    assert "「一」さんの署名" in told


def test_a_canvas_that_shows_nothing_stops_nobody(
    platform: Platform, shown: tuple[FlaskClient, str, str]
) -> None:
    client, case_id, _ = shown
    page = f"/resident/{case_id}/sign"
    nonce = nonce_of(client.get(page))
    asked = post(client, page, nonce=nonce, strokes=strokes_field(), unseen="yes")
    assert "<svg" in asked.text, "what was written is shown as the server has it"
    assert post(
        client, page, nonce=nonce, strokes=strokes_field(), unseen="yes", sure="yes"
    ).location.endswith("/done")
    verdict, _ = verdict_of(platform, case_id)
    assert verdict.evidence is not None
    assert "本人が画面で" in verdict.evidence["override_reason"]


def test_the_applications_of_every_class_are_filed(platform: Platform) -> None:
    with platform.sessions.begin() as session:
        found, total = applications.list_applications(session, Actor.console(), applications.Search())
        kinds = set(session.scalars(sa.select(Signature.kind)))
    assert kinds == set(TITLES)
    assert total >= len(found) > 5
