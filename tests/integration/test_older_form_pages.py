"""Older forms through the pages: taken in, drawn, refused with what to change, used, read, retired."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import older_zones
from office.records.models.paper import PaperPage
from office.records.models.paper_forms import OlderFormState, PaperForm
from office.records.older_forms import OlderFormRefused, forms_in_use
from office.records.older_zones import Drawn
from office.web.application import create_app
from samples.hands import Hand, write_line
from samples.older import older_sheet
from samples.scanner import scan
from tests.support.declared_forms import declared_form, drawn
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of
from tests.support.papers import read_all

SHEET = older_sheet(0)
SIZE = (210.0, 297.0)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    platform = opened(tmp_path_factory.mktemp("older") / "data")
    for login, role in (("mado", Role.COUNTER), ("jimu", Role.BACK_OFFICE), ("kansa", Role.AUDITOR)):
        officer(platform.sessions, login, role)
    return platform


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, "jimu")


def scanned() -> bytes:
    picture = Image.fromarray(SHEET.image).resize((1240, 1754))
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def declare(client: FlaskClient, content: bytes, **told: str) -> TestResponse:
    fields = {"title": "旧申請書", "procedure": "resident-record-copy", "paper": "A4", **told}
    data = {**fields, "csrf_token": token_of(client.get("/paper/forms/new"))}
    data["file"] = (io.BytesIO(content), "blank.png")  # type: ignore[assignment]
    return client.post("/paper/forms/new", data=data, content_type="multipart/form-data")


def sent(places: list[Drawn], token: str, **more: str) -> MultiDict[str, str]:
    data: MultiDict[str, str] = MultiDict({"csrf_token": token, **more})
    for one in places:
        named = ("place", "name", "shape", "count", "x", "y", "width", "height")
        for key, value in zip(named, (one.place, one.name, one.shape, one.count, *one.box), strict=True):
            data.add(key, value)
    return data


def kept(platform: Platform) -> list[PaperForm]:
    with platform.sessions() as session:
        return list(session.scalars(select(PaperForm).order_by(PaperForm.id)))


def test_a_form_lives_from_blank_to_retirement(client: FlaskClient, platform: Platform) -> None:
    answer = declare(client, scanned())
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = client.get(address)
    assert "白紙の様式を取り込みました" in page.text
    blank = client.get(f"{address}/blank.png").data
    picture = cv2.imdecode(np.frombuffer(blank, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape == (2970, 2100)
    token = token_of(page)
    refused = client.post(f"{address}/use", data={"csrf_token": token})
    assert refused.status_code == 409, "a form without places is not used"
    turned = client.post(f"{address}/turn", data={"csrf_token": token}, follow_redirects=True)
    assert "上下を入れかえました" in turned.text
    client.post(f"{address}/turn", data={"csrf_token": token})
    saved = client.post(address, data=sent(drawn(SHEET), token), follow_redirects=True)
    assert "3個の欄を保存しました" in saved.text
    assert saved.text.count("data-zone>") == 4, "three places and the pattern of a new one"
    used = client.post(f"{address}/use", data={"csrf_token": token}, follow_redirects=True)
    assert "使用中" in used.text
    with platform.sessions() as session:
        (form,) = forms_in_use(session, platform.vault)
    assert [zone.field for zone in form.zones] == [
        "applicant.name",
        "applicant.address",
        "applicant.birth_on",
    ]
    assert form.picture().shape == (2970, 2100)
    gone = client.post(f"{address}/retire", data={"csrf_token": token}, follow_redirects=True)
    assert "使うのをやめました" in gone.text
    assert [one.state for one in kept(platform)] == [OlderFormState.RETIRED]
    with platform.sessions() as session:
        assert forms_in_use(session, platform.vault) == ()
        bodies = [str(one.body) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
    told = [kind for body in bodies for kind in re.findall(r"older-form\.\w+", body)]
    changed = ["older-form.changed"] * 3
    assert told == ["older-form.declared", *changed, "older-form.used", "older-form.retired"]


@pytest.mark.parametrize(
    ("content", "told", "says"),
    [
        (b"PK\x03\x04" + b"x" * 99, {}, "WordやExcel"),
        (b"", {}, "空です"),
        (scanned(), {"title": " "}, "様式の名前"),
        (scanned(), {"procedure": "nothing"}, "手続を選んで"),
        (scanned(), {"paper": "A0"}, "用紙の大きさ"),
    ],
)
def test_what_cannot_be_a_blank_is_named(
    client: FlaskClient, platform: Platform, content: bytes, told: dict[str, str], says: str
) -> None:
    before = len(kept(platform))
    answer = declare(client, content, **told)
    assert answer.status_code == 422
    assert says in answer.text
    assert len(kept(platform)) == before


def test_places_can_be_added_and_removed_without_scripts(client: FlaskClient) -> None:
    address = declare(client, scanned(), title="台本なし").headers["Location"]
    token = token_of(client.get(address))
    more = client.post(address, data=sent(drawn(SHEET), token, add="1"))
    assert "まだ保存していません" in more.text
    assert more.text.count("data-zone>") == 5
    fewer = client.post(address, data=sent(drawn(SHEET), token, remove="1"))
    assert fewer.text.count("data-zone>") == 3
    assert client.get(address).text.count("data-zone>") == 1, "nothing was kept"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Drawn("applicant.name||", "", "line", "8", ("190", "20", "80", "10")), "はみ出している"),
        (Drawn("applicant.name||", "", "line", "8", ("ア", "20", "80", "10")), "ミリメートルの数"),
        (Drawn("applicant.name||", "", "line", "8", ("nan", "20", "80", "10")), "はみ出している"),
        (Drawn("applicant.name||", "", "cells", "0", ("20", "20", "80", "10")), "ますの数"),
        (Drawn("applicant.name||", "", "spiral", "1", ("20", "20", "80", "10")), "書き方を選んで"),
        (Drawn("nobody.name||", "", "line", "8", ("20", "20", "80", "10")), "この手続にありません"),
        (Drawn("", " ", "line", "8", ("20", "20", "80", "10")), "名前を30文字まで"),
        (Drawn("", "メモ", "check", "8", ("20", "20", "4", "4")), "手続の項目を選んで"),
        (Drawn("copy.kind||household", "", "line", "8", ("20", "20", "4", "4")), "書き方が項目と合いません"),
    ],
)
def test_a_place_that_cannot_be_is_named(platform: Platform, place: Drawn, says: str) -> None:
    procedure = platform.catalogue.procedure("resident-record-copy")
    with pytest.raises(OlderFormRefused, match=says):
        older_zones.checked(procedure, [place], SIZE)


def test_places_are_checks_rings_cells_and_free_names(platform: Platform) -> None:
    procedure = platform.catalogue.procedure("resident-record-copy")
    places = [
        Drawn("copy.kind||household", "", "check", "8", ("20", "20", "4", "4")),
        Drawn("copy.kind||part", "", "circle", "8", ("40", "20", "12", "5")),
        Drawn("applicant.address|postal_code|", "", "cells", "7", ("20", "40", "42", "8")),
        Drawn("", "受付番号", "line", "8", ("20", "60", "60", "8")),
    ]
    check, ring, cells, free = older_zones.checked(procedure, places, SIZE)
    assert (check.role, check.option, check.kind) == ("check", "household", "choice")
    assert (ring.role, ring.option) == ("circle", "part")
    assert len(cells.cells) == 7
    assert cells.cells[6].right == pytest.approx(62)
    assert (free.field, free.kind) == ("free.受付番号", "text")
    with pytest.raises(OlderFormRefused, match="1番と2番が同じ項目"):
        older_zones.checked(procedure, [places[0], places[0]], SIZE)


def test_others_do_not_come_in(app: Flask, client: FlaskClient) -> None:
    for login in ("mado", "kansa"):
        assert signed_in(app, login).get("/paper/forms/").status_code == 403
    assert client.get("/paper/forms/01JZZZZZZZZZZZZZZZZZZZZZZZ").status_code == 404


def test_a_page_of_an_older_form_goes_through_a_batch(
    app: Flask, client: FlaskClient, platform: Platform
) -> None:
    with platform.sessions.begin() as session:
        found = session.scalars(select(Officer).where(Officer.login == "jimu")).one()
        form = declared_form(session, Actor.of(found), platform)
    page, hand = SHEET.image.copy(), Hand.of(np.random.default_rng(3))
    for zone, text in zip(
        SHEET.zones, ("見本 太郎", "みほん市中央町一丁目2番3号", "昭和45年5月8日"), strict=False
    ):
        write_line(page, zone.rect, text, hand, np.random.default_rng(4))
    content = io.BytesIO()
    Image.fromarray(scan(page, "office", np.random.default_rng(5)).image).save(content, "JPEG", quality=80)
    data = {
        "csrf_token": token_of(client.get("/paper/")),
        "file": [(io.BytesIO(content.getvalue()), "old.jpg")],
    }
    sent_to = client.post("/paper/", data=data, content_type="multipart/form-data", follow_redirects=True)
    assert sent_to.status_code == 200
    read_all(platform)
    with platform.sessions() as session:
        (kept_page,) = session.scalars(select(PaperPage)).all()
        reading = kept_page.read_reading(platform.vault)
    assert (kept_page.procedure, kept_page.version) == (form.procedure, form.version)
    assert reading["older"] == form.id
    born = next(one for one in reading["fields"] if one["name"] == "applicant.birth_on")
    assert born["value"] == "1970-05-08"
    shown = client.get(f"/paper/{kept_page.id}")
    assert shown.status_code == 200
    assert "まだありません" not in shown.text, "an older form has no further sheets of ours"
    listed = client.get(sent_to.request.path).text
    assert "枚目がない" not in listed
    assert "旧様式：" in listed
    index = [one["name"] for one in reading["fields"]].index("applicant.birth_on")
    crop = client.get(f"/paper/{kept_page.id}/crops/{index}.png")
    assert crop.data.startswith(b"\x89PNG")
