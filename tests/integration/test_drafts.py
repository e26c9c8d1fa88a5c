"""A definition being written: begun, saved with its faults, published whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.errors import NotFound, NotNow, NotPermitted
from office.platform import CITY_DEFINITIONS, Platform, open_platform
from office.records import drafts
from office.records.drafts import DRAFTS, Draft
from tests.support.ground import officer, opened


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with time_machine.travel("2026-04-10T01:00:00Z"):
        platform = opened(tmp_path / "data", "")
        yield platform
        platform.engine.dispose()


@pytest.fixture
def admin(platform: Platform) -> Actor:
    return officer(platform.sessions, "kanri", Role.ADMINISTRATOR)


def begun(platform: Platform, actor: Actor, slug: str) -> Draft:
    with platform.sessions.begin() as session:
        return drafts.begin(session, actor, platform, slug)


def saved(platform: Platform, actor: Actor, draft: Draft, old: str, new: str) -> None:
    text = drafts.texts(platform, draft)["form.toml"]
    assert old in text
    with platform.sessions.begin() as session:
        drafts.save(
            session, actor, platform, draft, "form.toml", text.replace(old, new).replace("\n", "\r\n")
        )


def test_a_next_version_begins_as_a_copy_in_force_tomorrow(platform: Platform, admin: Actor) -> None:
    draft = begun(platform, admin, "moving-in")
    assert draft == Draft("moving-in", 2)
    assert drafts.list_drafts(platform) == (draft,)
    assert "in_force_from = 2026-04-11" in drafts.texts(platform, draft)["form.toml"]
    assert drafts.texts(platform, draft)["labels.en.toml"]
    catalogue, faults = drafts.read_drafts(drafts.files_with_drafts(platform))
    assert (catalogue is not None, faults) == (True, ())
    assert [one.version for one in platform.catalogue.versions if one.slug == "moving-in"] == [1]
    with pytest.raises(NotNow, match="もうあります"):
        begun(platform, admin, "moving-in")


def test_a_faulty_draft_is_kept_shown_with_its_line_and_not_published(
    platform: Platform, admin: Actor
) -> None:
    draft = begun(platform, admin, "moving-in")
    saved(platform, admin, draft, "days = 14", 'days = "14"')
    catalogue, faults = drafts.read_drafts(drafts.files_with_drafts(platform))
    assert catalogue is None
    assert [(one.file, one.key) for one in faults] == [("procedures/moving-in/v2/form.toml", "deadline.days")]
    with platform.sessions.begin() as session, pytest.raises(NotNow, match=r"誤りが1件.*deadline.days"):
        drafts.publish(session, admin, platform, draft)
    assert drafts.list_drafts(platform) == (draft,)


def test_what_is_published_is_read_at_the_next_start(platform: Platform, admin: Actor) -> None:
    draft = begun(platform, admin, "moving-in")
    saved(platform, admin, draft, "転入届（住民異動届）", "転入届")
    other = begun(platform, admin, "bulky-goods")
    saved(platform, admin, other, "新しい申請書", "[")  # another draft's faults are nobody else's business
    saved(platform, admin, other, 'title = "["', "title = [")
    with platform.sessions.begin() as session:
        drafts.publish(session, admin, platform, draft)
    assert drafts.list_drafts(platform) == (other,)
    assert (platform.settings.data / CITY_DEFINITIONS / draft.folder / "form.toml").exists()
    platform.engine.dispose()
    later = open_platform(platform.settings)
    assert later.catalogue.procedure("moving-in").title.text("ja") == "転入届"
    later.engine.dispose()


def test_a_new_procedure_has_a_number_of_its_own_and_can_be_thrown_away(
    platform: Platform, admin: Actor
) -> None:
    draft = begun(platform, admin, "bulky-goods")
    catalogue, faults = drafts.read_drafts(drafts.files_with_drafts(platform))
    assert faults == ()
    assert catalogue is not None
    numbers = [one.number for one in platform.catalogue.versions]
    assert catalogue.procedure("bulky-goods").number not in numbers
    with platform.sessions.begin() as session:
        drafts.discard(session, admin, platform, draft)
    assert not (platform.settings.data / DRAFTS / draft.folder).exists()
    with pytest.raises(NotFound):
        drafts.find(platform, "bulky-goods", 1)


@pytest.mark.parametrize("slug", ["../../etc", "A", "-x-", "", "a" * 60, "ごみ"])
def test_a_name_that_could_leave_the_folder_is_refused(platform: Platform, admin: Actor, slug: str) -> None:
    with pytest.raises(NotNow, match="小文字の英数字"):
        begun(platform, admin, slug)
    draft = begun(platform, admin, "moving-in")
    with platform.sessions.begin() as session, pytest.raises(NotFound):
        drafts.save(session, admin, platform, draft, "../../keys/seal.pem", "x")


def test_only_an_administrator_writes(platform: Platform) -> None:
    counter = officer(platform.sessions, "mado", Role.COUNTER)
    with pytest.raises(NotPermitted):
        begun(platform, counter, "moving-in")
