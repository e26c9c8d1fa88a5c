"""Every page of every procedure printed, filled in, distorted and read back: what came back wrong.

Run by hand: `python -m tests.bench.forms_back [FIRST_SEED] [TURN] [TURNS]`; of TURNS parts of the catalogue
it reads part TURN (counted from 0), so that a run can be kept short. Prints the table of RESULTS.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

from forms.catalogue import Catalogue, load_catalogue
from forms.definition import Procedure
from forms.values.addresses import LocalTowns, read_towns
from ocr.batch import State, read_image
from ocr.page import PageImage
from samples.filled import FilledPage, Style, filled_pages
from samples.scanner import WAYS as WAYS_OF_SCANNING
from samples.towns import TOWNS_FILE

STYLES = ("print", "hand", "pen")
WAYS = tuple(WAYS_OF_SCANNING)


@dataclass(slots=True)
class Count:
    """What became of the pages and fields of one style."""

    pages: int = 0
    lost: int = 0
    fields: int = 0
    exact: int = 0
    accepted: int = 0
    wrong: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        exact, accepted = (100 * part / max(1, self.fields) for part in (self.exact, self.accepted))
        shares = f"{exact:.1f} | {accepted:.1f}"
        return f"| {name} | {self.pages} | {self.lost} | {self.fields} | {shares} | {len(self.wrong)} |"


def read(page: FilledPage, style: str, catalogue: Catalogue, towns: LocalTowns, count: Count) -> None:
    found = read_image(PageImage("bench", page.page, page.scan.image, ""), catalogue, towns=towns)
    came = (found.form, found.version, found.form_page, found.serial)
    count.pages += 1
    if came != (page.form, page.version, page.page, page.serial):
        count.lost += 1
        if found.form is not None:
            count.wrong.append(f"{page.form} {page.page} read as {came}")
        return
    for one in found.fields:
        written = page.answers[one.name]
        accepted = one.state is State.ACCEPTED
        right = (one.value or None) == (written or None) and one.name not in page.asked
        if accepted and not right:
            count.wrong.append(f"{style}: {page.form} {one.name} {one.value!r} for {written!r}")
        if written:
            count.fields += 1
            count.exact += right
            count.accepted += accepted


def turn_of(procedures: list[Procedure], turn: int, turns: int) -> list[tuple[int, Procedure]]:
    return [(number, one) for number, one in enumerate(procedures) if number % turns == turn]


def main(first_seed: int, turn: int, turns: int) -> None:
    catalogue, towns = load_catalogue(), read_towns(TOWNS_FILE)
    counts = {style: Count() for style in STYLES}
    begun = time.process_time()
    for number, procedure in turn_of(list(catalogue.versions), turn, turns):
        for place, style in enumerate(STYLES):
            way = WAYS[(number + 3 * place) % len(WAYS)]
            for page in filled_pages(procedure, first_seed + number, Style(style, way, hard=0.05)):
                read(page, style, catalogue, towns, counts[style])
    say("| style | pages | not read | filled fields | exact % | accepted % | wrong accepted |")
    say("|---|---|---|---|---|---|---|")
    for style, count in counts.items():
        say(count.row(style))
    for line in (line for count in counts.values() for line in count.wrong):
        say(line)
    say(f"{time.process_time() - begun:.0f} CPU seconds")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*[*words, *(81_000, 0, 1)[len(words) :]])
