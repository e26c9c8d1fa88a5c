"""Old applications render to the same bytes, whatever the definitions have become since."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from forms.catalogue import PACKAGED
from forms.errors import DefinitionError
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.cli import kakazu
from office.definitions import DefinitionSet
from office.errors import NotFound
from office.platform import CITY_DEFINITIONS, Platform, open_platform
from office.records import cases, definitions
from office.records.models.applications import Application, ApplicationState
from tests.support.ground import officer, opened
from tests.support.moving_in import family_interview, known_family

BLOCK, FORM = "blocks/applicant.toml", "procedures/moving-in/v1/form.toml"


@pytest.fixture
def platform(tmp_path: Path, database_url: str) -> Iterator[Platform]:
    with time_machine.travel("2026-04-10T01:00:00Z"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
        platform = opened(tmp_path / "data", database_url)
        yield platform
        platform.engine.dispose()


def show(platform: Platform) -> list[str]:
    """Show a family its documents in English; the applications' ids."""
    actor = officer(platform.sessions, "mado", Role.COUNTER)
    interview = family_interview(platform.catalogue, clock.today(), known_family(clock.today()))
    with platform.sessions.begin() as session:
        case = cases.open_case(session, actor, platform.vault, interview)
        cases.choose_language(session, actor, case, "en")
        cases.show_documents(session, actor, platform, case, interview)
        return [one.id for one in case.applications]


def city_changes(platform: Platform) -> None:
    """The city calls a shared box otherwise, rewords the version in use, and makes a newer one."""
    folder = platform.settings.data / CITY_DEFINITIONS
    for name in (BLOCK, FORM):
        (folder / name).parent.mkdir(parents=True)
        text = (PACKAGED / name).read_text(encoding="utf-8")
        changed = text.replace("電話番号", "連絡先").replace("転入届（", "転入届出書（")
        (folder / name).write_text(changed, encoding="utf-8")
    newer = (PACKAGED / FORM).read_text(encoding="utf-8").replace("2026-04-01", "2026-04-11")
    (folder / "procedures/moving-in/v2").mkdir()
    (folder / "procedures/moving-in/v2/form.toml").write_text(newer, encoding="utf-8")


def test_an_old_application_renders_to_the_bytes_that_were_shown(platform: Platform) -> None:
    ids = show(platform)
    city_changes(platform)
    platform.engine.dispose()
    later = open_platform(platform.settings)
    assert later.catalogue.procedure("moving-in", version=1).title.text("ja").startswith("転入届出書")
    assert later.catalogue.procedure("moving-in").version == 2
    with later.sessions.begin() as session:
        for application in (session.get_one(Application, one) for one in ids):
            assert application.definitions == platform.definitions != later.definitions
            again = definitions.rerender(session, Actor.console(), later.vault, application)
            (shown,) = application.documents
            assert hashlib.sha256(again).hexdigest() == shown.sha256
    later.engine.dispose()


def test_without_the_definitions_of_then_it_says_so(platform: Platform) -> None:
    (first, *_) = show(platform)
    with platform.sessions.begin() as session:
        application = session.get_one(Application, first)
        application.definitions = "0" * 64
        with pytest.raises(NotFound, match="作ったときの定義がありません"):
            definitions.rerender(session, Actor.console(), platform.vault, application)


def test_a_set_of_definitions_is_kept_once(platform: Platform) -> None:
    open_platform(platform.settings).engine.dispose()
    with platform.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DefinitionSet)) == 1
        assert session.get_one(DefinitionSet, platform.definitions).release


def test_a_faulty_definition_of_the_city_is_named_by_file_and_line(platform: Platform) -> None:
    file = platform.settings.data / CITY_DEFINITIONS / BLOCK
    file.parent.mkdir(parents=True)
    text = (PACKAGED / BLOCK).read_text(encoding="utf-8")
    file.write_text(text.replace('kind = "telephone"', 'kind = "fax"'), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"blocks/applicant\.toml:\d+: .*「fax」という種類はありません"):
        open_platform(platform.settings)


def test_the_command_compares_to_the_byte(tmp_path: Path) -> None:
    with time_machine.travel("2026-04-10T01:00:00Z"):
        platform = opened(tmp_path / "data", "")
        (first, *_) = show(platform)
        with platform.sessions.begin() as session:
            application = session.get_one(Application, first)
            application.state = ApplicationState.FILED  # a draft is nobody else's business
            number = application.receipt_number
        platform.engine.dispose()
        words = ["--data", str(tmp_path / "data"), "application", "rerender", number]
        told = CliRunner().invoke(kakazu, words)
        assert told.exit_code == 0, told.output
        assert "1バイトも違いません" in told.output
        with platform.sessions.begin() as session:
            application = session.get_one(Application, first)
            said = application.read_rendering(platform.vault)
            application.write_rendering(platform.vault, said | {"language": "ja"})
        platform.engine.dispose()
        told = CliRunner().invoke(kakazu, words)
        assert told.exit_code == 1
        assert "見せた書類と違います" in told.output
