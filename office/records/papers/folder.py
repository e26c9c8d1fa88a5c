"""The watched folder: what the scanner puts there becomes a batch once it is complete.

A file is complete when its size and time did not change between two looks. It is first moved to 取り込み中
(a rename, so that two clocks never take the same one), then stored, then moved to 取り込み済み or
取り込めず with a note beside it. Killed anywhere, the next look goes on: what was stored is known by hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ocr.parsing import Refused, kind_of
from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.platform import Platform
from office.records.models.paper_batches import BatchSource, BatchState, PaperBatch, PaperFile
from office.records.papers import batches
from office.records.papers.incoming import Incoming

TAKING, DONE, FAILED = "取り込み中", "取り込み済み", "取り込めず"
AT_ONCE = 200
_LOCK = ".kakazu-lock"
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".filepart")
_QUIET_SECONDS = 2.0


@dataclass(slots=True)
class Watch:
    """What the last look saw: size and time of each file, by name."""

    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def complete(self, folder: Path) -> list[Path]:
        """Files that have not changed since the last look, by name."""
        now: dict[str, tuple[int, int]] = {}
        found = []
        for path in sorted(folder.iterdir()):
            told = _stat(path)
            if told is None:
                continue
            now[path.name] = told
            quiet = clock.now().timestamp() - told[1] / 1e9 >= _QUIET_SECONDS
            if quiet and self.seen.get(path.name) == told:
                found.append(path)
        self.seen = now
        return found


def _stat(path: Path) -> tuple[int, int] | None:
    """Size and time of a file that may be taken; None for folders, links, hidden and unfinished ones."""
    if path.name.startswith((".", "~")) or path.suffix.lower() in _UNFINISHED:
        return None
    with suppress(OSError):
        told = path.lstat()
        if stat.S_ISREG(told.st_mode):
            return told.st_size, told.st_mtime_ns
    return None


def fault(session: Session, platform: Platform) -> str:
    """What keeps the folder of the settings from being watched; empty when nothing does."""
    folder = platform.settings.paper_folder
    if folder and not Path(folder).is_dir():
        return f"取り込みフォルダー「{folder}」が見つかりません。設定 paper_folder を確かめてください。"
    if folder and _officer(session, platform) is None:
        return "取り込みフォルダーの担当者がいません。設定 paper_folder_officer に職員IDを書いてください。"
    return ""


def _officer(session: Session, platform: Platform) -> Officer | None:
    login = platform.settings.paper_folder_officer
    query = select(Officer).where(Officer.login == login, Officer.is_active.is_(True))
    return session.scalar(query) if login else None


def take_over(
    platform: Platform, actor: Actor, watch: Watch, request_reading: Callable[[Session], object]
) -> int:
    """Take over what is complete; how many files were stored. `request_reading` asks for the run that reads,
    in the transaction that stores. Nothing is taken while `fault` names something.
    """
    with platform.sessions() as session:
        if not platform.settings.paper_folder or fault(session, platform):
            return 0
    folder = Path(platform.settings.paper_folder)
    complete = watch.complete(folder)
    if not complete and not any((folder / TAKING).glob("*")):
        return 0
    with _alone(folder) as alone:
        if not alone:
            return 0
        for path in complete:
            _move(path, folder / TAKING)
        return _take(platform, actor, folder, request_reading)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other clock is at this folder; the kernel lets go of the lock when a process dies."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _take(
    platform: Platform, actor: Actor, folder: Path, request_reading: Callable[[Session], object]
) -> int:
    fresh: list[Path] = []
    for path in sorted((folder / TAKING).iterdir()):
        refusal = _refusal(path)
        known = "" if refusal else _known(platform, path)
        if refusal:
            _settle(folder, path, FAILED, refusal)
        elif known:
            _settle(
                folder,
                path,
                DONE,
                f"前に取り込んだファイルと同じなので、加えていません（まとまり {known}）。",
            )
        else:
            fresh.append(path)
    for start in range(0, len(fresh), AT_ONCE):
        some = _unlike(folder, fresh[start : start + AT_ONCE])
        batch_id = _store(platform, actor, some, request_reading)
        for path in some:
            _settle(folder, path, DONE, f"取り込みました（まとまり {batch_id}）。")
    return len(fresh)


def _refusal(path: Path) -> str:
    """Why a file is none that can be read; empty for one that can."""
    try:
        kind_of(path)
    except Refused as refused:
        return str(refused)
    except OSError:
        return "ファイルを開けません。権限を確かめてから、もう一度入れてください。"
    return ""


def _known(platform: Platform, path: Path) -> str:
    """The batch that has brought the same file before, unless it was cancelled."""
    same = (
        select(PaperFile.batch_id)
        .join(PaperBatch, PaperBatch.id == PaperFile.batch_id)
        .where(PaperFile.sha256 == _hash(path), PaperBatch.state != BatchState.CANCELLED)
    )
    with platform.sessions() as session:
        return session.scalar(same.limit(1)) or ""


def _unlike(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The files, each content once."""
    found: dict[str, Path] = {}
    for path in paths:
        first = found.setdefault(_hash(path), path)
        if first is not path:
            _settle(folder, path, DONE, f"「{first.name}」と同じファイルです。加えていません。")
    return list(found.values())


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _store(
    platform: Platform, actor: Actor, paths: Sequence[Path], request_reading: Callable[[Session], object]
) -> str:
    with ExitStack() as stack, platform.sessions.begin() as session:
        officer = _officer(session, platform)
        incoming = [Incoming(path.name, stack.enter_context(path.open("rb"))) for path in paths]
        batch = batches.make(
            session,
            actor,
            platform.vault,
            incoming,
            BatchSource.FOLDER,
            officer.id if officer is not None else None,
        )
        request_reading(session)
        return batch.id


def _settle(folder: Path, path: Path, where: str, said: str) -> None:
    """Move a file to where it ends, with a note beside it."""
    local = clock.now().astimezone(clock.TOKYO)
    digest = _hash(path)
    target = _move(path, folder / where / f"{local:%Y-%m-%d}")
    note = target.with_name(f"{target.name}.txt")
    note.write_text(f"{local:%Y-%m-%d %H:%M:%S}\n{path.name}\nSHA-256 {digest}\n{said}\n", encoding="utf-8")


def _move(path: Path, folder: Path) -> Path:
    """Rename a file into a folder under a name that is free there."""
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    return path.rename(target)
