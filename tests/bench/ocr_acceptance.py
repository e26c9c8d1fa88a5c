"""What is accepted without a look, and how much of it is wrong: made pages read and reported, step by step.

    python -m samples.filled --out FOLDER --style print,hand,pen --way all --seed 50000 --count 300
    python -m tests.bench.ocr_acceptance read FOLDER [--minutes 5] [--memory FOLDER]
    python -m tests.bench.ocr_acceptance report FOLDER…

`read` writes what became of each field into FOLDER/measured.jsonl and goes on where it stopped; `report`
prints the tables of RESULTS.md; `ocr.calibrate` fits the probabilities on the same files. Nothing that was
written stands in them, only whether it was read right.
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
from forms.values.addresses import LocalTowns, read_towns
from ocr.batch import ENGINES, read_image
from ocr.engine import Engine
from ocr.page import PageImage
from ocr.readings import FieldReading, PageReading
from samples.towns import TOWNS_FILE
from tests.bench.ocr_memory import Remembering
from tests.bench.ocr_tables import print_tables, say

MEASURED = "measured.jsonl"


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
    picture = cv2.imread(str(path.with_name(key["file"])), cv2.IMREAD_GRAYSCALE)
    image = np.asarray(picture, np.uint8)
    begun = time.perf_counter()
    page = read_image(PageImage(path.name, key["page"], image, ""), catalogue, None, engines, towns)
    about = {
        "page": path.stem,
        "form": key["form"],
        "style": key["style"],
        "way": key["way"],
        "seed": key["seed"],
    }
    about |= {"seconds": round(time.perf_counter() - begun, 3)}
    if page.problem:
        yield about | {"problem": page.problem}
    else:
        yield from (about | row for row in measured_page(page, key))


def measured_page(page: PageReading, key: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What became of each field of a page, by its answer key."""
    return [_row(one, key["fields"].get(one.name), one.name in key["asked"]) for one in page.fields]


def _row(one: FieldReading, wanted: Any, nobody_knows: bool) -> dict[str, Any]:
    return {
        "field": one.name,
        "kind": one.kind,
        "filled": bool(wanted),
        "right": not nobody_knows and (one.value or None) == (wanted or None),
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("read", "report"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--memory", type=Path)
    return parser.parse_args()


def main() -> None:
    """One step."""
    given = _arguments()
    if given.step == "read":
        left = read(given.folders[0], given.minutes * 60, given.memory)
        say(f"pages left: {left}")
    else:
        print_tables(rows_of(given.folders))


if __name__ == "__main__":
    main()
