"""Paper through the pages: scans taken in, bundled, confirmed, put aside. CSRF and permissions are on."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from forms.rendering.paper import render_paper
from forms.signing.verification import verify
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.models.applications import Application, Channel, DocumentKind
from office.records.models.paper import PaperPage, PaperState
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of
from tests.support.papers import read_all

SCANS = Path(__file__).resolve().parents[2] / "samples" / "scans"
TOWNS = SCANS.parent / "towns.csv"
TWO_SHEETS = "06-two-pages.tif"
IDENTITY = {"identity.document": "driving-licence", "identity.method": "one", "paper.signature": "yes"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    platform = opened(tmp_path_factory.mktemp("paper") / "data")
    (platform.settings.data / "masters").mkdir()
    shutil.copy(TOWNS, platform.settings.data / "masters" / "towns.csv")
    for login, role in (("mado", Role.COUNTER), ("jimu", Role.BACK_OFFICE), ("kansa", Role.AUDITOR)):
        officer(platform.sessions, login, role)
    return platform


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask, platform: Platform) -> Iterator[FlaskClient]:
    """An officer of the counter, signed in; afterwards no page waits."""
    yield signed_in(app, "mado")
    with platform.sessions.begin() as session:
        for page in session.scalars(select(PaperPage).where(PaperPage.state == PaperState.WAITING)):
            page.state = PaperState.DISCARDED


def upload(client: FlaskClient, platform: Platform, **files: bytes) -> TestResponse:
    """Send files and have them read; the name of each is its key, with `__` for the dot. The batch's page."""
    listed = [(io.BytesIO(content), name.replace("__", ".")) for name, content in files.items()]
    data = {"csrf_token": token_of(client.get("/paper/")), "file": listed}
    sent = client.post("/paper/", data=data, content_type="multipart/form-data", follow_redirects=True)
    assert sent.request.path.startswith("/paper/batches/"), sent.text
    read_all(platform)
    return client.get(sent.request.path)


def scan(name: str) -> bytes:
    return (SCANS / name).read_bytes()


def waiting(platform: Platform) -> list[PaperPage]:
    with platform.sessions() as session:
        found = select(PaperPage).where(PaperPage.state == PaperState.WAITING)
        return list(session.scalars(found.order_by(PaperPage.arrived_at, PaperPage.id)))


def inputs_of(page: str) -> MultiDict[str, str]:
    """What the browser would send of the confirmation form as it stands."""
    form = page[page.index("data-paper") :]
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input [^>]+>", form):
        name, value = (re.search(rf'\b{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and ("checkbox" not in tag or " checked" in tag):
            sent.add(name[1], unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        sent.add(name, unescape(chosen[1]) if chosen else "")
    return sent


def expected(name: str) -> dict[str, Any]:
    """The answer key: path → value, of all sheets of a scan."""
    key = json.loads((SCANS / name).with_suffix(".json").read_text(encoding="utf-8"))
    return {path: value for page in key["pages"] for path, value in page["fields"].items()}


def corrected(sent: MultiDict[str, str], key: Mapping[str, Any]) -> MultiDict[str, str]:
    """The form as an officer who reads the paper without fault would leave it."""
    for path, value in key.items():
        for name in [one for one in sent if one == path or one.startswith(f"{path}-")]:
            if isinstance(value, list):
                sent.setlist(name, value)
            else:
                part = name.removeprefix(path).lstrip("-")
                told = value.get(part, "") if isinstance(value, dict) else value
                sent[name] = "" if told is None else str(told)
        if isinstance(value, list):
            sent.setlist(path, value)
    for name, value in IDENTITY.items():
        sent[name] = value
    return sent


def test_two_sheets_become_one_sealed_application(client: FlaskClient, platform: Platform) -> None:
    answer = upload(client, platform, two__tif=scan(TWO_SHEETS))
    assert "2ページ中2ページ" in answer.text
    first, second = waiting(platform)
    assert client.get("/paper/").text.count("/paper/0") == 1, "both sheets stand in one line"
    page = client.get(f"/paper/{second.id}")
    sent = corrected(inputs_of(page.text), expected(TWO_SHEETS))
    assert sent.getlist("sheet") == [first.id, second.id]
    done = client.post(f"/paper/{first.id}", data=sent, follow_redirects=True)
    assert re.findall(r'class="error">([^<]+)', done.text) == []
    assert done.status_code == 200
    assert "で受け付けました" in done.text
    number = re.search(r"R8-\d{6}", done.text)
    assert number
    check_application(platform, number[0], [first.id, second.id])


def check_application(platform: Platform, number: str, pages: list[str]) -> None:
    with platform.sessions() as session:
        application = session.scalars(select(Application).where(Application.receipt_number == number)).one()
        assert application.channel is Channel.PAPER
        assert {session.get_one(PaperPage, one).application_id for one in pages} == {application.id}
        record, key = application.read_record(platform.vault), expected(TWO_SHEETS)
        assert record["applicant.name"] == key["applicant.name"]
        assert record["copy.people"][0]["name"] == key["copy.people.0.name"]
        assert record["copy.count"] == key["copy.count"]
        sealed = next(one for one in application.documents if one.kind is DocumentKind.SEALED)
        verdict = verify(sealed.read_content(platform.vault), platform.keys.root_pem)
        assert verdict.ok, verdict.findings
        bodies = [entry.body for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
        told = [body for body in bodies if any(one in str(body) for one in (*pages, application.id))]
    kinds = [kind for body in told for kind in re.findall(r"paper\.\w+ed\b|application\.filed", str(body))]
    kinds = [kind for kind in kinds if kind != "paper.decided"]
    assert kinds == [
        "paper.stored",
        "paper.stored",
        "application.filed",
        "paper.confirmed",
        "paper.confirmed",
    ]


def test_one_bad_file_stops_nothing_and_stays_visible(client: FlaskClient, platform: Platform) -> None:
    answer = upload(
        client,
        platform,
        broken__pdf=b"%PDF-1.7 torn",
        letter__docx=b"PK\x03\x04" + b"x" * 99,
        unknown__png=scan("13-unknown.png"),
        good__jpg=scan("01-office.jpg"),
    )
    assert "4ページ中4ページ" in answer.text
    assert "読み取れなかったページ 3枚" in answer.text
    pages = waiting(platform)
    assert [page.file_name for page in pages] == ["broken.pdf", "letter.docx", "unknown.png", "good.jpg"]
    for page in pages[:3]:
        told = client.get(f"/paper/{page.id}")
        assert f"{page.file_name} 1ページ：" in told.text
        assert "このとおり受け付ける" not in told.text
    assert "PDFを開けません" in answer.text
    assert "WordやExcel" in answer.text
    assert client.get(f"/paper/{pages[0].id}/picture.png").status_code == 404
    picture = client.get(f"/paper/{pages[2].id}/picture.png")
    assert picture.data.startswith(b"\x89PNG")
    assert "Set-Cookie" not in picture.headers, "coming late, it would take back what a page said since"


def test_the_same_page_again_is_known_by_its_hash(client: FlaskClient, platform: Platform) -> None:
    upload(client, platform, first__png=scan("08-unsure-mark.png"))
    before = [page.id for page in waiting(platform)]
    answer = upload(client, platform, renamed__png=scan("08-unsure-mark.png"))
    assert "前に取り込んだものと同じページ 1枚" in answer.text
    assert [page.id for page in waiting(platform)] == before
    upload(client, platform, a__pdf=b"%PDF-1.7 one", b__pdf=b"%PDF-1.7 two")
    assert len(waiting(platform)) == len(before) + 2, "files that cannot be opened are not taken for one"


def test_putting_aside_asks_for_a_reason_and_can_be_undone(client: FlaskClient, platform: Platform) -> None:
    upload(client, platform, empty__jpg=scan("13-unknown.png"))
    (page,) = waiting(platform)
    asked = client.get(f"/paper/{page.id}/discard")
    token = {"csrf_token": token_of(asked)}
    assert client.post(f"/paper/{page.id}/discard", data=token).status_code == 422
    answer = client.post(
        f"/paper/{page.id}/discard", data={**token, "reason": "何も書かれていない"}, follow_redirects=True
    )
    assert "確認待ちから除きました" in answer.text
    assert waiting(platform) == []
    again = client.get(f"/paper/{page.id}")
    assert again.status_code == 409
    assert "確認が済んでいます" in again.text
    upload(client, platform, empty__jpg=scan("13-unknown.png"))
    assert [one.id for one in waiting(platform)] == [page.id]


def test_faults_stand_at_their_fields_and_what_was_typed_stays(
    client: FlaskClient, platform: Platform
) -> None:
    upload(client, platform, office__jpg=scan("01-office.jpg"))
    (page,) = waiting(platform)
    shown = client.get(f"/paper/{page.id}").text
    assert "2枚目がまだありません" in shown
    sent = inputs_of(shown)
    sent["applicant.birth_on"] = "昭和99年5月5日"
    sent["copy.count"] = "百"
    answer = client.post(f"/paper/{page.id}", data=sent)
    assert answer.status_code == 422
    assert 'value="昭和99年5月5日"' in answer.text
    assert 'value="百"' in answer.text
    for row in ("applicant.birth_on", "copy.count", "identity.document", "paper.signature"):
        start = answer.text.index(f'id="{row}-told"')
        assert '<p class="error">' in answer.text[start : start + 200], row
    assert waiting(platform)[0].id == page.id


def test_only_sheets_the_officer_has_seen_are_confirmed(client: FlaskClient, platform: Platform) -> None:
    upload(client, platform, office__jpg=scan("01-office.jpg"), two__tif=scan("07-two-pages.pdf"))
    alone, first, _ = waiting(platform)
    sent = corrected(inputs_of(client.get(f"/paper/{first.id}").text), expected("07-two-pages.pdf"))
    for sheets in ([first.id], [first.id, alone.id], []):
        sent.setlist("sheet", sheets)
        answer = client.post(f"/paper/{first.id}", data=sent)
        assert answer.status_code == 409
        assert "もう一度受け付けてください" in answer.text
    assert len(waiting(platform)) == 3


def printed_sheets(platform: Platform) -> tuple[bytes, list[bytes]]:
    """An empty form of the pile, whose serial is zeros: the PDF, and its sheets as PNG."""
    pdf = render_paper(platform.catalogue.procedure("resident-record-copy"))
    document = pypdfium2.PdfDocument(pdf)
    sheets = [np.asarray(page.render(scale=200 / 72, grayscale=True).to_numpy()) for page in document]
    document.close()
    return pdf, [cv2.imencode(".png", sheet)[1].tobytes() for sheet in sheets]


def test_sheets_without_a_serial_are_joined_by_the_officer(client: FlaskClient, platform: Platform) -> None:
    _, (one, two) = printed_sheets(platform)
    upload(client, platform, one__png=one, two__png=two)
    first, second = waiting(platform)
    shown = client.get(f"/paper/{first.id}").text
    assert "2枚目がまだありません" in shown
    assert f'<option value="{second.id}">' in shown
    joined = client.get(f"/paper/{first.id}?with={second.id}").text
    assert inputs_of(joined).getlist("sheet") == [first.id, second.id]
    assert "まだありません" not in joined


def test_neighbours_in_one_file_belong_together(client: FlaskClient, platform: Platform) -> None:
    pdf, _ = printed_sheets(platform)
    answer = upload(client, platform, pile__pdf=pdf)
    first, second = waiting(platform)
    assert f'/paper/{first.id}"' in answer.text
    assert f'/paper/{second.id}"' not in answer.text
    shown = client.get(f"/paper/{second.id}").text
    assert inputs_of(shown).getlist("sheet") == [first.id, second.id]


def test_crops_are_cut_from_the_stored_page(client: FlaskClient, platform: Platform) -> None:
    upload(client, platform, office__jpg=scan("01-office.jpg"))
    (page,) = waiting(platform)
    addresses = re.findall(r'src="(/paper/[^"]+/crops/\d+\.png)"', client.get(f"/paper/{page.id}").text)
    assert len(addresses) > 8
    picture = decoded(client.get(f"/paper/{page.id}/picture.png").data)
    for address in addresses[:3]:
        crop = decoded(client.get(address).data)
        assert 30 < crop.shape[0] < picture.shape[0] / 3
        _, _, (x, y), _ = cv2.minMaxLoc(cv2.matchTemplate(picture, crop, cv2.TM_SQDIFF))
        assert (picture[y : y + crop.shape[0], x : x + crop.shape[1]] == crop).all()
    assert client.get(f"/paper/{page.id}/crops/999.png").status_code == 404


def decoded(png: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return np.asarray(image, np.uint8)


def test_others_see_nothing(app: Flask, client: FlaskClient, platform: Platform) -> None:
    upload(client, platform, unknown__png=scan("13-unknown.png"))
    (page,) = waiting(platform)
    auditor = signed_in(app, "kansa")
    for address in (
        "/paper/",
        f"/paper/{page.id}",
        f"/paper/{page.id}/picture.png",
        f"/paper/{page.id}/discard",
    ):
        assert auditor.get(address).status_code == 403
        assert app.test_client().get(address).status_code == 302
    assert signed_in(app, "jimu").get(f"/paper/{page.id}").status_code == 200
    assert client.post(f"/paper/{page.id}/discard", data={"reason": "何も書かれていない"}).status_code == 400
