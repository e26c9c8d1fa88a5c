"""What the hand drew: strokes as the pad recorded them, parsed from the browser with limits.

Channels follow ISO/IEC 19794-7:2021 (X, Y, T, pressure, tilt). Coordinates are CSS pixels from the top
left of the canvas, times are milliseconds from the first contact. A channel the device does not
measure is absent (None), never 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.signing.errors import InvalidCapture

FORMAT = "kakazu-strokes/1"
POINTER_TYPES = ("touch", "pen", "mouse")
LARGEST_TEXT = 4_000_000
MOST_STROKES, MOST_POINTS = 500, 40_000
FARTHEST = 20_000.0


def _refuse(why: str) -> InvalidCapture:
    return InvalidCapture(
        f"署名のデータを読めません（{why}）。署名欄を消して、もう一度書いてもらってください。"
    )


def _number(raw: object, low: float, high: float, digits: int, what: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise _refuse(f"{what}が数値ではありません")
    if not low <= raw <= high:
        raise _refuse(f"{what}が範囲の外です")
    return round(float(raw), digits)


def _optional(raw: object, low: float, high: float, what: str) -> float | None:
    return None if raw is None else _number(raw, low, high, 4, what)


def _count(raw: object, what: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 10_000:
        raise _refuse(f"{what}が正しくありません")
    return raw


@dataclass(frozen=True, slots=True)
class Point:
    """One sample; `x`, `y` in CSS px, `t` in ms, pressure 0–1, tilt in degrees."""

    x: float
    y: float
    t: float
    pressure: float | None = None
    tilt_x: float | None = None
    tilt_y: float | None = None

    def to_json(self) -> list[float | None]:
        """`[x, y, t, pressure, tilt_x, tilt_y]`."""
        return [self.x, self.y, self.t, self.pressure, self.tilt_x, self.tilt_y]

    @classmethod
    def from_json(cls, raw: object) -> Point:
        """Parse `to_json`'s list; a pressure of 0 is a device that measures none. Raises InvalidCapture."""
        if not isinstance(raw, list) or len(raw) != 6:
            raise _refuse("点の形が違います")
        return cls(
            x=_number(raw[0], -FARTHEST, FARTHEST, 2, "位置"),
            y=_number(raw[1], -FARTHEST, FARTHEST, 2, "位置"),
            t=_number(raw[2], 0, 86_400_000, 1, "時刻"),
            pressure=_optional(raw[3], 0, 1, "筆圧") or None,
            tilt_x=_optional(raw[4], -90, 90, "傾き"),
            tilt_y=_optional(raw[5], -90, 90, "傾き"),
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """From touching down to lifting off."""

    pointer_type: str
    points: tuple[Point, ...]

    def to_json(self) -> dict[str, object]:
        """Pointer type and points."""
        return {"pointer_type": self.pointer_type, "points": [point.to_json() for point in self.points]}

    @classmethod
    def from_json(cls, raw: object) -> Stroke:
        """Parse `to_json`'s object. Raises InvalidCapture."""
        if not isinstance(raw, dict) or raw.get("pointer_type") not in POINTER_TYPES:
            raise _refuse("ペンの種類が不明です")
        points = raw.get("points")
        if not isinstance(points, list) or not points:
            raise _refuse("点がありません")
        return cls(raw["pointer_type"], tuple(Point.from_json(point) for point in points))


@dataclass(frozen=True, slots=True)
class Device:
    """The tablet: its browser and the sizes in CSS px."""

    user_agent: str
    pixel_ratio: float
    canvas_width: float
    canvas_height: float
    screen_width: float
    screen_height: float

    def to_json(self) -> dict[str, object]:
        """All as recorded."""
        return {
            "user_agent": self.user_agent,
            "pixel_ratio": self.pixel_ratio,
            "canvas": {"width": self.canvas_width, "height": self.canvas_height},
            "screen": {"width": self.screen_width, "height": self.screen_height},
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Device:
        """Parse `to_json`'s object. Raises InvalidCapture."""
        canvas, screen = raw.get("canvas"), raw.get("screen")
        if not isinstance(canvas, dict) or not isinstance(screen, dict):
            raise _refuse("画面の大きさがありません")
        return cls(
            user_agent=str(raw.get("user_agent", ""))[:500],
            pixel_ratio=_number(raw.get("pixel_ratio"), 0.1, 20, 3, "画素比"),
            canvas_width=_number(canvas.get("width"), 1, FARTHEST, 2, "署名欄の幅"),
            canvas_height=_number(canvas.get("height"), 1, FARTHEST, 2, "署名欄の高さ"),
            screen_width=_number(screen.get("width"), 1, FARTHEST, 2, "画面の幅"),
            screen_height=_number(screen.get("height"), 1, FARTHEST, 2, "画面の高さ"),
        )


@dataclass(frozen=True, slots=True)
class Capture:
    """All that the signature pad recorded; undone and cleared strokes are counted, not kept."""

    strokes: tuple[Stroke, ...]
    device: Device
    clears: int = 0
    undos: int = 0

    @classmethod
    def parse(cls, text: str, user_agent: str = "") -> Capture:
        """Parse the hidden form field that `signature.js` wrote. Raises InvalidCapture."""
        if len(text) > LARGEST_TEXT:
            raise _refuse("大きすぎます")
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError):
            raise _refuse("形式が違います") from None
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            raise _refuse("形式が違います")
        return cls(
            strokes=strokes_from_json(raw.get("strokes")),
            device=Device.from_json({**raw, "user_agent": user_agent}),
            clears=_count(raw.get("clears"), "消した回数"),
            undos=_count(raw.get("undos"), "戻した回数"),
        )


def strokes_to_json(strokes: Sequence[Stroke]) -> list[dict[str, object]]:
    """The strokes as stored (encrypted) in the database."""
    return [stroke.to_json() for stroke in strokes]


def strokes_from_json(raw: object) -> tuple[Stroke, ...]:
    """Parse `strokes_to_json`'s list within limits. Raises InvalidCapture."""
    if not isinstance(raw, list) or len(raw) > MOST_STROKES:
        raise _refuse("線の数が正しくありません")
    strokes = tuple(Stroke.from_json(stroke) for stroke in raw)
    if sum(len(stroke.points) for stroke in strokes) > MOST_POINTS:
        raise _refuse("点が多すぎます")
    return strokes
