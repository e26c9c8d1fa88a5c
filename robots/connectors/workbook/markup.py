"""XML of workbook parts, parsed with every door shut: no document type, no entities, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from robots.errors import WorkbookBroken, WorkbookEntities

_ENCODING = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.-]+)[\"']")
_DOCTYPE, _ENTITY = b"<!DOCTYPE", b"<!ENTITY"
_BOM = b"\xef\xbb\xbf"
_LONGEST = len(_DOCTYPE) - 1


def check(path: Path, part: str, chunks: Iterable[bytes]) -> None:
    """Raise `WorkbookEntities` when a part could mean anything but plain UTF-8 XML without entities.

    The whole part is looked through: a document type may stand behind a megabyte of blanks.
    """
    before = b""
    for place, chunk in enumerate(chunks):
        if place == 0:
            _check_encoding(path, part, chunk.removeprefix(_BOM))
        seam = before + chunk[:_LONGEST]
        if any(mark in seam or mark in chunk for mark in (_DOCTYPE, _ENTITY)):
            raise WorkbookEntities(
                path, f"部品「{part}」に実体宣言があります。悪意のあるファイルかもしれないため、開きません。"
            )
        before = chunk[-_LONGEST:]


def _check_encoding(path: Path, part: str, head: bytes) -> None:
    declared = _ENCODING.match(head[:200])
    plain = declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii")
    if not plain or b"\0" in head[:64] or (head and head.lstrip()[:1] != b"<"):
        raise WorkbookEntities(
            path, f"部品「{part}」の文字コードがUTF-8ではありません。Excelで開いて保存し直してください。"
        )


def parse(path: Path, part: str, content: bytes) -> etree._Element:
    """The root element of a part; raises `WorkbookEntities`, `WorkbookBroken`."""
    check(path, part, (content,))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise WorkbookBroken(
            path, f"部品「{part}」がXMLとして読めません。控えから戻してください。"
        ) from error


def local(element: etree._Element) -> str:
    """The element's name without its namespace (transitional and strict workbooks differ only there)."""
    return etree.QName(element).localname


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The child elements called `name`."""
    return [] if element is None else [child for child in element if local(child) == name]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child element called `name`."""
    return next(iter(children(element, name)), None)


def relation(element: etree._Element, name: str) -> str:
    """The value of an attribute of the relationship namespace (`r:id`), whatever its prefix."""
    for key, value in element.attrib.items():
        qualified = etree.QName(key if isinstance(key, str) else key.decode())
        if qualified.localname == name and qualified.namespace:
            return value if isinstance(value, str) else value.decode()
    return ""


def is_true(text: str | None) -> bool:
    """An xsd:boolean."""
    return text in ("1", "true")
