"""A declared older form as one file, to be kept, sent to another city or read with: `kakazu read --forms`.

The file is JSON: what the form is, its places in mm, and its blank as a PNG (base64). It comes from outside:
its picture is parsed in the limited child, everything else is checked before it is used.
"""

from __future__ import annotations

import base64
import binascii
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from forms.rendering.geometry import Role, Zone
from ocr.errors import OcrError
from ocr.older_forms import PAPERS, OlderForm, blank_hash, zone_from_json, zone_to_json
from ocr.page import load_pages, to_png
from ocr.stages.alignment import PIXELS_PER_MM

ENDING = ".form.json"
FORMAT = "kakazu-older-form"
FILE_VERSION = 1
MOST_BYTES = 20_000_000
MOST_ZONES = 400
LONGEST = 200


class FormFileRefused(OcrError):
    """A file that is no declared form, or is damaged; the message names the file and what to do."""

    code = "older-form-file"


def written(form: OlderForm) -> bytes:
    """The form as a file."""
    paper = next(name for name, size in PAPERS.items() if size == (form.width, form.height))
    told = {
        "format": FORMAT,
        "file_version": FILE_VERSION,
        "title": form.title,
        "procedure": form.procedure,
        "version": form.version,
        "paper": paper,
        "zones": [zone_to_json(zone) for zone in form.zones],
        "blank_sha256": form.sha256,
        "blank": base64.b64encode(form.blank).decode(),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def read_form(path: Path) -> OlderForm:
    """The form a file holds; its key is the hash of its blank. Raises `FormFileRefused`."""
    told = _content(path)
    try:
        width, height = PAPERS[told["paper"]]
        stored = told["zones"]
        if not isinstance(stored, list) or len(stored) > MOST_ZONES:
            raise FormFileRefused(f"「{path.name}」の欄の数が正しくありません。書き出し直してください。")
        zones = tuple(_zone(one, width, height) for one in stored)
        title, procedure, version = _text(told["title"]), _text(told["procedure"]), int(told["version"])
        png = base64.b64decode(told["blank"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise FormFileRefused(
            f"「{path.name}」は旧様式のファイルとして読めません。書き出したときのまま使ってください。"
        ) from None
    if blank_hash(png) != told.get("blank_sha256"):
        raise FormFileRefused(f"「{path.name}」の見本の画像が壊れています。書き出し直してください。")
    png = _parsed(path.name, png, width, height)
    return OlderForm(blank_hash(png), title, procedure, version, width, height, png, zones)


def read_forms(folder: Path) -> tuple[OlderForm, ...]:
    """Every form of a folder (`*.form.json`), by name. Raises `FormFileRefused`, also where there is none."""
    paths = sorted(folder.glob(f"*{ENDING}"))
    if not paths:
        raise FormFileRefused(
            f"フォルダー「{folder}」に旧様式のファイル（*{ENDING}）がありません。"
            "旧様式の画面で書き出したファイルを置いてください。"
        )
    return tuple(read_form(path) for path in paths)


def _content(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MOST_BYTES:
        raise FormFileRefused(f"「{path.name}」は大きすぎます。旧様式の画面で書き出し直してください。")
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise FormFileRefused(
            f"「{path.name}」は旧様式のファイルではありません。旧様式の画面で書き出したファイルを選んでください。"
        )
    if told.get("file_version") != FILE_VERSION:
        raise FormFileRefused(
            f"「{path.name}」は新しい版のKakazuで書き出されています。Kakazuを更新してから取り込んでください。"
        )
    return told


def _zone(stored: Mapping[str, Any], width: float, height: float) -> Zone:
    """A place, its texts and numbers as they have to be. Raises `ValueError`, `KeyError` or `TypeError`."""
    zone = zone_from_json(stored)
    texts: Sequence[object] = (zone.field, zone.kind, zone.part, zone.option or "")
    if any(not isinstance(text, str) or len(text) > LONGEST for text in texts) or not zone.field:
        raise ValueError(stored)
    if zone.role not in get_args(Role):
        raise ValueError(zone.role)
    for rect in (zone.rect, *zone.cells):
        x, y, right, bottom = (float(edge) for edge in (rect.x, rect.y, rect.right, rect.bottom))
        if not (0 <= x < right <= width + 0.1 and 0 <= y < bottom <= height + 0.1):
            raise ValueError(rect)
    return zone


def _text(told: object) -> str:
    if not isinstance(told, str) or not told.strip() or len(told) > LONGEST:
        raise ValueError(told)
    return told


def _parsed(name: str, png: bytes, width: float, height: float) -> bytes:
    """The blank, parsed in the limited child and written anew."""
    with tempfile.TemporaryDirectory(prefix="kakazu-form-") as folder:
        path = Path(folder) / "blank.png"
        path.write_bytes(png)
        page = next(load_pages(path), None)
    size = (round(height * PIXELS_PER_MM), round(width * PIXELS_PER_MM))
    if page is None or page.image is None or page.image.shape != size:
        raise FormFileRefused(f"「{name}」の見本の画像を開けません。書き出し直してください。")
    return to_png(page.image)
