"""The parts of a workbook: its sheets and what belongs to them, checked before anything is read."""

from __future__ import annotations

import functools
import hashlib
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from robots.connectors.workbook import markup
from robots.connectors.workbook.archive import Archive
from robots.connectors.workbook.limits import STANDARD, Limits
from robots.connectors.workbook.sheet import SheetXml
from robots.errors import (
    SheetMissing,
    WorkbookBroken,
    WorkbookMacros,
    WorkbookOldFormat,
    WorkbookPassworded,
    WorkbookTooLarge,
)

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CONTENT_TYPES = "[Content_Types].xml"
_MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship: its id, the last word of its type, and the part (or outside address) it leads to."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, part, visibility (`visible hidden veryHidden`)."""

    name: str
    part: str
    state: str
    kind: str


class Package:
    """A workbook in memory. Make one with `Package.open`; nothing of it is trusted before."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.path = archive.path
        self.archive = archive
        self.limits = limits
        self.unpacked: dict[str, SheetXml] = {}
        self.sha256 = hashlib.sha256(archive.raw).hexdigest()

    @classmethod
    def open(cls, path: Path, limits: Limits = STANDARD) -> Package:
        """Read and check the workbook at `path`; raises a `WorkbookRefused`, OSError."""
        if path.stat().st_size > limits.file_bytes:
            raise WorkbookTooLarge(path, f"{limits.file_bytes >> 20}MBを超えています。小さく分けてください。")
        return cls.parse(path, path.read_bytes(), limits)

    @classmethod
    def parse(cls, path: Path, raw: bytes, limits: Limits = STANDARD) -> Package:
        """As `open`, for bytes already read; `path` names them in errors."""
        _check_kind(path, raw)
        package = cls(Archive.parse(path, raw, limits), limits)
        package._check_content()
        return package

    @functools.cached_property
    def book_part(self) -> str:
        """The part of the workbook itself."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument":
                return relation.target
        raise WorkbookBroken(self.path, "ブックの本体が見つかりません。控えから戻してください。")

    @functools.cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets in the order of their tabs."""
        book = markup.parse(self.path, self.book_part, self.archive.read(self.book_part))
        targets = {relation.id: relation for relation in self.relations(self.book_part)}
        found = []
        for element in markup.children(markup.child(book, "sheets"), "sheet"):
            relation = targets.get(markup.relation(element, "id"))
            if relation is None:
                raise WorkbookBroken(self.path, "シートの部品が見つかりません。控えから戻してください。")
            name, state = element.get("name", ""), element.get("state", "visible")
            found.append(Sheet(name, relation.target, state, relation.kind))
        return tuple(found)

    @functools.cached_property
    def since_1904(self) -> bool:
        """Whether dates count from 1904."""
        book = markup.parse(self.path, self.book_part, self.archive.read(self.book_part))
        properties = markup.child(book, "workbookPr")
        return properties is not None and markup.is_true(properties.get("date1904"))

    @functools.cached_property
    def date_styles(self) -> frozenset[int]:
        """The cell styles that show a number as a date."""
        part = self.related(self.book_part, "styles")
        if part is None:
            return frozenset()
        styles = markup.parse(self.path, part, self.archive.read(part))
        custom = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "")
            for element in markup.children(markup.child(styles, "numFmts"), "numFmt")
        }
        formats = markup.children(markup.child(styles, "cellXfs"), "xf")
        numbers = [int(element.get("numFmtId", "0")) for element in formats]
        return frozenset(place for place, number in enumerate(numbers) if _shows_date(number, custom))

    def sheet(self, name: str) -> Sheet:
        """The worksheet called `name`; raises `SheetMissing`."""
        for sheet in self.sheets:
            if sheet.name == name and sheet.kind == "worksheet":
                return sheet
        names = "、".join(sheet.name for sheet in self.sheets)
        raise SheetMissing(
            self.path, f"シート「{name}」がありません（あるのは {names}）。シート名を確かめてください。"
        )

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relationships of a part ("" for those of the package)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.archive:
            return ()
        root = markup.parse(self.path, rels, self.archive.read(rels))
        return tuple(
            Relation(
                element.get("Id", ""),
                element.get("Type", "").rsplit("/", 1)[-1],
                element.get("Target", "")
                if element.get("TargetMode") == "External"
                else _resolved(folder, element.get("Target", "")),
                element.get("TargetMode") == "External",
            )
            for element in markup.children(root, "Relationship")
        )

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind (`styles`, `calcChain`) that `part` leads to and that exists."""
        for relation in self.relations(part):
            if relation.kind == kind and not relation.external and relation.target in self.archive:
                return relation.target
        return None

    def _check_content(self) -> None:
        types = markup.parse(self.path, CONTENT_TYPES, self.archive.read(CONTENT_TYPES))
        kinds = {element.get("ContentType") for element in types}
        names = [entry.name for entry in self.archive.entries]
        macros = _MACRO_BOOK in kinds or any("vbaProject" in name for name in names)
        if macros and (self.path.suffix.lower() != ".xlsm" or _MACRO_BOOK not in kinds):
            raise WorkbookMacros(
                self.path,
                "拡張子と違い、マクロが入っています。作った人に確かめてから、マクロなしで保存してください。",
            )
        if any(name.startswith(("_xmlsignatures/", "xl/macrosheets/")) for name in names):
            raise WorkbookMacros(
                self.path,
                "電子署名かExcel 4.0マクロがあり、書き換えると壊れます。署名のないブックを用意してください。",
            )
        if not macros and _BOOK not in kinds:
            raise WorkbookOldFormat(
                self.path, "xlsxのブックではありません。「Excelブック(.xlsx)」で保存してください。"
            )
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")) and not name.startswith("customXml/"):
                markup.check(self.path, name, self.archive.chunks(name))


def _check_kind(path: Path, raw: bytes) -> None:
    if raw.startswith(_OLE):
        if _ENCRYPTED in raw:
            raise WorkbookPassworded(
                path, "パスワードで保護されています。Excelで開き、パスワードを外して保存してください。"
            )
        raise WorkbookOldFormat(
            path, "古い形式（.xls）です。Excelで「Excelブック(.xlsx)」として保存してください。"
        )
    if not raw.startswith(b"PK"):
        raise WorkbookOldFormat(path, "Excelブックではありません。xlsxのファイルを指定してください。")


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return unquote(target[1:])
    return posixpath.normpath(posixpath.join(folder, unquote(target)))


def _shows_date(number: int, custom: dict[int, str]) -> bool:
    if number not in custom:
        return number in _DATE_FORMATS
    code = _NOT_CODE.sub("", custom[number]).lower()
    code = code.replace("e+", "").replace("e-", "").replace("general", "")
    return any(letter in code for letter in "ymdeg")
