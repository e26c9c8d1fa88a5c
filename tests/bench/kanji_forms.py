"""吉 or 𠮷, 崎 or 﨑: how often is the form of today told from its strokes, how often wrongly?

Run by hand: `python -m tests.bench.kanji_forms STYLE [--seed N] [--ways …] [--faces FILE_OR_FOLDER…]`;
prints a table of RESULTS.md. A letter is written only by faces that have it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ocr.stages.form_strokes import plainly_today
from samples.faces import Face, faces_in, letters_in
from samples.inks import FACES
from samples.scanner import WAYS
from tests.support.written_names import COMMON, RARE, as_read, name_lines

_ON_A_SHEET = 110


def measured(style: str, faces: Sequence[Face], ways: Sequence[str], seed: int) -> Counter[tuple[str, bool]]:
    """How often each letter was told to be the form of today."""
    found: Counter[tuple[str, bool]] = Counter()
    for number, (face, way) in enumerate((face, way) for face in faces for way in ways):
        able = [name for name in (*COMMON, *RARE) if all(ord(one) in letters_in(face) for one in name)]
        names = [able[place % len(able)] for place in range(_ON_A_SHEET)]
        lines = name_lines(names, face, style, way, seed + number)
        for name, line in zip(names, lines, strict=True):
            letter = next(one for one in name if one in "吉𠮷崎﨑")
            found[letter, bool(plainly_today(line, as_read(name)))] += 1
    return found


def report(found: Counter[tuple[str, bool]]) -> Iterator[str]:
    """The table."""
    yield "| letter | written | told to be of today | % |"
    yield "|---|---|---|---|"
    for letter in "吉𠮷崎﨑":
        told, count = found[letter, True], found[letter, True] + found[letter, False]
        yield f"| {letter} | {count} | {told} | {100 * told / max(count, 1):.1f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("style", choices=tuple(FACES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--faces", type=Path, nargs="+", default=[])
    given = parser.parse_args()
    faces = faces_in(given.faces) or FACES[given.style]
    found = measured(given.style, faces, given.ways.split(","), given.seed)
    sys.stdout.write("\n".join(report(found)) + "\n")


if __name__ == "__main__":
    main()
