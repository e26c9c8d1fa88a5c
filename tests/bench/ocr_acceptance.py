"""What is accepted without a look, and how much of it is wrong: pages made, read and reported, step by step.

    python -m tests.bench.ocr_acceptance make FOLDER --styles print hand pen --seeds 50000:50060
    python -m tests.bench.ocr_acceptance read FOLDER [--minutes 5] [--memory FOLDER]
    python -m tests.bench.ocr_acceptance report FOLDER…

`make` writes filled-in pages with their answer keys, `read` what became of each field into `measured.jsonl`
(both go on where they stopped), `report` prints the tables of RESULTS.md. `ocr.calibrate` fits the
probabilities on the same files. Nothing that was written stands in them, only whether it was read right.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms.catalogue import Catalogue, load_catalogue
from forms.rendering.errors import DoesNotFit
from forms.values.addresses import LocalTowns, read_towns
from ocr.batch import ENGINES, read_image
from ocr.engine import Engine
from ocr.page import PageImage
from ocr.readings import FieldReading, PageReading
from samples.handwriting import FilledPage, Style, filled_pages
from samples.towns import TOWNS_FILE
from tests.bench.ocr_memory import Remembering
from tests.bench.ocr_tables import print_tables, say

FORMS = (
    "resident-record-copy",
    "moving-in",
    "seal-certificate",
    "health-insurance-change",
    "child-allowance",
)
STYLES = ("print", "hand", "pen")
WAYS = ("clean", "office", "coarse", "fax", "phone", "upside-down", "sideways", "torn")
MEASURED = "measured.jsonl"


def make(folder: Path, styles: Sequence[str], seeds: range, forms: Sequence[str]) -> None:
    """One form a seed and style, every page of it in the next way of scanning."""
    catalogue = load_catalogue()
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        for style in styles:
            done = folder / f"{style}-{seed}.done"
            if not done.exists():
                way = WAYS[seed // len(forms) % len(WAYS)]
                for filled in _filled(catalogue, forms, seed, Style(style, way)):
                    _keep(folder / f"{style}-{seed}-{filled.page}", filled, style, way, seed)
                done.touch()


def _filled(catalogue: Catalogue, forms: Sequence[str], seed: int, style: Style) -> tuple[FilledPage, ...]:
    """The seed's form, or the next one whose print holds what the seed's people have to say."""
    for turn in range(len(forms)):
        try:
            return filled_pages(catalogue.procedure(forms[(seed + turn) % len(forms)]), seed, style)
        except DoesNotFit:
            continue
    return ()


def _keep(path: Path, filled: FilledPage, style: str, way: str, seed: int) -> None:
    cv2.imwrite(str(path.with_suffix(".png")), filled.scan.image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    key = filled.key() | {"style": style, "way": way, "seed": seed}
    path.with_suffix(".json").write_text(json.dumps(key, ensure_ascii=False), encoding="utf-8")


def read(folder: Path, seconds: float, memory: Path | None) -> int:
    """Read the pages not read yet, for so long; gives how many are left."""
    catalogue, towns = load_catalogue(), read_towns(TOWNS_FILE)
    engines = [Remembering(engine, memory) for engine in ENGINES] if memory else ENGINES
    measured = folder / MEASURED
    known = {row["page"] for row in rows_of([folder])} if measured.exists() else set()
    keys = [path for path in sorted(folder.glob("*.json")) if path.stem not in known]
    until = time.monotonic() + seconds
    for number, path in enumerate(keys):
        if time.monotonic() > until:
            return len(keys) - number
        rows = list(_rows(path, catalogue, towns, engines))
        with measured.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return 0


def _rows(
    path: Path, catalogue: Catalogue, towns: LocalTowns, engines: Sequence[Engine]
) -> Iterator[dict[str, Any]]:
    """What became of each field of a page; one row with its problem for a page that cannot be read."""
    key = json.loads(path.read_text(encoding="utf-8"))
    image = np.asarray(cv2.imread(str(path.with_suffix(".png")), cv2.IMREAD_GRAYSCALE), np.uint8)
    begun = time.perf_counter()
    page = read_image(PageImage(path.name, key["page"], image, ""), catalogue, None, engines, towns)
    about = {"page": path.stem, "style": key["style"], "way": key["way"], "seed": key["seed"]}
    about |= {"seconds": round(time.perf_counter() - begun, 3)}
    if page.problem:
        yield about | {"problem": page.problem}
    else:
        yield from (about | _row(one, key["fields"]) for one in page.fields)


def _row(one: FieldReading, answers: Mapping[str, Any]) -> dict[str, Any]:
    wanted = answers.get(one.name)
    return {
        "field": one.name,
        "kind": one.kind,
        "filled": bool(wanted),
        "right": (one.value or None) == (wanted or None),
        "state": str(one.state),
        "confidence": one.confidence,
        "evidence": dict(one.evidence),
        "note": one.note,
    }


def rows_of(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """The measured fields of some folders."""
    return [
        json.loads(line)
        for folder in folders
        for line in (folder / MEASURED).read_text(encoding="utf-8").splitlines()
    ]


def measured_page(page: PageReading, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The measured fields of one page read elsewhere."""
    return [_row(one, answers) for one in page.fields]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("make", "read", "report"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--styles", nargs="+", default=STYLES)
    parser.add_argument("--seeds", default="50000:50040")
    parser.add_argument("--forms", nargs="+", default=FORMS)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--memory", type=Path)
    return parser.parse_args()


def main() -> None:
    """One step."""
    given = _arguments()
    if given.step == "make":
        first, last = (int(part) for part in given.seeds.split(":"))
        make(given.folders[0], given.styles, range(first, last), given.forms)
    elif given.step == "read":
        left = read(given.folders[0], given.minutes * 60, given.memory)
        say(f"pages left: {left}")
    else:
        print_tables(rows_of(given.folders))


if __name__ == "__main__":
    main()
