"""Writing a workbook: a copy, read back and compared, then one atomic rename. Killed at any point, the
ledger is the old one or the new one, never something between.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robots.connectors.workbook.archive import Archive, Pieces
from robots.connectors.workbook.edits import Change, Edit, Patch
from robots.connectors.workbook.limits import STANDARD, Limits
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import make_patch
from robots.connectors.workbook.reading import as_read, changes, same, values_after, values_before
from robots.errors import ReadBackDiffers, WorkbookChanged, WorkbookInUse

BACKUPS_KEPT = 30
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the file's hash before and after, the backup, and the cells that changed."""

    before_sha256: str
    after_sha256: str
    backup: Path | None
    changes: tuple[Change, ...]


def preview(path: Path, edits: Sequence[Edit], limits: Limits = STANDARD) -> tuple[Change, ...]:
    """The cells the edits would change; nothing is written. Raises a `WorkbookRefused`."""
    package = Package.open(path, limits)
    patch = make_patch(package, edits)
    copy = Archive.parse(path, b"".join(_all_bytes(package, patch)), limits)
    return _read_back(package, patch, copy)


def write(
    path: Path,
    make_edits: Callable[[Package], Sequence[Edit]],
    backups: Path,
    expected_sha256: str | None = None,
    limits: Limits = STANDARD,
) -> Written:
    """Change the workbook at `path` by the edits `make_edits` finds necessary in it, and nothing else.

    `make_edits` sees the workbook as it is under the lock, so it may probe what is there already; no
    edits means no write. The workbook as it was goes to the folder `backups`. Raises a `WorkbookRefused`
    (also `WorkbookChanged` when the file is not `expected_sha256` or changes meanwhile).
    """
    with held(path):
        package = Package.open(path, limits)
        if expected_sha256 not in (None, package.sha256):
            raise WorkbookChanged(
                path, "確かめた後に書き換えられました。もう一度、最初から実行してください。"
            )
        edits = make_edits(package)
        if not edits:
            return Written(package.sha256, package.sha256, None, ())
        patch = make_patch(package, edits)
        copy = path.with_name(f".{path.name}.kakazu-copy")
        _write_copy(copy, path, _all_bytes(package, patch))
        found = _read_back(package, patch, Archive.parse(path, copy.read_bytes(), limits))
        backup = _back_up(package, backups)
        refuse_if_open(path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != package.sha256:
            raise WorkbookChanged(
                path, "書き込みの間に書き換えられました。もう一度、最初から実行してください。"
            )
        after = hashlib.sha256(copy.read_bytes()).hexdigest()
        os.replace(copy, path)
        _sync_folder(path.parent)
        return Written(package.sha256, after, backup, found)


@contextlib.contextmanager
def held(path: Path, wait_seconds: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the workbook against other processes of this suite; raises `WorkbookInUse`."""
    refuse_if_open(path)
    lock = os.open(path.with_name(f".{path.name}.kakazu-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise WorkbookInUse(
                        path, "ほかのロボットが書いています。終わってから、もう一度実行してください。"
                    ) from error
                time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def refuse_if_open(path: Path) -> None:
    """Raise `WorkbookInUse` when Excel's or LibreOffice's lock file stands beside the workbook."""
    for name in (f".~lock.{path.name}#", f"~${path.name}"):
        lock = path.with_name(name)
        if lock.exists():
            raise WorkbookInUse(
                path,
                f"{_holder(lock)}開いています。閉じてから、もう一度実行してください"
                f"（だれも開いていないときは、同じ場所の「{name}」を消してください）。",
            )


def _holder(lock: Path) -> str:
    """`山田さんが`, as LibreOffice writes it; else `だれかが`."""
    try:
        name = lock.read_text(encoding="utf-8").split(",")[0].strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    return f"{name}さんが" if lock.name.startswith(".~lock.") and name else "だれかが"


def _all_bytes(package: Package, patch: Patch) -> Iterator[bytes | memoryview]:
    for pieces in package.archive.rewritten(patch.parts, patch.removed):
        yield from pieces


def _write_copy(copy: Path, original: Path, content: Iterator[bytes | memoryview]) -> None:
    status = original.stat()
    # A copy left by a killed run is simply written over: the lock says that nobody else is at it.
    handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for part in content:
            file.write(part)
        file.flush()
        os.fchmod(file.fileno(), status.st_mode & 0o7777)
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), status.st_uid, status.st_gid)
        os.fsync(file.fileno())


def _read_back(package: Package, patch: Patch, copy: Archive) -> tuple[Change, ...]:
    """Prove that the copy holds what was meant and nothing else; raises `ReadBackDiffers`."""
    _compare_parts(package, patch, copy)
    found: list[Change] = []
    for sheet in patch.sheets:
        before, after = values_before(package, sheet), values_after(package, copy, sheet)
        intended = {
            f"{letters}{number}": as_read(value)
            for number, values in sheet.values.items()
            for letters, value in values.items()
        }
        for cell in {*before, *after, *intended}:
            wanted = intended[cell] if cell in intended else before.get(cell)
            if not same(after.get(cell), wanted):
                raise ReadBackDiffers(
                    package.path,
                    f"シート「{sheet.name}」の {cell} が、書いた値と違って読めます。元のまま残しました。",
                )
        found += changes(sheet, before, after)
    return tuple(found)


def _compare_parts(package: Package, patch: Patch, copy: Archive) -> None:
    names = [entry.name for entry in package.archive.entries if entry.name not in patch.removed]
    if [entry.name for entry in copy.entries] != names:
        raise ReadBackDiffers(package.path, "写しの部品の並びが違います。元のまま残しました。")
    old, new = memoryview(package.archive.raw), memoryview(copy.raw)
    for entry in copy.entries:
        before = package.archive.entry(entry.name)
        if entry.name in patch.parts:
            equal = _same_content(copy, entry.name, patch.parts)
        else:
            equal = old[before.start : before.end] == new[entry.start : entry.end]
        if not equal:
            raise ReadBackDiffers(package.path, f"写しの部品「{entry.name}」が違います。元のまま残しました。")


def _same_content(copy: Archive, name: str, parts: Mapping[str, Pieces]) -> bool:
    wanted = hashlib.sha256()
    for piece in parts[name]:
        wanted.update(piece)
    found = hashlib.sha256()
    for chunk in copy.chunks(name):
        found.update(chunk)
    return wanted.digest() == found.digest()


def _back_up(package: Package, folder: Path) -> Path:
    """The workbook as it was, named by its content: a run begun again makes no second one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem, suffix = package.path.stem, package.path.suffix
    backup = folder / f"{stem}-{package.sha256[:16]}{suffix}"
    if not backup.exists():
        draft = folder / f".{backup.name}.draft"
        _write_copy(draft, package.path, iter([package.archive.raw]))
        os.replace(draft, backup)
        _sync_folder(folder)
    os.utime(backup)
    older = sorted(folder.glob(f"{stem}-????????????????{suffix}"), key=lambda path: path.stat().st_mtime_ns)
    for path in older[:-BACKUPS_KEPT]:
        path.unlink()
    return backup


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
