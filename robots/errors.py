"""Errors of the robots: workbooks that must not be touched, bank files that must not be sent."""

from __future__ import annotations

from pathlib import Path

from forms.errors import KakazuError


class RobotError(KakazuError):
    """A robot, connector or exchange could not do its work."""

    code = "robot"


class UnknownRobot(RobotError):
    """There is no robot of that name."""

    code = "unknown-robot"


class WorkbookRefused(RobotError):
    """A workbook is left untouched; `path` names it."""

    code = "workbook-refused"

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path.name}: {message}")
        self.path = path


class WorkbookPassworded(WorkbookRefused):
    """The workbook is encrypted with a password."""

    code = "workbook-passworded"


class WorkbookOldFormat(WorkbookRefused):
    """The file is an .xls, .xlsb or another format than xlsx."""

    code = "workbook-old-format"


class WorkbookMacros(WorkbookRefused):
    """The workbook holds macros or a signature it should not, or that a change would break."""

    code = "workbook-macros"


class WorkbookTooLarge(WorkbookRefused):
    """The workbook unpacks to more than is allowed (trust.md §4)."""

    code = "workbook-too-large"


class WorkbookEntities(WorkbookRefused):
    """XML of the workbook holds a document type, entities, or an encoding that could hide them."""

    code = "workbook-entities"


class WorkbookBroken(WorkbookRefused):
    """The workbook is not built as the standard says, or in a way this connector does not change."""

    code = "workbook-broken"


class WorkbookInUse(WorkbookRefused):
    """A person or another process holds the workbook open."""

    code = "workbook-in-use"


class WorkbookChanged(WorkbookRefused):
    """The workbook changed between reading and writing."""

    code = "workbook-changed"


class SheetMissing(WorkbookRefused):
    """The workbook has no such sheet, or the sheet lacks a heading."""

    code = "sheet-missing"


class CellRefused(WorkbookRefused):
    """A cell or row must not be written as asked."""

    code = "cell-refused"


class ReadBackDiffers(WorkbookRefused):
    """What was written does not read back as intended; the original stands."""

    code = "read-back-differs"


class ExchangeRefused(RobotError):
    """A file for or from another body breaks its layout."""

    code = "exchange-refused"


class CharactersRefused(ExchangeRefused):
    """A text holds characters its field does not take."""

    code = "characters-refused"


class PayeesRefused(ExchangeRefused):
    """One or more payees cannot be written; nothing was written for anyone."""

    code = "payees-refused"
