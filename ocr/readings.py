"""What comes out of reading paper: pages, and on them fields with their doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import cv2
import numpy as np

from forms.definition import JSON
from forms.rendering.geometry import Rect
from ocr.stages.registration import PIXELS_PER_MM

_CROP_MARGIN_MM = 3.0


class State(StrEnum):
    """What is to be done with a field: nothing, a look, or entering it by hand."""

    ACCEPTED = "accepted"
    ASK = "ask"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PartReading:
    """One place of a field that is written in: `name` as the field's kind calls it ("" for the whole).

    `others` are further texts that were weighed, each with its probability, the likeliest first.
    """

    name: str
    text: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()

    def to_json(self) -> list[Any]:
        """`[name, text, confidence, [[text, probability] …]]`; `from_json` is the reverse."""
        others = [[text, round(chance, 4)] for text, chance in self.others]
        return [self.name, self.text, round(self.confidence, 4), others]

    @classmethod
    def from_json(cls, data: list[Any]) -> PartReading:
        """The reverse of `to_json`."""
        return cls(data[0], data[1], data[2], tuple((text, chance) for text, chance in data[3]))


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of a page.

    `name` is its path (`applicant.name`, `members.0.birth_on`; the paper's own fields begin with `paper.`),
    `text` what was read, `value` what it means as the field's kind stores it (None: empty, or nothing
    usable), `confidence` 0 to 1, `box` the place on the sheet in mm, `note` why a person is asked, in
    Japanese. `candidates` are other texts that were weighed, for the person's choice. `evidence` are the
    features behind the confidence (`ocr.features`): numbers that do not tell what was written. `parts` are
    its places one by one.
    """

    name: str
    text: str
    value: JSON
    confidence: float
    state: State
    box: Rect
    note: str = ""
    candidates: tuple[str, ...] = ()
    kind: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    parts: tuple[PartReading, ...] = ()

    def crop(self, page_image: bytes) -> bytes:
        """The field cut out of the page's image (`PageReading.image`), as PNG."""
        page = np.asarray(cv2.imdecode(np.frombuffer(page_image, np.uint8), cv2.IMREAD_GRAYSCALE))
        left, top = self.box.x - _CROP_MARGIN_MM, self.box.y - _CROP_MARGIN_MM
        right, bottom = self.box.right + _CROP_MARGIN_MM, self.box.bottom + _CROP_MARGIN_MM
        edges = [max(0, round(edge * PIXELS_PER_MM)) for edge in (left, top, right, bottom)]
        _, png = cv2.imencode(".png", page[edges[1] : edges[3], edges[0] : edges[2]])
        return png.tobytes()

    def to_json(self) -> dict[str, Any]:
        """All of it for `kakazu read --json`; the box as [x, y, width, height] in mm."""
        box = self.box
        return {
            "name": self.name,
            "text": self.text,
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "state": str(self.state),
            "box": [box.x, box.y, box.width, box.height],
            "note": self.note,
            "candidates": list(self.candidates),
            "parts": [one.to_json() for one in self.parts],
            "kind": self.kind,
            "evidence": dict(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page of a file. A page that could not be read has a `problem` (Japanese) and no fields.

    `page` is the place in the file, `form_page` the page of the form; `image` is the straightened sheet as
    PNG, or the page as it came when it could not be straightened (empty when there is no picture at all).
    `sha256` is of the page as it came (`ocr.page.PageImage`). `older` is the key of the declared older form.
    """

    source: str
    page: int
    form: str | None
    version: int | None
    serial: str | None
    fields: tuple[FieldReading, ...]
    problem: str | None
    image: bytes = field(repr=False)
    sha256: str
    form_page: int | None = None
    older: str | None = None

    def to_json(self) -> dict[str, Any]:
        """All but the image, for `kakazu read --json`."""
        return {
            "source": self.source,
            "page": self.page,
            "form": self.form,
            "version": self.version,
            "form_page": self.form_page,
            "older": self.older,
            "serial": self.serial,
            "sha256": self.sha256,
            "problem": self.problem,
            "fields": [one.to_json() for one in self.fields],
        }
