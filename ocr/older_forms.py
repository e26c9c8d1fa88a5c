"""Older forms without marks, as a city declares them: a blank scan and the places to write in, in mm.

An older form belongs to one procedure, so that what is read becomes its application; a place that fits none
of the procedure's fields has a name of its own (`free.…`).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.errors import UnreadableFile
from ocr.stages.alignment import PIXELS_PER_MM

FREE = "free."
PAPERS: Mapping[str, tuple[float, float]] = {
    "A4": (210.0, 297.0),
    "A4-landscape": (297.0, 210.0),
    "A5": (148.0, 210.0),
    "A5-landscape": (210.0, 148.0),
    "B5": (182.0, 257.0),
    "B5-landscape": (257.0, 182.0),
    "A3-landscape": (420.0, 297.0),
}


@dataclass(frozen=True, slots=True)
class OlderForm:
    """One declared form: `blank` is its empty sheet as PNG, ten pixels a millimetre, upright and straight.

    `key` is the declaration's, `version` the one of the procedure its zones are named after.
    """

    key: str
    title: str
    procedure: str
    version: int
    width: float
    height: float
    blank: bytes
    zones: tuple[Zone, ...]

    @property
    def sha256(self) -> str:
        """The hash of the blank, by which the declaration names it."""
        return blank_hash(self.blank)

    def picture(self) -> Grey:
        """The blank's pixels. Raises `UnreadableFile` where they are no picture of its size."""
        return _decoded(self.blank, round(self.width * PIXELS_PER_MM), round(self.height * PIXELS_PER_MM))


def blank_hash(png: bytes) -> str:
    """SHA-256 of a blank's PNG."""
    return hashlib.sha256(png).hexdigest()


@functools.lru_cache(maxsize=4)
def _decoded(png: bytes, width: int, height: int) -> Grey:
    """Only what this suite wrote itself is decoded here: a blank is parsed in the limited child before."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None or picture.shape != (height, width):
        raise UnreadableFile("旧様式の見本の画像が壊れています。様式を登録し直してください。")
    return np.asarray(picture, np.uint8)


def zone_to_json(zone: Zone) -> dict[str, Any]:
    """A zone as it is stored; rectangles as [x, y, width, height] in mm."""
    return {
        "field": zone.field,
        "kind": zone.kind,
        "role": zone.role,
        "rect": _to_list(zone.rect),
        "cells": [_to_list(cell) for cell in zone.cells],
        "option": zone.option,
        "part": zone.part,
    }


def zone_from_json(stored: Mapping[str, Any]) -> Zone:
    """A zone as `zone_to_json` gave it; older forms have one page."""
    cells = tuple(Rect(*cell) for cell in stored["cells"])
    return Zone(
        stored["field"], stored["kind"], stored["role"], 1, Rect(*stored["rect"]), cells, stored["option"],
        stored["part"],
    )  # fmt: skip


def cells_in(rect: Rect, count: int) -> tuple[Rect, ...]:
    """`count` cells side by side that fill a rectangle, as older forms rule them."""
    width = rect.width / count
    return tuple(
        Rect(round(rect.x + width * number, 2), rect.y, round(width, 2), rect.height)
        for number in range(count)
    )


def _to_list(rect: Rect) -> list[float]:
    return [rect.x, rect.y, rect.width, rect.height]
