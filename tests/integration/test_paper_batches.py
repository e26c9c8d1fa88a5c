"""Batches from their arrival to what is filed: each page once, sorted, drafted, approved, kept, compared."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from forms.rendering.pdfa import faults_of
from forms.signing.verification import verify
from ocr.readings import PageReading, State
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotNow, NotPermitted
from office.platform import Platform
from office.records import intake
from office.records.filing import Incomplete
from office.records.models.applications import Application, ApplicationState, Channel
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import (
    BatchPage,
    BatchState,
    DraftState,
    PaperBatch,
    PaperDraft,
)
from office.records.papers import (
    approving,
    archives,
    batches,
    comparing,
    contents,
    overview,
    reading,
    reporting,
)
from office.records.papers.comparing import differences_of
from office.records.papers.incoming import FileRefused, Incoming
from tests.support.ground import officer, opened
from tests.support.papers import (
    BLANK,
    certain_sheets,
    read_all,
    run,
    store_read,
    take_in,
    unread,
)
from tests.support.postgres import new_database

FORM = "resident-record-copy"
BOXES = {"identity.document": "driving-licence", "identity.method": "one"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Platform]:
    """On PostgreSQL; the pages, the killed worker and the browser's journey have batches on SQLite."""
    made = opened(tmp_path_factory.mktemp("batches") / "data", new_database(postgres))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def mado(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


@pytest.fixture(scope="module")
def kansa(platform: Platform) -> Actor:
    return officer(platform.sessions, "kansa", Role.AUDITOR)


def drafts(platform: Platform, batch_id: str) -> list[PaperDraft]:
    with platform.sessions() as session:
        query = select(PaperDraft).where(PaperDraft.batch_id == batch_id).order_by(PaperDraft.id)
        found = list(session.scalars(query))
        assert all(one.application for one in found)
        return found


def approve(platform: Platform, actor: Actor, batch_id: str, chosen: list[PaperDraft]) -> int:
    with platform.sessions.begin() as session:
        batch = batches.find(session, actor, batch_id)
        return approving.approve(session, actor, platform, batch, [one.id for one in chosen], BOXES)


def journal(platform: Platform, word: str) -> list[dict[str, object]]:
    with platform.sessions() as session:
        bodies = [json.loads(entry.body) for entry in session.scalars(select(AuditEntry))]
    return [body for body in bodies if body["event"] == word]


def test_files_are_sealed_in_pieces_and_refused_by_name(
    platform: Platform, mado: Actor, kansa: Actor
) -> None:
    content = bytes(range(256)) * 9000
    batch_id = take_in(platform, mado, {"folder\\large.tif": content})
    with platform.sessions() as session:
        file = session.get_one(PaperBatch, batch_id).files[0]
        assert (file.name, file.length) == ("large.tif", len(content))
        pieces = list(contents.read(session, platform.vault, file.id))
        assert len(pieces) == 3
        assert b"".join(pieces) == content
        raw = session.connection().exec_driver_sql("select content_sealed from paper_piece").all()
    assert not any(content[:64] in row[0] for row in raw)
    for files, says in (
        ({"ok.png": b"x", "leer.pdf": b""}, "「leer.pdf」は空"),
        ({}, "ファイルがありません"),
    ):
        with platform.sessions() as session:
            incoming = [Incoming(name, io.BytesIO(data)) for name, data in files.items()]
            with pytest.raises(FileRefused, match=says):
                batches.make(session, mado, platform.vault, incoming)
    with platform.sessions() as session, pytest.raises(NotPermitted):
        batches.make(session, kansa, platform.vault, [Incoming("a.png", io.BytesIO(b"x"))])
    with platform.sessions.begin() as session:  # nobody reads it
        batches.cancel(session, mado, batches.find(session, mado, batch_id))


def test_what_needs_no_look_is_drafted_approved_and_filed_once(platform: Platform, mado: Actor) -> None:
    sheets = [sheet for seed in (1, 2, 3) for sheet in certain_sheets(platform, FORM, seed)]
    batch_id = store_read(platform, mado, sheets)
    assert read_all(platform)["drafts"] == 3
    assert "drafts" not in read_all(platform), "a second run finds nothing"
    found = drafts(platform, batch_id)
    assert [one.state for one in found] == [DraftState.TO_CONFIRM] * 3
    assert all(one.application.state is ApplicationState.DRAFT for one in found)
    assert all(one.application.channel is Channel.PAPER for one in found)
    with platform.sessions() as session:
        lacks = [field.name for field in approving.lacking(platform, found)]
        assert set(lacks) == set(BOXES)
        batch = batches.find(session, mado, batch_id)
        with pytest.raises(Incomplete):
            approving.approve(session, mado, platform, batch, [found[0].id], {})
    assert run(platform, "file_papers") == {}, "nothing is filed without a person"
    assert approve(platform, mado, batch_id, found[:2]) == 2
    assert run(platform, "file_papers") == {"filed": 2, "back": 0}
    assert run(platform, "file_papers") == {}
    states = [one.state for one in drafts(platform, batch_id)]
    assert states == [DraftState.FILED, DraftState.FILED, DraftState.TO_CONFIRM]
    with platform.sessions() as session:
        filed = session.get_one(Application, found[0].application_id)
        assert filed.state is ApplicationState.FILED
        assert filed.officer_id == mado.officer
        assert filed.read_record(platform.vault)["identity.document"] == "driving-licence"
        assert len(filed.documents) == 2
        pages = session.scalars(select(PaperPage).where(PaperPage.application_id == filed.id)).all()
        assert {page.state for page in pages} == {PaperState.CONFIRMED}
        assert len(pages) == 2
    approved = journal(platform, "paper-batch.approved")
    assert approved[-1]["details"] == {"drafts": 2, "unattended": False}
    assert approved[-1]["actor"] == mado.key


def test_a_doubt_a_missing_sheet_and_a_rescan_are_left_to_a_person(platform: Platform, mado: Actor) -> None:
    first, second = certain_sheets(platform, FORM, 10)
    doubtful = [_asked(first), second]
    lonely = certain_sheets(platform, FORM, 11)[:1]
    twice = certain_sheets(platform, FORM, 12)
    again = replace(twice[0], sha256="0" * 64)
    batch_id = store_read(platform, mado, [*doubtful, *lonely, *twice, again])
    read_all(platform)
    assert drafts(platform, batch_id) == []
    with platform.sessions() as session:
        batch = batches.find(session, mado, batch_id)
        found = overview.sort(session, platform, batch)
        assert found.pages == 6
        assert [(one.serial, one.missing, len(one.rescans)) for one in found.groups] == [
            ("000010", (), 0),
            ("000011", (2,), 0),
            ("000012", (), 1),
        ]


def _asked(sheet: PageReading) -> PageReading:
    """The sheet with one field of the resident in doubt."""
    fields = list(sheet.fields)
    place = next(at for at, one in enumerate(fields) if one.name == "applicant.name")
    fields[place] = replace(fields[place], state=State.ASK)
    return replace(sheet, fields=tuple(fields), sha256="1" * 64)


def test_the_second_sheet_in_a_later_batch_completes_the_form(platform: Platform, mado: Actor) -> None:
    first, second = certain_sheets(platform, FORM, 21)
    early = store_read(platform, mado, [first])
    read_all(platform)
    late = store_read(platform, mado, [second])
    read_all(platform)
    assert drafts(platform, early) == []
    assert len(drafts(platform, late)) == 1


def test_known_pages_double_nothing_and_are_noted(platform: Platform, mado: Actor) -> None:
    sheets = certain_sheets(platform, FORM, 30)
    store_read(platform, mado, sheets)
    read_all(platform)
    again = store_read(platform, mado, sheets)
    read_all(platform)
    assert drafts(platform, again) == []
    with platform.sessions() as session:
        batch = batches.find(session, mado, again)
        found = overview.sort(session, platform, batch)
        assert (len(found.known), found.groups) == (2, ())
        assert overview.progress(session, batch).known == 2
        hashes = session.scalars(select(PaperPage.sha256).where(PaperPage.serial == "000030")).all()
    assert len(hashes) == 2


def test_confirming_or_discarding_a_page_takes_its_draft_with_it(platform: Platform, mado: Actor) -> None:
    sheets = [sheet for seed in (40, 41) for sheet in certain_sheets(platform, FORM, seed, officers=True)]
    batch_id = store_read(platform, mado, sheets)
    read_all(platform)
    first, second = drafts(platform, batch_id)
    with platform.sessions.begin() as session:
        pages = approving.pages_of(session, first)
        record = first.application.read_record(platform.vault)
        filed = intake.confirm(session, mado, platform, pages[0], record, pages[1:])
        assert filed.id == first.application_id, "the draft became the application"
        intake.discard(session, mado, approving.pages_of(session, second)[0], "同じ紙が2回入っている")
    states = [(one.state, one.application.state) for one in drafts(platform, batch_id)]
    assert states == [
        (DraftState.FILED, ApplicationState.FILED),
        (DraftState.WITHDRAWN, ApplicationState.WITHDRAWN),
    ]
    with pytest.raises(NotNow, match="先に確認"):
        approve(platform, mado, batch_id, [first])


def test_where_the_city_has_set_it_so_whole_drafts_are_filed_unattended(
    platform: Platform, mado: Actor
) -> None:
    settings = platform.settings.model_copy(update={"paper_files_by_itself": True})
    city = replace(platform, settings=settings)
    sheets = [*certain_sheets(platform, FORM, 50, officers=True), *certain_sheets(platform, FORM, 51)]
    batch_id = store_read(city, mado, sheets)
    read_all(city)
    assert [one.state for one in drafts(city, batch_id)] == [DraftState.APPROVED, DraftState.TO_CONFIRM]
    assert run(city, "file_papers")["filed"] == 1
    assert journal(city, "paper-batch.approved")[-1]["details"] == {"drafts": 1, "unattended": True}


def test_pages_are_sorted_reported_and_nothing_is_left_out(
    platform: Platform, mado: Actor, kansa: Actor
) -> None:
    sheets = [*certain_sheets(platform, FORM, 70), unread(701), unread(702, BLANK), unread(703)]
    batch_id = store_read(platform, mado, sheets, "=evil.pdf")
    read_all(platform)
    with platform.sessions() as session:
        batch = batches.find(session, mado, batch_id)
        found = reporting.report(session, mado, platform, batch)
        with pytest.raises(NotPermitted):
            reporting.report(session, kansa, platform, batch)
    assert found.outcomes == {"読み取り": 2, "読み取れず": 3, "前に取り込み済み": 0}
    assert (found.blanks, len(found.pages), found.engines) == (1, 5, ("engine-1",))
    assert found.problems == (("この市の用紙ではありません。", 2), ("白紙", 1))
    (line,) = found.forms
    assert (line.applications, line.pages, line.missing, line.filed) == (1, 2, 0, 0)
    assert line.accepted == sum(one.state is State.ACCEPTED for sheet in sheets for one in sheet.fields)
    rows = reporting.as_csv(found).decode("utf-8-sig").splitlines()
    assert len(rows) == 6
    assert rows[1].startswith("1,'=evil.pdf,1,読み取り,")


def test_pausing_cancelling_and_asking_again(platform: Platform, mado: Actor) -> None:
    batch_id = store_read(platform, mado, [unread(80), unread(81)])
    with platform.sessions.begin() as session:
        batches.pause(session, mado, batches.find(session, mado, batch_id))
    assert read_all(platform) == {}, "a paused batch is left alone"
    with platform.sessions.begin() as session:
        batch = batches.find(session, mado, batch_id)
        with pytest.raises(NotNow):
            batches.pause(session, mado, batch)
        batches.cancel(session, mado, batch)
        batches.resume(session, mado, batch)
    read_all(platform)
    with platform.sessions.begin() as session:
        batch = batches.find(session, mado, batch_id)
        assert batch.state.value == "done"
        assert batches.read_again(session, mado, batch) == 2
        assert batch.state.value == "reading"
        assert overview.progress(session, batch).done == 0
        rows = batches.pages_of(session, batch)
        batches.assign(session, mado, rows[0], FORM, 1, 2)
    # The file was never a file: nothing can be read of it, and the page is the officer's from now on.
    read_all(platform)
    with platform.sessions() as session:
        first, second = session.scalars(
            select(BatchPage).where(BatchPage.batch_id == batch_id).order_by(BatchPage.position)
        )
        assert (first.page.procedure, first.sheet, first.again) == (FORM, 2, False)
        assert (second.page.procedure, second.again) == (None, False)
    with platform.sessions.begin() as session, pytest.raises(NotNow, match="もう様式が決まっている"):
        batches.assign(session, mado, batches.find_page(session, mado, first.id), FORM, 1, 1)


def test_the_archive_is_sealed_pdfa_with_text_at_its_place_and_hashes_inside(
    platform: Platform, mado: Actor
) -> None:
    sheets = [*certain_sheets(platform, FORM, 90), unread(901)]
    batch_id = store_read(platform, mado, sheets)
    read_all(platform)
    with platform.sessions.begin() as session:
        assert archives.ask(session, mado, batches.find(session, mado, batch_id)) == 1
    assert run(platform, "file_papers")["archives"] == 1
    assert run(platform, "file_papers") == {}
    with platform.sessions.begin() as session:
        pdf = archives.taken(session, mado, platform, batches.find(session, mado, batch_id), 1)
    assert [one for one in faults_of(pdf) if "embedded-file" not in one] == []
    verdict = verify(pdf, platform.keys.root_pem)
    assert verdict.ok, verdict.findings
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = json.loads(document.attachments["record.json"].get_file().read_bytes())
    assert [page["sha256"] for page in told["pages"]] == [sheet.sha256 for sheet in sheets]
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    box = next(one.box for one in sheets[0].fields if one.text and one.name != "paper.signature")
    height = document[0].get_height()
    scale = 72 / 25.4
    inside = text.get_text_bounded(
        box.x * scale - 1, height - box.bottom * scale - 1, box.right * scale + 1, height - box.y * scale + 1
    )
    assert "read" in inside
    assert "住民票" in text.get_text_range(), "the printed words too"
    document.close()


def test_a_comparison_tells_each_field_that_would_change_and_changes_nothing(
    platform: Platform, mado: Actor
) -> None:
    (sheet, *_) = certain_sheets(platform, FORM, 95)
    stored = sheet.to_json()
    assert differences_of(stored, sheet) == []
    now = replace(
        sheet, fields=(replace(sheet.fields[0], text="other", state=State.ASK), *sheet.fields[1:-1])
    )
    changed = differences_of(stored, now)
    assert [one["name"] for one in changed] == [sheet.fields[0].name, sheet.fields[-1].name]
    assert changed[0]["before"] == {"text": sheet.fields[0].text, "state": "accepted"}
    assert changed[0]["after"] == {"text": "other", "state": "ask"}
    assert changed[1]["after"] is None
    batch_id = store_read(platform, mado, [unread(950)])
    read_all(platform)
    with platform.sessions.begin() as session:
        batch = batches.find(session, mado, batch_id)
        comparison = comparing.ask(session, mado, batch)
        with pytest.raises(NotNow):
            comparing.ask(session, mado, batch)
    before = _pages(platform, batch_id)
    assert read_all(platform)["compared"] == 1
    with platform.sessions.begin() as session:
        held = comparing.find(session, mado, comparison.id)
        (page,) = comparing.compared(session, mado, held)
        told = page.read_differences(platform.vault)
    assert held.ended_at is not None
    assert [one["name"] for one in told] == [""], "the file cannot be opened now"
    assert "画像でもPDFでもありません" in told[0]["after"]["problem"]
    assert _pages(platform, batch_id) == before


def _pages(platform: Platform, batch_id: str) -> list[tuple[bytes, str, str]]:
    with platform.sessions() as session:
        rows = session.scalars(select(BatchPage).where(BatchPage.batch_id == batch_id))
        return [(row.page.reading_sealed, row.page.state.value, row.outcome.value) for row in rows]


def test_small_batches_do_not_wait_for_large_ones(platform: Platform, mado: Actor) -> None:
    """Batches take turns: the one with the fewest turns had is read first, the older one of equals."""
    large = store_read(platform, mado, [unread(2000 + number) for number in range(25)])
    small = take_in(platform, mado, {"small.png": b"x"})
    with platform.sessions() as session:
        piece = reading.next_piece(session, platform)
    assert piece is not None
    assert piece.batch_id == small
    read_all(platform)
    with platform.sessions() as session:
        assert {session.get_one(PaperBatch, one).state for one in (large, small)} == {BatchState.DONE}
