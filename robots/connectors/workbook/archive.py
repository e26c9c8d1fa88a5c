"""The zip of a workbook, byte by byte: one entry replaced, every other one copied raw.

`zipfile` would pack again and set new dates; here local headers, compressed data, order, extra fields
and comments of untouched entries stay as they are. Layout: PKWARE APPNOTE 6.3, §4.3.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from robots.connectors.workbook.limits import Limits
from robots.errors import WorkbookBroken, WorkbookPassworded, WorkbookTooLarge

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = 0x04034B50, 0x02014B50, 0x06054B50
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001, 0x0008, 0x0800
_STORED, _DEFLATED = 0, 8
_ZIP64 = 0x0001
_CHUNK = 1 << 20

Pieces = Sequence[bytes | memoryview]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `raw[start:end]` is header, data and descriptor; `central` its directory record."""

    name: str
    start: int
    data: int
    end: int
    central: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int


class Archive:
    """The entries of a zip held in memory. Make one with `Archive.parse`."""

    def __init__(self, path: Path, raw: bytes, entries: tuple[Entry, ...], tail: int, limits: Limits) -> None:
        self.path = path
        self.raw = raw
        self.entries = entries
        self._tail = tail
        self._limits = limits
        self._named = {entry.name: entry for entry in entries}

    @classmethod
    def parse(cls, path: Path, raw: bytes, limits: Limits) -> Archive:
        """Read the directory of `raw`; raises a `WorkbookRefused` naming what is wrong with it."""
        tail, count, offset = _end_of(path, raw)
        if count > limits.entries:
            raise WorkbookTooLarge(
                path, f"中の部品が{count}個あります（上限{limits.entries}個）。別のブックに分けてください。"
            )
        entries = _entries(path, raw, count, offset, tail)
        archive = cls(path, raw, entries, tail, limits)
        archive._check()
        return archive

    def __contains__(self, name: object) -> bool:
        return name in self._named

    def entry(self, name: str) -> Entry:
        """The entry called `name`; raises `WorkbookBroken`."""
        if name not in self._named:
            raise WorkbookBroken(
                self.path, f"部品「{name}」がありません。Excelで開いて保存し直してください。"
            )
        return self._named[name]

    def read(self, name: str) -> bytes:
        """The unpacked entry; raises `WorkbookBroken` when it is not what the directory says."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked entry piece by piece, checked against its length and CRC."""
        entry = self.entry(name)
        packed = memoryview(self.raw)[entry.data : entry.data + entry.packed]
        total, crc = 0, 0
        for chunk in _unpack(self.path, entry, packed):
            total += len(chunk)
            if total > entry.size:
                break
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if total != entry.size or crc != entry.crc:
            raise WorkbookBroken(self.path, f"部品「{name}」が壊れています。控えから戻してください。")

    def rewritten(
        self, replaced: Mapping[str, Pieces], removed: frozenset[str] = frozenset()
    ) -> Iterator[Pieces]:
        """The bytes of a new zip with some entries' content replaced and some gone, all else copied raw."""
        kept = [entry for entry in self.entries if entry.name not in removed]
        view, position, moved = memoryview(self.raw), 0, {}
        physical = sorted(kept, key=lambda entry: entry.start)
        first = min((entry.start for entry in self.entries), default=0)
        yield [view[:first]]
        position = first
        for entry in physical:
            parts: Pieces = [view[entry.start : entry.end]]
            changed = entry
            if entry.name in replaced:
                changed, parts = _packed_again(entry, self.raw, replaced[entry.name])
            moved[entry.name] = _record(changed, position)
            position += sum(len(part) for part in parts)
            yield parts
        directory = b"".join(moved[entry.name] for entry in kept)
        comment = self.raw[self._tail + _END.size :]
        end = _END.pack(_END_SIGN, 0, 0, len(kept), len(kept), len(directory), position, len(comment))
        yield [directory, end, comment]

    def _check(self) -> None:
        total = 0
        for entry in self.entries:
            total += entry.size
            if entry.size > self._limits.entry_bytes or total > self._limits.total_bytes:
                raise WorkbookTooLarge(
                    self.path,
                    f"開くと{self._limits.total_bytes >> 20}MB"
                    f"（部品一つは{self._limits.entry_bytes >> 20}MB）を"
                    f"超えます（部品「{entry.name}」）。作った人に確かめ、不要なシートを消してください。",
                )
            if entry.size > self._limits.ratio_from and entry.size > entry.packed * self._limits.ratio:
                raise WorkbookTooLarge(
                    self.path,
                    f"部品「{entry.name}」の圧縮率が異常です。悪意のあるファイルかもしれないため、開きません。",
                )


def _end_of(path: Path, raw: bytes) -> tuple[int, int, int]:
    tail = raw.rfind(_END_SIGN.to_bytes(4, "little"), max(0, len(raw) - 65_557))
    if tail < 0 or tail + _END.size > len(raw):
        raise WorkbookBroken(
            path, "xlsxとして読めません（zipの終わりがありません）。控えから戻してください。"
        )
    _, disk, start_disk, here, count, size, offset, comment = _END.unpack_from(raw, tail)
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, offset):
        raise WorkbookTooLarge(path, "zip64形式のブックには対応していません。小さく分けてください。")
    if disk or start_disk or here != count or offset + size > tail or tail + _END.size + comment != len(raw):
        raise WorkbookBroken(path, "zipの目次が壊れています。控えから戻してください。")
    return tail, count, offset


def _entries(path: Path, raw: bytes, count: int, offset: int, tail: int) -> tuple[Entry, ...]:
    found, place = [], offset
    for _ in range(count):
        if place + _CENTRAL.size > tail:
            raise WorkbookBroken(path, "zipの目次が途中で切れています。控えから戻してください。")
        entry, place = _entry(path, raw, place)
        found.append(entry)
    names = [entry.name for entry in found]
    if len(set(names)) != len(names):
        raise WorkbookBroken(path, "同じ名前の部品が二つあります。Excelで開いて保存し直してください。")
    starts = [*sorted(entry.start for entry in found), offset]
    ends = dict(itertools.pairwise(starts))
    closed = tuple(replace(entry, end=ends[entry.start]) for entry in found)
    # Entries over the same bytes are how small zips unpack to terabytes.
    if len(ends) != count or any(entry.data + entry.packed > entry.end for entry in closed):
        raise WorkbookTooLarge(
            path, "部品どうしが重なっています。悪意のあるファイルかもしれないため、開きません。"
        )
    return closed


def _entry(path: Path, raw: bytes, place: int) -> tuple[Entry, int]:
    (sign, _, _, flags, method, _, _, crc, packed, size, name_length, extra, comment, _, _, _, start) = (
        _CENTRAL.unpack_from(raw, place)
    )
    after = place + _CENTRAL.size + name_length + extra + comment
    if sign != _CENTRAL_SIGN or start + _LOCAL.size > len(raw):
        raise WorkbookBroken(path, "zipの目次が壊れています。控えから戻してください。")
    if flags & _ENCRYPTED:
        raise WorkbookPassworded(path, "暗号化されています。パスワードを外して保存してください。")
    if 0xFFFFFFFF in (packed, size, start):
        raise WorkbookTooLarge(path, "zip64形式のブックには対応していません。小さく分けてください。")
    written = raw[place + _CENTRAL.size : place + _CENTRAL.size + name_length]
    local = _LOCAL.unpack_from(raw, start)
    data = start + _LOCAL.size + local[9] + local[10]
    if local[0] != _LOCAL_SIGN or raw[start + _LOCAL.size : start + _LOCAL.size + local[9]] != written:
        raise WorkbookBroken(path, "zipの目次と中身が合いません。控えから戻してください。")
    name = written.decode("utf-8" if flags & _UTF8 else "cp437")
    if method not in (_STORED, _DEFLATED):
        raise WorkbookBroken(
            path, f"部品「{name}」の圧縮方式に対応していません。Excelで保存し直してください。"
        )
    return Entry(name, start, data, 0, raw[place:after], flags, method, crc, packed, size), after


def _unpack(path: Path, entry: Entry, packed: memoryview) -> Iterator[bytes]:
    if entry.method == _STORED:
        yield bytes(packed)
        return
    engine = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), _CHUNK):
            rest: bytes | memoryview = packed[start : start + _CHUNK]
            while rest:
                yield engine.decompress(rest, _CHUNK)
                rest = engine.unconsumed_tail
        yield engine.flush()
    except zlib.error as error:
        raise WorkbookBroken(path, f"部品「{entry.name}」が壊れています。控えから戻してください。") from error


def _packed_again(entry: Entry, raw: bytes, content: Pieces) -> tuple[Entry, Pieces]:
    crc, size, packed = 0, 0, []
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    for piece in content:
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        packed.append(bytes(piece) if entry.method == _STORED else engine.compress(piece))
    if entry.method == _DEFLATED:
        packed.append(engine.flush())
    length = sum(len(piece) for piece in packed)
    flags = entry.flags & ~_DESCRIPTOR
    changed = replace(entry, flags=flags, crc=crc, packed=length, size=size)
    local = _LOCAL.unpack_from(raw, entry.start)
    name_at = entry.start + _LOCAL.size
    extra = _without_zip64(raw[name_at + local[9] : entry.data])
    header = _LOCAL.pack(*local[:2], flags, *local[3:6], crc, length, size, local[9], len(extra))
    return changed, [header, raw[name_at : name_at + local[9]], extra, *packed]


def _record(entry: Entry, start: int) -> bytes:
    fields = list(_CENTRAL.unpack_from(entry.central))
    fields[3], fields[7], fields[8], fields[9], fields[16] = (
        entry.flags,
        entry.crc,
        entry.packed,
        entry.size,
        start,
    )
    return _CENTRAL.pack(*fields) + entry.central[_CENTRAL.size :]


def _without_zip64(extra: bytes) -> bytes:
    kept, place = b"", 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        if kind != _ZIP64:
            kept += extra[place : place + 4 + length]
        place += 4 + length
    return kept
