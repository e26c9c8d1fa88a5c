"""The blank of an older form out of a scan: upright, straight, and as large as its paper."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.engine import Grey
from ocr.errors import UnreadableFile
from ocr.orientation import upright
from ocr.prints import FEWEST_LETTERS, print_of
from ocr.stages.alignment import PIXELS_PER_MM, reduced
from ocr.stages.registration import evened, ink_share

_SMALLEST = 800
_MOST_OFF = 0.06
_MOST_SKEW = 6.0
_EMPTY = 0.001


def blank_of(page: Grey, width: float, height: float) -> Grey:
    """The blank as a sheet of `width` × `height` mm, ten pixels a millimetre.

    Raises `UnreadableFile` for a scan that is too coarse, of another shape than the paper, or without print.
    """
    if min(page.shape) < _SMALLEST:
        raise UnreadableFile("画像が粗すぎます。白紙の様式を200dpi以上でスキャンし直してください。")
    if ink_share(page) < _EMPTY:
        raise UnreadableFile("何も印刷されていません。様式の印刷された面をスキャンしてください。")
    standing = upright(page)
    if (standing.shape[1] > standing.shape[0]) != (width > height):
        standing = np.ascontiguousarray(np.rot90(standing))
    shape = (standing.shape[1] / standing.shape[0]) / (width / height)
    if abs(shape - 1) > _MOST_OFF:
        raise UnreadableFile("画像の縦横の比が用紙の大きさと合いません。用紙の大きさを選び直してください。")
    size = (round(width * PIXELS_PER_MM), round(height * PIXELS_PER_MM))
    sized = cv2.resize(standing, size, interpolation=cv2.INTER_AREA)
    blank = evened(_straight(np.asarray(sized, np.uint8)))
    if len(print_of(reduced(blank)).letters) < FEWEST_LETTERS:
        raise UnreadableFile(
            "印刷された文字が少なすぎて、ほかの紙と見分けられません。文字のある様式を使ってください。"
        )
    return blank


def _straight(sheet: Grey) -> Grey:
    """The sheet turned so that its long ruled lines lie level."""
    skew = skew_of(sheet)
    if abs(skew) < 0.03:
        return sheet
    height, width = sheet.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    return np.asarray(
        cv2.warpAffine(sheet, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255), np.uint8
    )


def skew_of(sheet: Grey) -> float:
    """By how many degrees the ruled lines fall to the right; 0 where there are none."""
    small = cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    dark = np.asarray((small < 170) * 255, np.uint8)
    lines = cv2.HoughLinesP(dark, 1, np.pi / 3600, 200, minLineLength=small.shape[1] // 6, maxLineGap=4)
    if lines is None:
        return 0.0
    ends = np.asarray(lines, np.float64).reshape(-1, 4)
    angles = np.degrees(np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0]))
    level = angles[np.abs(angles) < _MOST_SKEW]
    return float(np.median(level)) if level.size else 0.0
