"""The lines of a settled list with where each one stands on paper: file, page and line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.tables.results import ENTRY, Value
from office.records.models.paper_tables import PaperTable
from office.secrets import Vault


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: its file, page and line (from 1, as the page of the table shows it), values by heading."""

    file_name: str
    page: int
    page_sha256: str
    number: int
    values: Mapping[str, Value]

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"「{self.file_name}」{self.page}ページ {self.number}行目"

    @property
    def source(self) -> str:
        """The same in short with the hash of the page's picture: what a ledger keeps."""
        return f"{self.file_name} {self.page}頁{self.number}行 {self.page_sha256[:12]}"

    def at(self, headings: Sequence[str]) -> Value:
        """The value under the first of several headings the list has; None when it has none of them."""
        plain = {plain_heading(heading): value for heading, value in self.values.items()}
        return next((plain[one] for one in map(plain_heading, headings) if one in plain), None)


def plain_heading(heading: str) -> str:
    """A heading without blanks and widths."""
    return "".join(unicodedata.normalize("NFKC", heading).split())


def lines_of(vault: Vault, table: PaperTable) -> tuple[Line, ...]:
    """Every entry of a table in its order; sums and headings are none."""
    pages = {page.place: page for page in table.pages}
    labels = [column["label"] for column in table.columns]
    found: list[Line] = []
    counted: dict[int, int] = {}
    for row in table.read_rows(vault):
        place = row["page"]
        counted[place] = counted.get(place, 0) + 1
        if row["kind"] != ENTRY:
            continue
        page = pages[place]
        values = {label: cell["value"] for label, cell in zip(labels, row["cells"], strict=True)}
        found.append(Line(page.file_name, page.page, page.sha256, counted[place], values))
    return tuple(found)
