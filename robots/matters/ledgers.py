"""What the robots that write ledgers share: looking a row up before writing, and which faults stop a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from office.jobs.job import BusinessException
from office.jobs.models import ItemState
from robots.connectors.workbook.entries import AnchorInDoubt, Standing
from robots.errors import ReadBackDiffers, WorkbookChanged, WorkbookRefused

Row = TypeVar("Row", contravariant=True)
Found = TypeVar("Found")


class Ledger(Protocol[Row]):
    """A ledger in which rows of one kind are looked up."""

    def find(self, entry: Row) -> Standing | None:
        """The row as it stands; raises `AnchorInDoubt`."""

    def differences(self, entry: Row, standing: Standing) -> tuple[str, ...]:
        """The headings whose values differ."""

    def place(self, row: int) -> str:
        """The row for people."""


def looked_up(ledger: Ledger[Row], entry: Row) -> tuple[ItemState, str, str]:
    """State, message and place of one row before anything is written."""
    try:
        standing = ledger.find(entry)
    except AnchorInDoubt as doubt:
        return ItemState.BUSINESS, doubt.message, ""
    if standing is None:
        return ItemState.PLANNED, "", ""
    place = ledger.place(standing.row)
    if different := ledger.differences(entry, standing):
        what = "、".join(different)
        return (
            ItemState.BUSINESS,
            f"すでに台帳にあり、{what} が違います。どちらが正しいか確かめてください。",
            place,
        )
    return ItemState.SKIPPED, "すでに台帳にあります。", place


def guarded(path: Path, work: Callable[[Path], Found]) -> Found:
    """What the work on a workbook gives; what a person must put right stops the run, the rest is retried."""
    try:
        return work(path)
    except (WorkbookChanged, ReadBackDiffers):
        raise
    except (WorkbookRefused, AnchorInDoubt) as refused:
        raise BusinessException(refused.message) from refused
    except FileNotFoundError as missing:
        raise BusinessException(f"台帳 {path} がありません。置いてから再開してください。") from missing
