"""Check boxes: marked, not marked, or for a person to say.

Measured by the share of ink inside the box (ocr.md §2, 2,160 boxes): empty boxes stay at .03 or less, ticks,
crosses and fills reach .18; the band between is asked, as is a box so full that it may have been struck out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from forms.rendering.geometry import Zone
from ocr.engine import Grey
from ocr.stages.crops import INK, cut

OFF_BELOW = 0.03
ON_ABOVE = 0.15
STRUCK_ABOVE = 0.75
_INSET_MM = 0.55
_FAINT = 232
_FAINT_SHARE = 0.05


class Mark(StrEnum):
    """What a check box says."""

    ON = "on"
    OFF = "off"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class MarkReading:
    """One check box: its state and the share of ink inside (0 to 1)."""

    zone: Zone
    mark: Mark
    share: float


def read_mark(sheet: Grey, zone: Zone) -> MarkReading:
    """Read one check box of a straightened, evenly lit sheet."""
    inside = cut(sheet, zone.rect, -_INSET_MM)
    ink = _without_specks(inside < INK)
    share = float(ink.mean()) if ink.size else 0.0
    if share > STRUCK_ABOVE:
        return MarkReading(zone, Mark.DOUBT, share)
    if share > ON_ABOVE:
        return MarkReading(zone, Mark.ON, share)
    faint = float((cv2.GaussianBlur(inside, (0, 0), 1.5) < _FAINT).mean()) if inside.size else 0.0
    off = share < OFF_BELOW and faint < _FAINT_SHARE
    return MarkReading(zone, Mark.OFF if off else Mark.DOUBT, share)


def _without_specks(
    ink: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Ink without dots of a fax or of dust (under six pixels, .06 mm²)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    kept = [number for number in range(1, count) if stats[number, cv2.CC_STAT_AREA] >= 6]
    return np.isin(labels, kept)
