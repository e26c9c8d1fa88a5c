"""A pile of paper as a city hall gets it in a week, from a seed, with what every page of it is.

`python -m tests.bench.paper_pile FOLDER [--pages 500] [--seed 4400] [--made FOLDER…]` goes on where it
stopped. Files of a duplex scanner (sheets of three forms, upside down ones, blank backs, a double feed, a
sheet fed twice, a letter between them), faxes of several pages, single scans and photographs in every way,
forms without marks nobody has declared, files no scanner should give, the same page saved twice, and the
same file twice. `--made` names folders of `samples.filled`: most pages are then taken from there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from forms.catalogue import load_catalogue
from forms.definition import Procedure
from forms.rendering.sheet import sheet_of
from samples.filled.batches import batch, save_pages
from samples.filled.pages import FilledPage, Style, filled_pages
from samples.nasty import make_nasty
from samples.older import older_sheet
from samples.scanner import Scan, scan

KEY = "key.jsonl"
FILES = "files"
_STYLES = ("print", "hand", "pen")
_WAYS = (
    *("office", "phone", "fax", "clean", "upside-down", "torn"),
    *("sideways", "phone-tilted", "coarse", "bleeding", "plain"),
)
_NASTY = (
    *("two-forms.jpg", "coffee.jpg", "other-city.jpg", "screen.jpg", "empty.jpg"),
    *("huge.png", "bomb.pdf", "word.png", "truncated.jpg", "locked.pdf"),
)
_FAX_PAGES, _FORMS = 8, 3
_A_TURN, _OF_MADE = 20, 80
"""A turn of every kind for so many pages, and where most pages are taken from those made before."""
_OLDER = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A file of the pile and its pages, each as its maker knows it: `what`, and the key of a form."""

    file: str
    pages: tuple[dict[str, Any], ...]


def make(folder: Path, pages: int, seed: int, made: Sequence[Path] = ()) -> None:
    """Write the files that are not there yet, until there are enough pages."""
    (folder / FILES).mkdir(parents=True, exist_ok=True)
    there = {one.file for one in told(folder)}
    turns = pages // (_OF_MADE if made else _A_TURN) + 1
    for name, build in itertools.chain(_plan(turns, seed), _made(made)):
        if sum(len(one.pages) for one in told(folder)) >= pages:
            return
        if name not in there:
            what = build(folder / FILES / name)
            row = json.dumps({"file": name, "pages": what}, ensure_ascii=False)
            with (folder / KEY).open("a", encoding="utf-8") as key:
                key.write(row + "\n")


def told(folder: Path) -> list[Told]:
    """What every file of a pile holds."""
    path = folder / KEY
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Told(row["file"], tuple(row["pages"])) for row in map(json.loads, lines)]


_Build = Callable[[Path], list[dict[str, Any]]]
"""Writes a file and gives the keys of its pages."""


def _plan(turns: int, seed: int) -> Iterator[tuple[str, _Build]]:
    """Odd files first, so that a small pile has all of them; then so many turns of every kind."""
    yield from _odd(seed)
    procedures = itertools.cycle(load_catalogue().versions)
    for number in range(1, turns + 1):
        yield from _turn(number, seed, procedures)


def _turn(number: int, seed: int, procedures: Iterator[Procedure]) -> Iterator[tuple[str, _Build]]:
    """One duplex file, every fourth time a fax, and three forms page by page."""
    style = _STYLES[number % len(_STYLES)]
    ending = ("tif", "pdf")[number % 2]
    three = [next(procedures) for _ in range(3)]
    yield f"duplex-{number:03d}.{ending}", _duplex(three, seed + 100 * number, style)
    if number % 4 == 1:
        yield f"fax-{number:03d}.tif", _fax(next(procedures), seed + 7_000 * number, style)
    for place in range(3):
        procedure, way = next(procedures), _WAYS[(3 * number + place) % len(_WAYS)]
        ending = "tif" if way == "fax" else "png" if way == "plain" else "pdf" if way == "clean" else "jpg"
        for page in range(1, sheet_of(procedure).pages + 1):
            name = f"single-{number:03d}-{place}-{page}.{ending}"
            yield name, _single(procedure, seed + 100 * number + 50 + place, style, way, page)


def _duplex(procedures: Sequence[Procedure], seed: int, style: str) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        made = batch(procedures, seed, Style(style))
        save_pages([side.scan for side in made.sides], path)
        return [side.key() for side in made.sides]

    return build


def _fax(procedure: Procedure, seed: int, style: str) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        turns = (filled_pages(procedure, seed + turn, Style(style, "fax")) for turn in itertools.count())
        pages = list(itertools.islice(itertools.chain.from_iterable(turns), _FAX_PAGES))
        pictures = [Image.fromarray(page.scan.image).convert("1", dither=Image.Dither.NONE) for page in pages]
        dpi = pages[0].scan.dpi
        pictures[0].save(path, compression="group4", dpi=dpi, save_all=True, append_images=pictures[1:])
        return [_form(page) for page in pages]

    return build


def _single(procedure: Procedure, seed: int, style: str, way: str, number: int) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        page = filled_pages(procedure, seed, Style(style, way), only=(number,))[0]
        _save(page.scan, path)
        return [_form(page)]

    return build


def _form(page: FilledPage) -> dict[str, Any]:
    return {"what": "form", **page.key()}


def _save(taken: Scan, path: Path) -> None:
    if path.suffix == ".pdf":
        save_pages([taken], path)
    elif path.suffix == ".tif":
        bits = Image.fromarray(taken.image).convert("1", dither=Image.Dither.NONE)
        bits.save(path, compression="group4", dpi=taken.dpi)
    else:
        quality = [cv2.IMWRITE_JPEG_QUALITY, 85] if path.suffix == ".jpg" else []
        cv2.imwrite(str(path), taken.image, quality)


def _odd(seed: int) -> Iterator[tuple[str, _Build]]:
    """Nasty files, undeclared older forms, a page saved twice and a file that comes twice."""
    for name in _NASTY:
        yield name, _nasty(seed)
    for number in range(_OLDER):
        yield f"older-{number}.jpg", _older(number, seed)
    procedure = load_catalogue().procedure("resident-record-copy")
    yield "twice.jpg", _single(procedure, seed + 1, "hand", "office", 1)
    yield "twice-saved-otherwise.png", _again("twice.jpg")
    yield "twice-the-same-file.jpg", _again("twice.jpg")


def _nasty(seed: int) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        place = path.parent.parent / "nasty"
        if not (place / path.name).exists():
            make_nasty(place, seed)
        shutil.copy(place / path.name, path)
        return [{"what": f"nasty {path.stem}"}]

    return build


def _older(number: int, seed: int) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        _save(scan(older_sheet(number).image, "office", np.random.default_rng((seed, number))), path)
        return [{"what": "undeclared older form"}]

    return build


def _again(first: str) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        if path.suffix == ".jpg":
            shutil.copy(path.with_name(first), path)
            return [{"what": "same file"}]
        Image.open(path.with_name(first)).save(path)
        return [{"what": "same page"}]

    return build


def _made(folders: Sequence[Path]) -> Iterator[tuple[str, _Build]]:
    """Forms made before, one of each folder by turns: page by page, then some as a TIFF, then as a PDF."""
    of_each = [_forms_of(folder) for folder in folders]
    forms = [form for turn in itertools.zip_longest(*of_each) for form in turn if form]
    for number, start in enumerate(range(0, len(forms), _FORMS)):
        some = [page for form in forms[start : start + _FORMS] for page in form]
        if number % 4 == 0:
            for page in some:
                name = f"made-{number:03d}-{page.parent.name}-{_key_of(page)['file']}"
                yield name, _copied(page)
        else:
            yield f"made-{number:03d}.{('tif', 'pdf')[number % 2]}", _bound(some)


def _forms_of(folder: Path) -> list[list[Path]]:
    """The keys of a folder of `samples.filled`, form by form."""
    keyed = [(_key_of(path)["seed"], path) for path in sorted(folder.glob("*.json"))]
    return [[path for _, path in pages] for _, pages in itertools.groupby(keyed, lambda one: one[0])]


def _copied(page: Path) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        shutil.copy(page.with_name(_key_of(page)["file"]), path)
        return [_key_of(page)]

    return build


def _bound(pages: Sequence[Path]) -> _Build:
    def build(path: Path) -> list[dict[str, Any]]:
        files = [page.with_name(_key_of(page)["file"]) for page in pages]
        pictures = [np.asarray(Image.open(file).convert("L")) for file in files]
        save_pages([Scan(one, np.eye(3), (200, 200)) for one in pictures], path)
        return [_key_of(page) for page in pages]

    return build


def _key_of(page: Path) -> dict[str, Any]:
    return {"what": "form", **json.loads(page.read_text(encoding="utf-8"))}


def main() -> None:
    """Make a pile."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=4400)
    parser.add_argument("--made", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    make(given.folder, given.pages, given.seed, given.made)


if __name__ == "__main__":
    main()
