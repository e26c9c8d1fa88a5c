"""Which older form a page without marks is: known by the look of its blank, or refused.

ORB at about 100 dpi with RANSAC finds the forms whose print is seen again (at least 60 points, more than
twice those of the next form); then every word printed on the form has to be there, because other years' and
other cities' forms share whole tables.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.older_forms import OlderForm
from ocr.stages.alignment import PIXELS_PER_MM, REFERENCE_SCALE, Placement, reduced, settled
from ocr.stages.registration import evened

FEWEST_POINTS = 60
TIMES_THE_NEXT = 2.0
MOST_COMPARED = 4

_SCALE = 4.0
_POINTS, _FIRST_POINTS, _PAGE_POINTS = 2500, 400, 4000
_RATIO = 0.75
_NEAR_PIXELS = 3.0
_ROUNDS = 2
_TILE_MM = 12.0
_TILE_INK = 60
_LINE = 45
_SEEN, _SEEN_IN_TILE = 0.9, 0.78
_DARK = 190
_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page that is a declared form: its sheet straightened (ten pixels a millimetre) and evenly lit.

    `points` are the points of the blank seen again, `next_points` those of the second likeliest form, `seen`
    the share of the blank's print that is on the page.
    """

    form: OlderForm
    image: Grey
    placement: Placement
    points: int
    next_points: int
    seen: float


@dataclass(frozen=True, slots=True)
class _Look:
    """Points of a picture and what surrounds them, the clearest first."""

    places: NDArray[np.float32]
    features: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Match:
    form: OlderForm
    points: int
    to_blank: _Matrix | None


def recognised(page: Grey, forms: Sequence[OlderForm]) -> Recognised:
    """The declared form a page is. Raises `UnknownPage`, which says why; never guesses."""
    scale = max(max(form.width, form.height) for form in forms) * _SCALE / max(page.shape) if forms else 1.0
    look = _look(_at(page, scale), _PAGE_POINTS)
    matches = sorted((_match(look, form) for form in _likely(look, forms)), key=lambda one: -one.points)
    best = matches[0] if matches else None
    if best is None or best.points < FEWEST_POINTS or best.to_blank is None:
        raise UnknownPage("登録されたどの様式とも違います。担当者が内容を確かめてください。")
    following = matches[1].points if len(matches) > 1 else 0
    if best.points <= TIMES_THE_NEXT * following:
        raise UnknownPage("よく似た旧様式が2つあり、どちらか決められません。担当者が確かめてください。")
    return _placed(page, scale, best, best.to_blank, following)


def _placed(page: Grey, scale: float, match: _Match, to_blank: _Matrix, following: int) -> Recognised:
    """The page brought onto the blank, whose print must all be there."""
    form = match.form
    grow = PIXELS_PER_MM / _SCALE
    larger, smaller = _scaling(grow), _scaling(scale)
    placement = Placement(larger @ to_blank @ smaller, form.width, form.height)
    printed = _printed(form.blank, form)
    for _ in range(_ROUNDS):
        placement = settled(placement, evened(placement.straightened(page)), printed)
    sheet = evened(placement.straightened(page))
    seen, least = _seen(printed, reduced(sheet))
    if seen < _SEEN or least < _SEEN_IN_TILE:
        raise UnknownPage(
            f"「{form.title}」に似ていますが、印刷が違うところがあります。担当者が様式を確かめてください。"
        )
    return Recognised(form, sheet, placement, match.points, following, seen)


def _likely(look: _Look, forms: Sequence[OlderForm]) -> Sequence[OlderForm]:
    """The forms whose clearest points are seen most often; all where there are few."""
    if len(forms) <= MOST_COMPARED:
        return forms
    return sorted(forms, key=lambda form: -_match(look, form, _FIRST_POINTS).points)[:MOST_COMPARED]


def _match(look: _Look, form: OlderForm, most: int = _POINTS) -> _Match:
    """How many points of the form's blank, of its `most` clearest, the page shows in one plane."""
    blank = _blank_look(form.blank, form)
    if len(look.places) < 8 or len(blank.places) < 8:
        return _Match(form, 0, None)
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(blank.features[:most], look.features, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < 8:
        return _Match(form, 0, None)
    on_blank = blank.places[[one.queryIdx for one in good]]
    on_page = look.places[[one.trainIdx for one in good]]
    to_blank, inside = cv2.findHomography(on_page, on_blank, cv2.RANSAC, _NEAR_PIXELS, maxIters=4000)
    if to_blank is None or not _plausible(np.asarray(to_blank, np.float64)):
        return _Match(form, 0, None)
    return _Match(form, int(inside.sum()), np.asarray(to_blank, np.float64))


def _plausible(matrix: _Matrix) -> bool:
    """Whether a homography is what a scanner or camera does: not mirrored, and no side much shortened."""
    square = np.array([(0, 0), (600, 0), (600, 800), (0, 800)], np.float64).reshape(-1, 1, 2)
    seen = cv2.perspectiveTransform(square, matrix).reshape(-1, 2)
    sides = np.linalg.norm(np.roll(seen, -1, axis=0) - seen, axis=1) / (600, 800, 600, 800)
    area = cv2.contourArea(seen.astype(np.float32), oriented=True)
    return bool(area > 0 and sides.min() > 0.3 and sides.max() < 4 * sides.min())


def _at(page: Grey, scale: float) -> Grey:
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.uint8)


def _look(small: Grey, points: int) -> _Look:
    finder = cv2.ORB.create(nfeatures=points, fastThreshold=10)
    found, features = finder.detectAndCompute(small, None)
    places = np.array([one.pt for one in found], np.float32).reshape(-1, 2)
    if not found:
        return _Look(places, np.zeros((0, 32), np.uint8))
    clearest = np.argsort([-one.response for one in found], kind="stable")
    return _Look(places[clearest], np.asarray(features, np.uint8)[clearest])


@functools.lru_cache(maxsize=64)
def _blank_look(blank: bytes, form: OlderForm) -> _Look:
    return _look(_at(form.picture(), _SCALE / PIXELS_PER_MM), _POINTS)


@functools.lru_cache(maxsize=32)
def _printed(blank: bytes, form: OlderForm) -> Grey:
    return reduced(evened(form.picture()))


def _seen(printed: Grey, sheet: Grey) -> tuple[float, float]:
    """The share of the blank's words that are dark on the page too: of all, and of the worst part of them.

    Ruled lines do not count: other editions of a form share them.
    """
    wanted = _words((printed < _DARK).astype(np.uint8))
    there = cv2.dilate((sheet < _DARK + 30).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    tile = round(_TILE_MM * REFERENCE_SCALE)
    shares = []
    for top in range(0, wanted.shape[0], tile):
        for left in range(0, wanted.shape[1], tile):
            part = np.s_[top : top + tile, left : left + tile]
            if int(wanted[part].sum()) >= _TILE_INK:
                shares.append(float(there[part][wanted[part]].mean()))
    whole = float(there[wanted].mean()) if wanted.any() else 1.0
    return whole, min(shares, default=1.0)


def _words(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The ink without long lines across and down."""
    ruled = np.zeros_like(ink)
    for kernel in (np.ones((1, _LINE), np.uint8), np.ones((_LINE, 1), np.uint8)):
        ruled |= np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.uint8)
    near = cv2.dilate(ruled, np.ones((3, 3), np.uint8))
    return np.asarray((ink > 0) & (near == 0))


def _scaling(factor: float) -> _Matrix:
    """A scaling between pixel grids whose pixels' middles are whole numbers."""
    half = (factor - 1) / 2
    return np.array([[factor, 0, half], [0, factor, half], [0, 0, 1]], np.float64)
