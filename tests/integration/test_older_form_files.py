"""Older forms handed on: written to a file, taken in elsewhere or refused, made into the next edition."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from ocr.older_files import FormFileRefused, read_form, read_forms
from ocr.older_forms import zone_from_json
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import older_forms
from office.records.models.paper_forms import OlderFormState, PaperForm
from office.web.application import create_app
from samples.older import older_sheet
from samples.older_editions import edition
from tests.support.declared_forms import declared_form
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of

NUMBER = 3


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    platform = opened(tmp_path_factory.mktemp("handed-on") / "data")
    officer(platform.sessions, "jimu", Role.BACK_OFFICE)
    return platform


@pytest.fixture(scope="module")
def form_id(platform: Platform) -> str:
    with platform.sessions.begin() as session:
        found = session.scalars(select(Officer).where(Officer.login == "jimu")).one()
        return declared_form(session, Actor.of(found), platform, NUMBER).id


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, "jimu")


@pytest.fixture(scope="module")
def written(app: Flask, form_id: str) -> bytes:
    answer = signed_in(app, "jimu").get(f"/paper/forms/{form_id}/file")
    assert answer.status_code == 200
    assert re.search(r"attachment; filename.*form\.json", answer.headers["Content-Disposition"])
    return bytes(answer.data)


def send(client: FlaskClient, address: str, content: bytes, name: str, **told: str) -> TestResponse:
    data: dict[str, Any] = {**told, "csrf_token": token_of(client.get("/paper/forms/"))}
    data["file"] = (io.BytesIO(content), name)
    return client.post(address, data=data, content_type="multipart/form-data", follow_redirects=True)


def kept(platform: Platform, form_id: str) -> PaperForm:
    with platform.sessions() as session:
        found = session.get(PaperForm, form_id)
        assert found is not None
        return found


def test_a_form_goes_out_and_comes_in_with_its_places(
    client: FlaskClient, platform: Platform, form_id: str, written: bytes
) -> None:
    twice = send(client, "/paper/forms/take-in", written, "旧.form.json")
    assert twice.status_code == 422
    assert "すでに登録されています" in twice.text
    with platform.sessions.begin() as session:
        found = session.scalars(select(Officer).where(Officer.login == "jimu")).one()
        form = session.get(PaperForm, form_id)
        assert form is not None
        older_forms.retire(session, Actor.of(found), form)
    taken = send(client, "/paper/forms/take-in", written, "旧.form.json")
    assert "様式と欄を取り込みました" in taken.text
    made = kept(platform, taken.request.path.rsplit("/", 1)[1])
    before = kept(platform, form_id)
    assert made.id != before.id
    assert made.state is OlderFormState.DRAFTING
    assert (made.title, made.procedure, made.version, made.paper, made.zones, made.blank_sha256) == (
        before.title, before.procedure, before.version, before.paper, before.zones, before.blank_sha256,
    )  # fmt: skip


def test_the_next_edition_has_the_places_of_the_last(
    client: FlaskClient, platform: Platform, form_id: str
) -> None:
    sheet = edition(older_sheet(NUMBER), "label changed", np.random.default_rng(1))
    picture, content = Image.fromarray(sheet.image).resize((1654, 2339)), io.BytesIO()
    aside = Image.new("L", picture.size, 255)
    aside.paste(picture, (12, 9))
    aside.save(content, "PNG")
    address = f"/paper/forms/{form_id}/edition"
    unnamed = send(client, address, content.getvalue(), "new.png", title=" ")
    assert unnamed.status_code == 422
    assert "様式の名前" in unnamed.text
    made = send(client, address, content.getvalue(), "new.png", title="令和6年版")
    assert "欄を新しい版に写しました" in made.text
    new, old = kept(platform, made.request.path.rsplit("/", 1)[1]), kept(platform, form_id)
    assert (new.title, new.zones, new.state) == ("令和6年版", old.zones, OlderFormState.DRAFTING)
    one, other = (older_forms.opened(form, platform.vault).picture() for form in (new, old))
    zone = zone_from_json(old.zones[0]).rect
    part = np.s_[round(zone.y * 10) - 30 : round(zone.y * 10) + 200, round(zone.x * 10) - 30 : 1900]
    assert float(((one[part] < 128) == (other[part] < 128)).mean()) > 0.99, "its print lies where the old is"


def changed(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    told = json.loads(content)
    change(told)
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda told: told.update(format="another"), "旧様式のファイルではありません"),
        (lambda told: told.update(file_version=99), "新しい版のKakazu"),
        (lambda told: told.update(paper="A0"), "読めません"),
        (lambda told: told.update(blank=told["blank"][:-8]), "見本の画像が壊れています"),
        (lambda told: told.update(paper="A4-landscape"), "見本の画像を開けません"),
        (lambda told: told["zones"][0].update(rect=[0, 0, 900, 5]), "読めません"),
        (lambda told: told["zones"][0].update(role="spiral"), "読めません"),
        (lambda told: told.pop("title"), "読めません"),
        (lambda told: told.update(zones=[told["zones"][0]] * 500), "欄の数"),
    ],
)
def test_a_file_that_is_no_form_says_why(
    written: bytes, tmp_path: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    path = tmp_path / "様式.form.json"
    path.write_bytes(changed(written, change))
    with pytest.raises(FormFileRefused, match=says) as refused:
        read_form(path)
    assert "様式.form.json" in refused.value.message


def test_what_is_no_file_of_ours_is_refused_on_the_page(client: FlaskClient, written: bytes) -> None:
    for content, says in (
        (b"\x89PNG", "旧様式のファイルではありません"),
        (changed(written, lambda told: told.update(procedure="of-nobody")), "この市にはありません"),
        (changed(written, lambda told: told["zones"][0].update(field="nobody.name")), "この手続にありません"),
    ):
        answer = send(client, "/paper/forms/take-in", content, "様式.form.json")
        assert (answer.status_code, says in answer.text) == (422, True), says


def test_a_folder_gives_all_its_forms(written: bytes, tmp_path: Path) -> None:
    with pytest.raises(FormFileRefused, match="がありません"):
        read_forms(tmp_path)
    (tmp_path / "a.form.json").write_bytes(written)
    (form,) = read_forms(tmp_path)
    assert form.zones[0].field == "applicant.name"
    assert form.key == form.sha256
