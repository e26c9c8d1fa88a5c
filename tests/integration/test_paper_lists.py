"""Lists are read page by page: nothing is lost or doubled, pages are joined, batches give pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from ocr.reading_process import Seen
from ocr.tables.results import BLANK, TableReading
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.commands.read import command
from office.database import reading
from office.errors import NotNow
from office.platform import Platform
from office.records import paper_list_intake, paper_lists
from office.records.models.paper import PaperState
from office.records.models.paper_lists import ListOutcome, ListPage, ListReading, ListState
from office.records.models.paper_tables import PaperTable
from office.records.paper_lists import Content
from office.records.papers import batches
from office.records.papers.incoming import Incoming
from tests.support.ground import officer, opened
from tests.support.paper_tables import read_page
from tests.support.papers import run, take_in

PAGES = 3


@dataclass
class Shelf:
    """A reading room in which the pages of one list were read long ago; counts what was read."""

    read: list[int] = field(default_factory=list)

    def count(self, _session: Session, _file: Content) -> int:
        return PAGES

    def page(self, _session: Session, _file: Content, number: int) -> Seen | None:
        return Seen(number, f"{number:064x}", blank=False) if number <= PAGES else None

    def read_table(self, _session: Session, file: Content, seen: Seen) -> TableReading:
        self.read.append(seen.number)
        return replace(read_page(seen.number, pages=PAGES), source=file.name)


@dataclass
class Portion:
    """A step of a run; `killed`: the process dies when everything is done but the commit."""

    platform: Platform
    actor: Actor
    killed: bool = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(reading(self.platform.engine)) as session:
            yield session

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.platform.sessions.begin() as session:
            yield session
            if self.killed:
                raise KeyboardInterrupt


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return opened(tmp_path / "data")


@pytest.fixture
def mado(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


def sent(platform: Platform, mado: Actor, *names: str) -> str:
    with platform.sessions.begin() as session:
        files = [Incoming(name, io.BytesIO(name.encode())) for name in names]
        return paper_list_intake.take_in(session, mado, platform.vault, files).id


def test_a_worker_killed_at_every_portion_loses_and_doubles_nothing(platform: Platform, mado: Actor) -> None:
    reading_id = sent(platform, mado, "支払一覧.pdf")
    shelf, portions = Shelf(), 0
    while portions < 40:
        portions += 1
        killed = portions % 2 == 1
        try:
            done = paper_lists.read_next(Portion(platform, mado, killed), shelf)  # type: ignore[arg-type]
        except KeyboardInterrupt:
            continue
        if done is None:
            break
    assert shelf.read == [1, 1, 2, 2, 3, 3]
    with platform.sessions() as session:
        found = session.get_one(ListReading, reading_id)
        assert found.state is ListState.DONE
        pages = paper_lists.pages_of(session, found)
        assert [(one.number, one.outcome) for one in pages] == [(n, ListOutcome.READ) for n in (1, 2, 3)]
        (table,) = session.scalars(select(PaperTable)).all()
        assert {one.table_id for one in pages} == {table.id}
        assert [(one.file_name, one.page) for one in table.pages] == [("支払一覧.pdf", n) for n in (1, 2, 3)]
        every = [row for n in (1, 2, 3) for row in read_page(n, pages=3).rows]
        assert len(table.read_rows(platform.vault)) == sum(row.kind != BLANK for row in every)
        assert table.read_by_id == mado.officer_id
        assert all(one.found_sealed is None and one.image_sealed is None for one in pages)


def test_the_same_page_twice_in_one_pile_is_taken_once(platform: Platform, mado: Actor) -> None:
    reading_id = sent(platform, mado, "一便.pdf", "二便.pdf")
    step, shelf = Portion(platform, mado), Shelf()
    while paper_lists.read_next(step, shelf) is not None:  # type: ignore[arg-type]
        pass
    assert shelf.read == [1, 2, 3]
    with platform.sessions() as session:
        found = paper_list_intake.outcomes(session, session.get_one(ListReading, reading_id))
        assert len(found.tables) == 1
        assert [(one.file.name, one.number) for one in found.known] == [("二便.pdf", n) for n in (1, 2, 3)]


def strange(seed: int) -> bytes:
    """A sheet that is none of ours."""
    noise = np.random.default_rng(seed).integers(200, 256, (400, 300)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    return out.getvalue()


def test_pages_of_a_batch_are_read_as_lists(platform: Platform, mado: Actor) -> None:
    batch_id = take_in(platform, mado, {"一.png": strange(1), "二.png": strange(2)})
    run(platform, "read_paper")
    with platform.sessions.begin() as session:
        rows = batches.pages_of(session, batches.find(session, mado, batch_id))
        reading_id = paper_list_intake.from_batch(session, mado, rows).id
        with pytest.raises(NotNow, match=r"「一.png」の1ページは、もう一覧表として"):
            paper_list_intake.from_batch(session, mado, rows)
        with pytest.raises(NotNow, match="選んでください"):
            paper_list_intake.from_batch(session, mado, [])
    shelf = Shelf()
    while paper_lists.read_next(Portion(platform, mado), shelf) is not None:  # type: ignore[arg-type]
        pass
    with platform.sessions() as session:
        pages = session.scalars(select(ListPage)).all()
        assert sorted((one.file.name, one.number) for one in pages) == [("一.png", 1), ("二.png", 1)]
        assert session.get_one(ListReading, reading_id).batch_id == batch_id


def test_a_page_that_became_a_table_waits_no_longer(platform: Platform, mado: Actor) -> None:
    batch_id = take_in(platform, mado, {"一.png": strange(3)})
    run(platform, "read_paper")
    with platform.sessions.begin() as session:
        (row,) = batches.pages_of(session, batches.find(session, mado, batch_id))
        own, page_id = row.page.sha256, row.page_id
        paper_list_intake.from_batch(session, mado, [row])

    class Own(Shelf):
        def page(self, _session: Session, _file: Content, number: int) -> Seen | None:
            return Seen(number, own, blank=False)

    while paper_lists.read_next(Portion(platform, mado), Own()) is not None:  # type: ignore[arg-type]
        pass
    with platform.sessions() as session:
        row = batches.find_page(session, mado, row.id)
        assert (row.page_id, row.page.state) == (page_id, PaperState.DISCARDED)
        assert len(session.scalars(select(PaperTable)).all()) == 1
        with pytest.raises(NotNow, match="使わないことに"):
            paper_list_intake.from_batch(session, mado, [row])


def test_the_command_line_names_a_page_that_is_no_list(tmp_path: Path) -> None:
    word = tmp_path / "台帳.png"
    word.write_bytes(b"PK\x03\x04 word")
    told = CliRunner().invoke(command, ["--table", str(word)])
    assert told.exit_code == 1
    assert "1ページ目：読み取れませんでした。WordやExcelなどのファイルです" in told.output
