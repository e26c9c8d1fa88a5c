"""How much a workbook may hold before it is refused (trust.md §4, upload attacks)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts and bytes. `ratio` is unpacked to packed size, looked at from `ratio_from` bytes on.

    `cells` bounds the rectangle around all cells of a sheet: readers make room for it, so that two
    cells at A1 and XFD1048576 would cost 17 thousand million.
    """

    file_bytes: int = 128 << 20
    entries: int = 5_000
    entry_bytes: int = 384 << 20
    total_bytes: int = 768 << 20
    ratio: int = 250
    ratio_from: int = 8 << 20
    rows: int = 400_000
    cells: int = 24_000_000


STANDARD = Limits()
