"""Filled-in and scanned forms with their answer keys: any number from seeds, and the committed ones.

`python -m samples.handwriting` makes `samples/scans/` anew (it has to be run when a form is laid out anew).
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from forms.catalogue import load_catalogue
from forms.definition import JSON, Procedure
from forms.rendering.paper import render_paper
from forms.rendering.prefill import value_at
from forms.rendering.sheet import Sheet, sheet_of
from samples.hands import FILL_DPI, Hand, faint_mark, fill
from samples.records import record_of
from samples.scanner import Scan, scan

Grey = NDArray[np.uint8]

FOLDER = Path(__file__).parent / "scans"
FORM = "resident-record-copy"
FONT = Path("/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf")


@dataclass(frozen=True, slots=True)
class Style:
    """How a form is filled in: `print` (typed into it), `hand` (fonts) or `pen` (digits as strokes)."""

    name: str = "hand"
    way: str = "office"
    left_out: tuple[str, ...] = ()
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class FilledPage:
    """One filled page: the distorted picture, what is on it (field path → value), and its QR."""

    scan: Scan
    form: str
    version: int
    page: int
    serial: str
    answers: dict[str, JSON] = field(repr=False)
    asked: tuple[str, ...] = ()

    def key(self) -> dict[str, Any]:
        """The page's part of an answer key. Of the fields in `asked` a reader must not accept anything."""
        return {
            "form": self.form,
            "version": self.version,
            "page": self.page,
            "serial": self.serial,
            "fields": self.answers,
            "asked": list(self.asked),
        }


def filled_pages(procedure: Procedure, seed: int, style: Style) -> tuple[FilledPage, ...]:
    """Every page of a form filled in and scanned, all from one seed."""
    rng = np.random.default_rng(seed)
    sheet, serial = sheet_of(procedure), f"{seed % 1_000_000:06d}"
    record = {
        name: value
        for name, value in record_of(procedure, f"form {seed}").items()
        if name not in style.left_out
    }
    record |= _own(record)
    hand = Hand.of(rng, strokes=style.name == "pen")
    rasters = _typed(procedure, record, serial) if style.name == "print" else blank(procedure, serial)
    pages = []
    for number, raster in enumerate(rasters, start=1):
        zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.page == number]
        signed = [zone for zone in zones if zone.kind == "signature"]
        page = fill(raster, signed if style.name == "print" else zones, record, hand, rng)
        asked = _make_unsure(page, sheet, number, style.unsure, rng)
        answers = {zone.field: value_at(record, zone.field) for zone in zones}
        answers |= {name: True for name in answers if name == "paper.signature"}
        if style.name == "print":  # typed forms show a 個人番号 masked, so there is none to read
            answers |= {zone.field: None for zone in zones if zone.kind == "my_number"}
        pages.append(
            FilledPage(
                scan(page, style.way, rng), procedure.slug, procedure.version, number, serial, answers, asked
            )
        )
    return tuple(pages)


def _own(record: Mapping[str, JSON]) -> dict[str, JSON]:
    """What every form has besides its fields: who signs (written by hand) and when."""
    names = [value for name, value in record.items() if name.endswith("name") and isinstance(value, dict)]
    full = f"{names[0]['family']} {names[0]['given']}" if names else "見本 太郎"
    return {"paper.signature": full, "paper.filed_on": "2026-05-08"}


def _make_unsure(
    page: Grey, sheet: Sheet, number: int, name: str, rng: np.random.Generator
) -> tuple[str, ...]:
    """Put a mark nobody can be sure of into each empty check box of a field."""
    boxes = [zone for zone in sheet.zones_of(name) if zone.page == number and zone.role == "check"]
    for zone in boxes[-1:]:
        faint_mark(page, zone.rect, rng)
    return (name,) if boxes else ()


@functools.lru_cache(maxsize=8)
def blank(procedure: Procedure, serial: str) -> tuple[Grey, ...]:
    """The rasters (300 dpi) of an empty form."""
    return rasters_of(render_paper(procedure, serial=serial))


def _typed(procedure: Procedure, record: Mapping[str, JSON], serial: str) -> tuple[Grey, ...]:
    """The rasters of a form with its values printed into it; the signature stays empty."""
    printed = {name: value for name, value in record.items() if name != "paper.signature"}
    return rasters_of(render_paper(procedure, printed, serial))


def rasters_of(pdf: bytes) -> tuple[Grey, ...]:
    """The pages of a PDF of ours at 300 dpi in grey."""
    document = pypdfium2.PdfDocument(pdf)
    scale = FILL_DPI / 72
    return tuple(
        np.array(page.render(scale=scale, grayscale=True).to_pil().convert("L")) for page in document
    )


@dataclass(frozen=True, slots=True)
class Recipe:
    """One committed file: its name (the ending says the format), seed, style, and the pages it takes."""

    file: str
    seed: int
    style: Style
    pages: tuple[int, ...] = (1,)


RECIPES = (
    Recipe("01-office.jpg", 101, Style("hand", "office")),
    Recipe("02-pen.jpg", 102, Style("pen", "office")),
    Recipe("03-upside-down.jpg", 103, Style("hand", "upside-down")),
    Recipe("04-fax.tif", 104, Style("pen", "fax")),
    Recipe("05-skewed.jpg", 105, Style("hand", "coarse")),
    Recipe("06-two-pages.tif", 106, Style("pen", "fax"), (1, 2)),
    Recipe("07-two-pages.pdf", 107, Style("hand", "office"), (1, 2)),
    Recipe("08-unsure-mark.png", 108, Style("pen", "plain", unsure="copy.kind", left_out=("copy.kind",))),
    Recipe("09-nothing-written.jpg", 109, Style("pen", "office", left_out=("applicant.birth_on",))),
    Recipe("10-printed.jpg", 110, Style("print", "office")),
    Recipe("11-phone.jpg", 111, Style("pen", "phone")),
    Recipe("12-torn-corner.jpg", 112, Style("hand", "torn")),
)


def make_scans(folder: Path = FOLDER, recipes: Sequence[Recipe] = RECIPES) -> None:
    """Make every committed scan with its answer key, and the page that is none of our forms."""
    folder.mkdir(parents=True, exist_ok=True)
    procedure = load_catalogue().procedure(FORM)
    for recipe in recipes:
        pages = [
            one for one in filled_pages(procedure, recipe.seed, recipe.style) if one.page in recipe.pages
        ]
        save([one.scan for one in pages], folder / recipe.file)
        _save_key(folder / recipe.file, recipe, [one.key() for one in pages])
    stranger = Recipe("13-unknown.png", 113, Style("hand", "plain"))
    save([scan(letter(), "plain", np.random.default_rng(stranger.seed))], folder / stranger.file)
    _save_key(folder / stranger.file, stranger, [{"form": None, "fields": {}, "asked": []}])


def letter() -> Grey:
    """A printed page of somebody else's: text, no marks, no QR."""
    picture = Image.new("L", (2480, 3508), 255)
    font = ImageFont.truetype(str(FONT), 56)
    lines = (
        "見本株式会社 総務課",
        "",
        "拝啓 時下ますますご清栄のこととお喜び申し上げます。",
        "社員の住所の確認についてお願いいたします。",
    )
    for number, line in enumerate(lines * 4):
        ImageDraw.Draw(picture).text((300, 400 + number * 150), line, 0, font=font)
    return np.array(picture)


def save(scans: Sequence[Scan], path: Path) -> None:
    """Write pictures as one file; its ending says the format. A TIFF is black and white, as from a fax."""
    pictures = [Image.fromarray(one.image) for one in scans]
    dpi = scans[0].dpi
    if path.suffix == ".tif":
        sheets = [picture.point(lambda level: 255 * (level > 127)).convert("1") for picture in pictures]
        sheets[0].save(path, compression="group4", dpi=dpi, save_all=True, append_images=sheets[1:])
    elif path.suffix == ".pdf":
        made = time.gmtime(0)
        pictures[0].save(
            path,
            resolution=dpi[0],
            quality=60,
            save_all=True,
            append_images=pictures[1:],
            creationDate=made,
            modDate=made,
        )
    elif path.suffix == ".png":
        pictures[0].quantize(16).save(path, optimize=True, dpi=dpi)
    else:
        pictures[0].save(path, quality=60, dpi=dpi)


def _save_key(scan_path: Path, recipe: Recipe, pages: Sequence[Mapping[str, Any]]) -> None:
    key = {
        "file": recipe.file,
        "seed": recipe.seed,
        "style": recipe.style.name,
        "way": recipe.style.way,
        "pages": list(pages),
    }
    text = json.dumps(key, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    scan_path.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    make_scans(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
