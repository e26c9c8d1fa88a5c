"""The committed filled-in and scanned forms with their answer keys; `samples.filled` makes any number more.

`python -m samples.handwriting` makes `samples/scans/` anew (it has to be run when a form is laid out anew).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forms.catalogue import load_catalogue
from samples.filled import FilledPage, Style, blank, filled_pages
from samples.filled.batches import letter
from samples.scanner import Scan, scan

__all__ = ["FilledPage", "Style", "blank", "filled_pages", "letter", "make_scans"]

Grey = NDArray[np.uint8]

FOLDER = Path(__file__).parent / "scans"
FORM = "resident-record-copy"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One committed file: its name (the ending says the format), seed, style, and the pages it takes."""

    file: str
    seed: int
    style: Style
    pages: tuple[int, ...] = (1,)


RECIPES = (
    Recipe("01-office.jpg", 119, Style("hand", "office")),
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
