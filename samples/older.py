"""Older forms of the sample city: ruled in black, without marks or a code, each laid out from its number.

Every form has a title, a table of labelled places, boxes for digits, words to circle and boxes to tick; where
they stand is known in mm, so that reading them can be measured.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from forms.rendering.geometry import Rect, Zone

Grey = NDArray[np.uint8]

DPI = 300
_MM = DPI / 25.4
GOTHIC = Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf")
MINCHO = Path("/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf")
_TITLES = (
    "住民票の写し等交付申請書", "印鑑登録証明書交付申請書", "税務証明交付申請書", "戸籍証明書等請求書",
    "転居届", "犬の登録申請書", "下水道使用開始届", "公民館使用許可申請書", "粗大ごみ収集申込書",
    "保育所入所申込書", "福祉医療費受給資格申請書", "農地の現況に関する届出書", "駐輪場定期利用申込書",
    "図書館利用者登録申込書", "臨時運行許可申請書", "埋火葬許可申請書", "市営住宅修繕依頼書", "罹災証明願",
)  # fmt: skip
_LABELS = (
    "住所", "方書", "氏名", "フリガナ", "電話番号", "生年月日", "世帯主", "本籍", "使いみち", "必要な理由",
    "勤務先", "連絡先", "続柄", "備考", "届出人", "代理人", "利用期間", "場所", "数量", "納付方法",
)  # fmt: skip
_FIRST_ROWS = (
    ("氏名", "applicant.name", "name"),
    ("住所", "applicant.address", "address"),
    ("生年月日", "applicant.birth_on", "date"),
)
_NOTES = (
    "太わくの中をはっきりと記入してください。", "代理人が申請するときは委任状が必要です。",
    "本人確認書類を窓口で見せてください。", "記入を誤ったときは二重線で消してください。",
    "手数料は一通につき三百円です。", "郵送のときは返信用封筒を入れてください。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OlderSheet:
    """One older form: its `title`, its clean raster at 300 dpi, places to write in, the rows of its table.

    `label_width` is how much of a row its label takes, `notes` where the notes begin, in mm.
    """

    title: str
    image: Grey
    zones: tuple[Zone, ...]
    rows: tuple[Rect, ...] = ()
    label_width: float = 0.0
    notes: float = 0.0
    width: float = 210.0
    height: float = 297.0


@functools.lru_cache(maxsize=32)
def older_sheet(number: int) -> OlderSheet:
    """The form of a number; its first three places are a name, an address and a date of birth."""
    rng = np.random.default_rng([4, number])
    picture = Image.new("L", (round(210 * _MM), round(297 * _MM)), 255)
    drawing = ImageDraw.Draw(picture)
    title = _TITLES[number % len(_TITLES)]
    _text(drawing, 105 - 3.2 * len(title), 22 + rng.uniform(0, 8), title, 6.4, GOTHIC)
    _text(drawing, 14, 12, f"様式第{number + 3}号（第{int(rng.integers(2, 30))}条関係）", 3.4, MINCHO)
    _text(drawing, 138, 38, "令和　　年　　月　　日", 3.8, MINCHO)
    _text(drawing, 16, 44, "みほん市長　様", 4.6, MINCHO)
    zones, rows, label_width = _table(drawing, rng, 54.0)
    below = max(zone.rect.bottom for zone in zones) + 16
    for line in range(int(rng.integers(2, 5))):
        note = _NOTES[int(rng.integers(len(_NOTES)))]
        _text(drawing, 16, below + 6 * line, f"（{line + 1}）{note}", 3.4, MINCHO)
    return OlderSheet(title, np.array(picture), tuple(zones), tuple(rows), label_width, below)


@functools.lru_cache(maxsize=32)
def older_slip(number: int) -> OlderSheet:
    """A slip of A5 across, of another make: underlined places and dotted boxes, hardly a rule."""
    rng = np.random.default_rng([5, number])
    picture = Image.new("L", (round(210 * _MM), round(148 * _MM)), 255)
    drawing = ImageDraw.Draw(picture)
    title = f"{_TITLES[(number * 5 + 2) % len(_TITLES)]}（控）"
    _text(drawing, 18 + rng.uniform(0, 20), 10, title, 5.6, MINCHO)
    _text(drawing, 150, 12, f"No.{int(rng.integers(100, 999))}－{number + 1}", 4.2, GOTHIC)
    labels, zones, rows = list(rng.permutation(_LABELS)), [], []
    y = 24 + float(rng.uniform(0, 4))
    for row in range(int(rng.integers(5, 7))):
        height = float(rng.uniform(13, 16))
        known = _FIRST_ROWS[row] if row < len(_FIRST_ROWS) else (str(labels.pop()), f"free.{row}", "text")
        _text(drawing, 20, y + height - 6, known[0], 4.2, MINCHO)
        place = Rect(62.0, y, 120.0, height)
        drawing.line(_line(place.x, place.bottom, place.right, place.bottom), fill=0, width=3)
        zones.append(Zone(known[1], known[2], "line", 1, place))
        rows.append(Rect(18.0, y, 164.0, height))
        y += height
    for line in range(2):
        _text(drawing, 20, y + 6 + 6 * line, f"※{_NOTES[int(rng.integers(len(_NOTES)))]}", 3.6, GOTHIC)
    return OlderSheet(title, np.array(picture), tuple(zones), tuple(rows), 44.0, y + 6, 210.0, 148.0)


def _table(
    drawing: ImageDraw.ImageDraw, rng: np.random.Generator, top: float
) -> tuple[list[Zone], list[Rect], float]:
    """Rows of labels and places, now and then parted in two; the rows, and how wide their labels are."""
    left, right, y = 15.0 + rng.uniform(0, 3), 192.0 + rng.uniform(0, 3), top
    label_width = rng.uniform(26, 40)
    labels = list(rng.permutation(_LABELS))
    zones: list[Zone] = []
    rows: list[Rect] = []
    for row in range(int(rng.integers(8, 13))):
        height = float(rng.uniform(10, 15))
        label = _FIRST_ROWS[row][0] if row < len(_FIRST_ROWS) else str(labels.pop())
        rows.append(Rect(left, y, right - left, height))
        _row(drawing, rows[-1], label_width, label)
        place = Rect(left + label_width, y, right - left - label_width, height)
        if row < len(_FIRST_ROWS):
            zones.append(Zone(_FIRST_ROWS[row][1], _FIRST_ROWS[row][2], "line", 1, place))
        else:
            zones += _places(drawing, rng, place, f"free.{row}", str(labels[row % len(labels)]))
        y += height
    drawing.rectangle(_px(Rect(left, top, right - left, y - top)), outline=0, width=8)
    return zones, rows, label_width


def _places(
    drawing: ImageDraw.ImageDraw, rng: np.random.Generator, place: Rect, name: str, second: str
) -> list[Zone]:
    """What stands in one row: a line, boxes for digits, boxes to tick, or two lines with a label between."""
    shape = int(rng.integers(4))
    if shape == 0:
        return [Zone(name, "text", "line", 1, place)]
    if shape == 1:
        count, side = int(rng.integers(7, 12)), 6.0
        y = place.y + (place.height - 8) / 2
        cells = tuple(Rect(place.x + 4 + side * n, y, side, 8.0) for n in range(count))
        for cell in cells:
            drawing.rectangle(_px(cell), outline=0, width=3)
        hull = Rect(cells[0].x, y, side * count, 8.0)
        return [Zone(name, "digits", "cells", 1, hull, cells)]
    if shape == 2:
        boxes = []
        for n, word in enumerate(("ある", "ない", "わからない")):
            box = Rect(place.x + 6 + 30 * n, place.y + (place.height - 4) / 2, 4.0, 4.0)
            drawing.rectangle(_px(box), outline=0, width=3)
            _text(drawing, box.right + 2, box.y, word, 4.0, MINCHO)
            boxes.append(Zone(name, "choice", "check", 1, box, option=word))
        return boxes
    middle = place.x + place.width * rng.uniform(0.4, 0.55)
    drawing.line(_line(middle, place.y, middle, place.bottom), fill=0, width=3)
    drawing.line(_line(middle + 24, place.y, middle + 24, place.bottom), fill=0, width=3)
    _text(drawing, middle + 3, place.y + place.height / 2 - 2, second, 3.8, MINCHO)
    return [
        Zone(name, "text", "line", 1, Rect(place.x, place.y, middle - place.x, place.height)),
        Zone(
            f"{name}b", "text", "line", 1, Rect(middle + 24, place.y, place.right - middle - 24, place.height)
        ),
    ]


def _row(drawing: ImageDraw.ImageDraw, row: Rect, label_width: float, label: str) -> None:
    drawing.rectangle(_px(row), outline=0, width=3)
    drawing.line(_line(row.x + label_width, row.y, row.x + label_width, row.bottom), fill=0, width=3)
    _text(drawing, row.x + 4, row.y + row.height / 2 - 2, label, 4.0, GOTHIC)


def _text(drawing: ImageDraw.ImageDraw, x: float, y: float, text: str, size: float, face: Path) -> None:
    font = ImageFont.truetype(str(face), round(size * _MM))
    drawing.text((x * _MM, y * _MM), text, 0, font=font)


def _px(rect: Rect) -> tuple[int, int, int, int]:
    return _line(rect.x, rect.y, rect.right, rect.bottom)


def _line(x: float, y: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return round(x * _MM), round(y * _MM), round(right * _MM), round(bottom * _MM)
