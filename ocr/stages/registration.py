"""Registration: find the marks and the QR of one of our sheets and straighten the page to the sheet.

Marks are ArUco DICT_4X4_50 at the four corners, ids clockwise from the top left; three are enough, because
each has four corners of its own, and they say which way is up (ocr.md §2). The QR is read by zxing-cpp on
the straightened page and, where that fails, on the page as it came.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from forms.rendering.geometry import CODE_PLACE, MARK_PLACES, PAGE_HEIGHT, PAGE_WIDTH, Rect
from forms.rendering.sheet import Sheet, SheetCode, UnknownCode, parse_code
from ocr.engine import Grey
from ocr.errors import BlankPage, NoMarks, UnknownPage
from ocr.stages.alignment import PIXELS_PER_MM as PIXELS_PER_MM
from ocr.stages.alignment import REFERENCE_SCALE, Placement, settled

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LARGEST_RESIDUAL_MM = 0.5
_QR_MARGIN_MM = 6.0
_BLANK_INK = 0.0005
_FLAT_MM = 0.2
_FRAME_TONE = 120
_DARK = 60
_Points = NDArray[np.float64]
_Marks = dict[int, list[_Points]]
# A5 at 50 dpi: no mark of ours could be seen on anything smaller.
_SMALLEST_PIXELS = 290


@dataclass(frozen=True, slots=True)
class Registered:
    """A straightened sheet of 2100 × 2970 pixels, evenly lit.

    `code` is what its QR says (None where none could be read), `placement` where the page lies on the sheet,
    `residual_mm` the largest distance of a mark's corner from its place.
    """

    image: Grey
    code: SheetCode | None
    placement: Placement
    marks: int
    residual_mm: float


def register(page: Grey) -> Registered:
    """Straighten a page. Raises `UnknownPage` when it is none of our sheets or cannot be placed surely."""
    if min(page.shape) < _SMALLEST_PIXELS:
        raise UnknownPage("画像が小さすぎて読み取れません。200dpi以上でスキャンし直してください。")
    found = find_marks(page)
    if any(len(places) > 1 for places in found.values()):
        raise UnknownPage("2枚の用紙が重なっています。1枚ずつスキャンし直してください。")
    if len(found) < 3:
        raise _unknown(page, len(found))
    to_sheet, residual = _homography(found)
    if residual > _LARGEST_RESIDUAL_MM:
        # The pattern of a screen bends corners; smoothed they are where they belong.
        smoothed = _detect(_smooth(page))
        if len(smoothed) >= 3 and all(len(places) == 1 for places in smoothed.values()):
            found = smoothed
            to_sheet, residual = _homography(found)
    if residual > _LARGEST_RESIDUAL_MM:
        raise UnknownPage("用紙がゆがんでいて位置を合わせられません。平らにしてスキャンし直してください。")
    placement = Placement(to_sheet, PAGE_WIDTH, PAGE_HEIGHT)
    warped = placement.straightened(page)
    return Registered(evened(warped), _code(warped, page), placement, len(found), residual)


def flattened(registered: Registered, page: Grey, sheet: Sheet, number: int) -> Registered:
    """The sheet of a bent or unevenly fed page, brought to the lines printed on page `number` of `sheet`.

    Most pages are flat and come back as they are.
    """
    lines = printed_lines(sheet, number)
    placement = settled(registered.placement, registered.image, lines, _FLAT_MM)
    if placement is registered.placement:
        return registered
    image = evened(placement.straightened(page))
    further = settled(placement, image, lines, _FLAT_MM / 2)
    if further is not placement:
        image = evened(further.straightened(page))
    return replace(registered, image=image, placement=further)


@functools.lru_cache(maxsize=8)
def printed_lines(sheet: Sheet, page: int) -> Grey:
    """The frames and rules of a page of a form, at `REFERENCE_SCALE`."""
    size = (round(PAGE_HEIGHT * REFERENCE_SCALE), round(PAGE_WIDTH * REFERENCE_SCALE))
    drawn = np.full(size, 255, np.uint8)
    zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.page == page]
    places = [cell for zone in zones for cell in zone.cells or (zone.rect,)]
    ruled = [frame.rect for frame in sheet.frames if frame.page == page and frame.look != "panel"]
    for rect in (*places, *ruled):
        cv2.rectangle(
            drawn, _fine(rect.x, rect.y), _fine(rect.right, rect.bottom), _FRAME_TONE, 1, cv2.LINE_AA, 4
        )
    return drawn


def _fine(x: float, y: float) -> tuple[int, int]:
    """A place in mm in sixteenths of a pixel of the reference."""
    return round((x * REFERENCE_SCALE - 0.5) * 16), round((y * REFERENCE_SCALE - 0.5) * 16)


def find_marks(page: Grey) -> _Marks:
    """Corners (4 × 2, pixels, clockwise from the mark's own top left) of each mark, by id.

    A page that shows fewer than three is looked at again smoothed, which joins the dots of a fax.
    """
    found = _detect(page)
    if len(found) < 3:
        again = _detect(_smooth(page))
        found = again if len(again) > len(found) else found
    return found


def _smooth(page: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), max(page.shape) / 1800), np.uint8)


def _detect(page: Grey) -> _Marks:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.cornerRefinementMinAccuracy = 0.01
    parameters.minMarkerPerimeterRate = 0.04
    parameters.maxMarkerPerimeterRate = 0.4
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(page)
    found: _Marks = {}
    for id_, places in zip([] if ids is None else ids.ravel().tolist(), corners, strict=True):
        if id_ < len(MARK_PLACES):
            found.setdefault(int(id_), []).append(places.reshape(4, 2).astype(np.float64))
    return found


def _homography(found: _Marks) -> tuple[NDArray[np.float64], float]:
    """The homography to the sheet by least squares over all corners, and its largest residual in mm."""
    seen = np.concatenate([places[0] for _, places in sorted(found.items())])
    wanted = np.concatenate([_corners(MARK_PLACES[id_]) for id_ in sorted(found)]) * PIXELS_PER_MM
    # The middle of a pixel is at whole numbers in OpenCV, the edge of the sheet at 0 in our millimetres.
    to_sheet, _ = cv2.findHomography(seen, wanted - 0.5, 0)
    if to_sheet is None:
        raise UnknownPage("用紙の位置合わせの印が正しく並んでいません。スキャンし直してください。")
    placed = cv2.perspectiveTransform(seen.reshape(-1, 1, 2), to_sheet).reshape(-1, 2) + 0.5
    residual = float(np.linalg.norm(placed - wanted, axis=1).max()) / PIXELS_PER_MM
    return np.asarray(to_sheet, np.float64), residual


def _corners(rect: Rect) -> _Points:
    return np.array(
        [(rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom), (rect.x, rect.bottom)]
    )


def _code(sheet: Grey, page: Grey) -> SheetCode | None:
    """The sheet's code; None when no QR can be read. Raises `UnknownPage` for a QR that is not ours."""
    left, top, right, bottom = (
        round(edge * PIXELS_PER_MM)
        for edge in (
            CODE_PLACE.x - _QR_MARGIN_MM,
            CODE_PLACE.y - _QR_MARGIN_MM,
            CODE_PLACE.right + _QR_MARGIN_MM,
            CODE_PLACE.bottom + _QR_MARGIN_MM,
        )
    )
    place = np.ascontiguousarray(sheet[max(top, 0) : bottom, left:right])
    smooth = np.asarray(cv2.GaussianBlur(place, (0, 0), 1.5), np.uint8)
    texts: set[str] = set()
    for view in (place, smooth, sheet, page):
        texts = qr_texts(view)
        if texts:
            break
    if len(texts) > 1:
        raise UnknownPage("QRコードが2つ以上あります。用紙が重なっていないか確かめてください。")
    try:
        return parse_code(texts.pop()) if texts else None
    except UnknownCode as error:
        raise UnknownPage(error.message) from error


def qr_texts(image: Grey) -> set[str]:
    """The texts of every QR on an image."""
    found = zxingcpp.read_barcodes(np.ascontiguousarray(image), formats=_QR)
    return {code.text for code in found}


def _unknown(page: Grey, marks: int) -> UnknownPage:
    """What to say of a page without enough marks."""
    if ink_share(page) < _BLANK_INK:
        return BlankPage("白紙です。裏面でなければスキャンし直してください。")
    if len(_detect(np.asarray(255 - page, np.uint8))) >= 3:
        return UnknownPage("白と黒が逆になっています。スキャナーの設定を直してスキャンし直してください。")
    if len(_detect(np.ascontiguousarray(page[:, ::-1]))) >= 3:
        return UnknownPage("左右が逆になっています。スキャナーの設定を直してスキャンし直してください。")
    try:
        ours = [parse_code(text) for text in qr_texts(page)]
    except UnknownCode as error:
        return UnknownPage(error.message)
    if ours or marks:
        return UnknownPage("用紙の四すみの印が足りません。用紙全体が写るようにスキャンし直してください。")
    return NoMarks("この市の用紙ではありません。担当者が内容を確かめてください。")


def ink_share(page: Grey) -> float:
    """The share of clearly dark pixels (below 60 % of the paper's level), the outer 2 % left out.

    A page without any light paper is all ink.
    """
    across, down = page.shape[1] // 50, page.shape[0] // 50
    inner = page[down : page.shape[0] - down, across : page.shape[1] - across]
    if inner.size == 0:
        return 0.0
    small = cv2.resize(inner, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(small, 80))
    return 1.0 if paper < _DARK else float((small < 0.6 * paper).mean())


def evened(sheet: Grey) -> Grey:
    """The sheet with its paper brought to white everywhere: shadows and yellowed paper divided out."""
    small = cv2.resize(sheet, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 8)
    level = cv2.resize(paper, (sheet.shape[1], sheet.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(sheet, np.maximum(level, 1), scale=255), dtype=np.uint8)
