"""The page of a batch of many forms: folded drafts, forms to look at by pages, found by a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from ocr.readings import PageReading, State
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.web.application import create_app
from office.web.paper.doubtful import ON_PAGE
from tests.support.ground import officer, opened
from tests.support.pages import signed_in
from tests.support.papers import certain_sheets, read_all, store_read

COPY, OTHERS = "resident-record-copy", ("bulky-waste", "dog-registration", "seal-certificate", "moving-out")
DOUBTFUL = ON_PAGE + 3


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = opened(tmp_path_factory.mktemp("many") / "data")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def batch(platform: Platform) -> str:
    """Forms to look at of one procedure, and drafts of five."""
    mado: Actor = officer(platform.sessions, "mado", Role.COUNTER, Role.BACK_OFFICE)
    sheets = [sheet for number in range(DOUBTFUL) for sheet in in_doubt(platform, 100 + number)]
    for number, slug in enumerate((*OTHERS, COPY)):
        sheets += certain_sheets(platform, slug, 900 + number, officers=True)
    made = store_read(platform, mado, sheets)
    assert read_all(platform)["drafts"] == len(OTHERS) + 1
    return made


@pytest.fixture(scope="module")
def mado(platform: Platform, batch: str) -> FlaskClient:
    return signed_in(create_app(platform, JobEngine(platform)), "mado")


def in_doubt(platform: Platform, serial: int) -> list[PageReading]:
    first, *others = certain_sheets(platform, COPY, serial)
    fields = tuple(replace(one, state=State.ASK) for one in first.fields)
    return [replace(first, fields=fields), *others]


def rows(shown: str) -> list[str]:
    """The serials of the forms to look at that are shown."""
    table = shown[shown.index('aria-label="確かめる申請の表"') :]
    return re.findall(r'<td class="mono nowrap">(\d{6})</td>', table[: table.index("</table>")])


def test_drafts_of_many_procedures_are_folded_up_but_the_first(mado: FlaskClient, batch: str) -> None:
    shown = mado.get(f"/paper/batches/{batch}").text
    assert re.findall(r'<details class="card stack drafts"[^>]*?( open)?>', shown) == [
        " open",
        "",
        "",
        "",
        "",
    ]


def test_forms_to_look_at_come_page_by_page(mado: FlaskClient, batch: str) -> None:
    first = mado.get(f"/paper/batches/{batch}").text
    assert (len(rows(first)), f"確かめる申請 {DOUBTFUL}件" in first) == (ON_PAGE, True)
    assert f">次の{DOUBTFUL - ON_PAGE}件</a>" in first
    assert "前の" not in first
    last = mado.get(f"/paper/batches/{batch}?first={ON_PAGE}").text
    assert sorted(rows(first) + rows(last)) == [f"{100 + number:06d}" for number in range(DOUBTFUL)]
    assert f">前の{ON_PAGE}件</a>" in last
    assert rows(mado.get(f"/paper/batches/{batch}?first=99999").text) == rows(first)


def test_a_form_is_found_by_its_serial_and_by_its_name(mado: FlaskClient, batch: str) -> None:
    assert rows(mado.get(f"/paper/batches/{batch}?word=000117").text) == ["000117"]
    assert len(rows(mado.get(f"/paper/batches/{batch}?word=住民票").text)) == ON_PAGE
    nothing = mado.get(f"/paper/batches/{batch}?word=ない").text
    assert "「ない」を含む申請はありません。" in nothing
    assert "すべて表示する" in nothing
