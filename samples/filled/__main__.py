"""Make filled and scanned forms with their answer keys: `python -m samples.filled --help`."""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
from PIL import Image

from forms.catalogue import load_catalogue
from forms.definition import Procedure
from samples.faces import faces_in
from samples.filled.pages import FilledPage, Style, filled_pages
from samples.inks import FACES, digit_images
from samples.scanner import WAYS

_STYLES = (*FACES, "prefilled")


def main(words: Sequence[str] | None = None) -> None:
    """Write pictures and their keys into a folder."""
    wanted = _parser().parse_args(words)
    wanted.out.mkdir(parents=True, exist_ok=True)
    for number, (page, seed, style) in enumerate(itertools.islice(_pages(wanted), wanted.count), start=1):
        name = f"{number:05d}-{page.form}-{page.page}"
        picture = _save(page, wanted.out / name, style.way)
        key = {"file": picture.name, "seed": seed, "style": style.name, "way": style.way, **page.key()}
        key |= {"dpi": list(page.scan.dpi), "from_page": page.scan.from_page.round(9).tolist()}
        text = json.dumps(key, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (wanted.out / f"{name}.json").write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m samples.filled", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures and keys")
    parser.add_argument("--style", default="hand", help=f"of {', '.join(_STYLES)}, parted by commas, or all")
    parser.add_argument("--way", default="office", help=f"of {', '.join(WAYS)}, parted by commas, or all")
    parser.add_argument("--forms", default="all", help="slugs of procedures parted by commas, or all")
    parser.add_argument("--seed", type=int, default=1, help="the first form's seed; each form takes the next")
    parser.add_argument("--count", type=int, default=20, help="pages to make")
    parser.add_argument("--hard", type=float, default=0.0, help="share of check boxes marked doubtfully")
    parser.add_argument("--faces", type=Path, nargs="+", default=[], help="font files or folders to use")
    parser.add_argument("--digits", type=Path, help="pictures of single digits, for style pen")
    parser.add_argument("--digits-span", default="", help="which of each digit, as FIRST:END counted from 0")
    return parser


def _pages(wanted: argparse.Namespace) -> Iterator[tuple[FilledPage, int, Style]]:
    """Page after page: form after form, with style and way taking turns."""
    forms = _forms(wanted.forms)
    faces = faces_in(wanted.faces)
    first, _, end = wanted.digits_span.partition(":")
    span = (int(first or 0), int(end) - int(first or 0)) if end else (int(first or 0), None)
    digits = digit_images(wanted.digits, *span) if wanted.digits else None
    styles, ways = _some(wanted.style, _STYLES), _some(wanted.way, tuple(WAYS))
    for turn in itertools.count():
        seed, procedure = wanted.seed + turn, forms[turn % len(forms)]
        way = ways[turn // len(styles) % len(ways)]
        style = Style(styles[turn % len(styles)], way, hard=wanted.hard, faces=faces, digits=digits)
        yield from ((page, seed, style) for page in filled_pages(procedure, seed, style))


def _forms(names: str) -> list[Procedure]:
    catalogue = load_catalogue()
    if names == "all":
        return list(catalogue.versions)
    return [catalogue.procedure(name) for name in names.split(",")]


def _some(names: str, known: Sequence[str]) -> list[str]:
    found = list(known) if names == "all" else names.split(",")
    for name in found:
        if name not in known:
            raise SystemExit(f"unknown: {name}; known are {', '.join(known)}")
    return found


def _save(page: FilledPage, path: Path, way: str) -> Path:
    """As a fax arrives (TIFF) or a scanner and a camera save (JPEG)."""
    if way == "fax":
        path = path.with_suffix(".tif")
        Image.fromarray(page.scan.image).convert("1", dither=Image.Dither.NONE).save(
            path, compression="group4", dpi=page.scan.dpi
        )
        return path
    path = path.with_suffix(".jpg")
    cv2.imwrite(str(path), page.scan.image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


if __name__ == "__main__":
    main()
