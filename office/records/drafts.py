"""Definitions being written: files in `drafts/` of the data folder, seen on the preview page only.

What is published moves to `definitions/`, which lies over the packaged definitions from the next start on.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from forms.catalogue import PACKAGED, Catalogue, catalogue_of
from forms.definition import LANGUAGES
from forms.definition_files import Files, read_files
from forms.errors import DefinitionError, Fault
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound, NotNow
from office.platform import CITY_DEFINITIONS, Platform

DRAFTS = "drafts"
LONGEST = 200_000
NAMES = ("form.toml", *(f"labels.{language}.toml" for language in LANGUAGES[1:]))
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,48}[a-z0-9]")
_IN_FORCE = re.compile(r"(?m)^in_force_from\s*=.*$")

NEW = """\
number = {number}
in_force_from = {day}
title = "新しい申請書"
summary = "何のための申請か、1文で書きます。"
who_may_apply = "申請できる方"

[[basis]]
law = "根拠になる法令"
note = "読んだら confirmed = true を書きます。"

[sections.applicant]
use = "applicant"

[sections.identity]
use = "identity"
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a procedure being written."""

    slug: str
    version: int

    @property
    def folder(self) -> str:
        """Its folder inside a folder of definitions."""
        return f"procedures/{self.slug}/v{self.version}"


def files_with_drafts(platform: Platform) -> Files:
    """All definition files as they would be with every draft."""
    data = platform.settings.data
    return read_files(PACKAGED, data / CITY_DEFINITIONS, data / DRAFTS)


def read_drafts(files: Files) -> tuple[Catalogue | None, tuple[Fault, ...]]:
    """The catalogue these files make, or every fault that keeps them from making one."""
    try:
        return catalogue_of(files), ()
    except DefinitionError as error:
        return None, error.faults


def list_drafts(platform: Platform) -> tuple[Draft, ...]:
    """Every draft, by slug and version."""
    folders = (platform.settings.data / DRAFTS / "procedures").glob("*/v[1-9]*/")
    return tuple(sorted((_of(folder) for folder in folders), key=lambda one: (one.slug, one.version)))


def find(platform: Platform, slug: str, version: int) -> Draft:
    """One draft. Raises `NotFound`."""
    draft = next((one for one in list_drafts(platform) if (one.slug, one.version) == (slug, version)), None)
    if draft is None:
        raise NotFound("この下書きはありません。手続の一覧から選び直してください。")
    return draft


def begin(session: Session, actor: Actor, platform: Platform, slug: str) -> Draft:
    """A draft of a procedure's next version, copied from the newest; of a new procedure, a beginning.

    Raises `NotNow` for a name that cannot be one, and while there is a draft of it.
    """
    require(actor, Act.WRITE_DEFINITIONS)
    newest = max((one.version for one in platform.catalogue.versions if one.slug == slug), default=0)
    if not newest and not _SLUG.fullmatch(slug):
        raise NotNow("手続の英字名は「bulky-waste」のように、小文字の英数字とハイフンで書いてください。")
    draft = Draft(slug, newest + 1)
    folder = platform.settings.data / DRAFTS / draft.folder
    if folder.exists():
        raise NotNow("この手続の下書きはもうあります。一覧から開いてください。")
    folder.mkdir(parents=True)
    for name, text in _beginning(platform, Draft(slug, newest)).items():
        _write(folder / name, text)
    journal.write(session, actor, events.DRAFT_BEGUN, _subject(draft), version=draft.version)
    return draft


def _beginning(platform: Platform, newest: Draft) -> dict[str, str]:
    """The files a draft begins with; its day (施行日) is the earliest that is still to come."""
    if not newest.version:
        number = max(one.number for one in platform.catalogue.versions) + 1
        return {"form.toml": NEW.format(number=number, day=clock.today() + timedelta(days=1))}
    files = read_files(PACKAGED, platform.settings.data / CITY_DEFINITIONS)
    found = {name: files[path].decode() for name in NAMES if (path := f"{newest.folder}/{name}") in files}
    day = f"in_force_from = {clock.today() + timedelta(days=1)}"
    return found | {"form.toml": _IN_FORCE.sub(day, found["form.toml"], count=1)}


def texts(platform: Platform, draft: Draft) -> dict[str, str]:
    """The files of a draft, empty where one is not there yet."""
    folder = platform.settings.data / DRAFTS / draft.folder
    found = {}
    for name in NAMES:
        path = folder / name
        found[name] = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return found


def save(session: Session, actor: Actor, platform: Platform, draft: Draft, name: str, text: str) -> None:
    """Write one file of a draft, faulty or not: faults are shown beside it. Raises `NotFound`, `NotNow`."""
    require(actor, Act.WRITE_DEFINITIONS)
    if name not in NAMES:
        raise NotFound("このファイルはありません。一覧から選び直してください。")
    if len(text) > LONGEST:
        raise NotNow(f"{name}が長すぎます（{LONGEST:,}文字まで）。")
    text = text.replace("\r\n", "\n")
    _write(platform.settings.data / DRAFTS / draft.folder / name, text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    journal.write(
        session, actor, events.DRAFT_SAVED, _subject(draft), version=draft.version, file=name, sha256=sha256
    )


def publish(session: Session, actor: Actor, platform: Platform, draft: Draft) -> None:
    """Take a draft into the city's definitions; used from the next start and its day on.

    Raises `NotNow` naming what is wrong with it.
    """
    require(actor, Act.WRITE_DEFINITIONS)
    data = platform.settings.data
    kept = read_files(PACKAGED, data / CITY_DEFINITIONS)
    own = {
        name: content for name, content in read_files(data / DRAFTS).items() if name.startswith(draft.folder)
    }
    _, faults = read_drafts({**kept, **own})
    if faults:
        raise NotNow(f"誤りが{len(faults)}件あるので、公開できません。{faults[0]}")
    target = data / CITY_DEFINITIONS / draft.folder
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(data / DRAFTS / draft.folder, target)
    journal.write(session, actor, events.DRAFT_PUBLISHED, _subject(draft), version=draft.version)


def discard(session: Session, actor: Actor, platform: Platform, draft: Draft) -> None:
    """Throw a draft away."""
    require(actor, Act.WRITE_DEFINITIONS)
    shutil.rmtree(platform.settings.data / DRAFTS / draft.folder)
    journal.write(session, actor, events.DRAFT_DISCARDED, _subject(draft), version=draft.version)


def _of(folder: Path) -> Draft:
    return Draft(folder.parent.name, int(folder.name.removeprefix("v")))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def _subject(draft: Draft) -> str:
    return f"procedure:{draft.slug}"
