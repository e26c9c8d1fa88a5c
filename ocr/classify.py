"""Which older form a page without marks is: known by the look of its blank, or refused.

ORB at about 100 dpi with RANSAC finds the forms whose print is seen again; then every letter and every rule
printed on the form has to be there (`ocr.prints`), because other years' and other cities' forms share whole
tables. Of two declared editions of one form only the right one passes.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.older_forms import OlderForm
from ocr.prints import Print, print_of, seen_on
from ocr.stages.alignment import PIXELS_PER_MM, Placement, reduced, settled
from ocr.stages.registration import evened

FEWEST_POINTS = 40
MOST_COMPARED = 4
"""So many forms are compared point by point, those whose first points are seen most often."""

_SCALE = 4.0
_POINTS, _PAGE_POINTS = 2500, 4000
_RATIO = 0.75
_NEAR_PIXELS = 3.0
_COARSE = 2
_ROUNDS = 2
_RIVAL = 0.5
_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page that is a declared form: its sheet straightened (ten pixels a millimetre) and evenly lit.

    `points` are the points of the blank seen again, `likeness` how like the blank's letters the page's are.
    """

    form: OlderForm
    image: Grey
    placement: Placement
    points: int
    likeness: float


@dataclass(frozen=True, slots=True)
class _Look:
    """Points of a picture and what surrounds them; `scale` made the picture small.

    Those of larger shapes come first, which a fax or a photograph blurs least, the clearest of them before.
    """

    places: NDArray[np.float32]
    features: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, slots=True)
class _Care:
    """How many points of the blank and of the page are compared, and how often a plane is tried."""

    blank: int
    page: int
    rounds: int


_GLANCE, _CAREFUL = _Care(600, 2000, 300), _Care(_POINTS, _PAGE_POINTS, 4000)


@dataclass(frozen=True, slots=True)
class _Match:
    form: OlderForm
    points: int
    to_blank: _Matrix | None


def recognised(page: Grey, forms: Sequence[OlderForm]) -> Recognised:
    """The declared form a page is. Raises `UnknownPage`, which says why; never guesses."""
    looks = {side: _look(page, side * _SCALE / max(page.shape), _PAGE_POINTS) for side in _sides(forms)}
    likely = _likely(looks, forms)
    found: list[Recognised] = []
    like: OlderForm | None = None
    for glance in likely:
        if found and glance.points < _RIVAL * likely[0].points:
            break
        match = _match(looks, glance.form)
        if match.points >= FEWEST_POINTS and match.to_blank is not None:
            like = like or glance.form
            placed = _placed(page, looks, match)
            found += [placed] if placed else []
    if found:
        return _fullest(found)
    if like is None:
        raise UnknownPage("登録されたどの様式とも違います。担当者が内容を確かめてください。")
    raise UnknownPage(
        f"「{like.title}」に似ていますが、印刷が違うところがあります。担当者が様式を確かめてください。"
    )


def laid_on(blank: Grey, form: OlderForm) -> Grey:
    """A blank of the form's size, moved so that what it shares with the form's own lies where that has it."""
    look = _look(blank, _SCALE / PIXELS_PER_MM, _PAGE_POINTS)
    match = _match({_side(form): look}, form)
    if match.points < FEWEST_POINTS or match.to_blank is None:
        return blank
    larger, smaller = _scaling(PIXELS_PER_MM / _SCALE), _scaling(look.scale)
    return Placement(larger @ match.to_blank @ smaller, form.width, form.height).straightened(blank)


def _fullest(found: Sequence[Recognised]) -> Recognised:
    """The one whose print holds that of all others the page has too. Raises `UnknownPage` without one."""
    for one in found:
        others = [other for other in found if other is not one]
        if all(_holds(one.form, other.form) and not _holds(other.form, one.form) for other in others):
            return one
    raise UnknownPage("よく似た旧様式が2つあり、どちらか決められません。担当者が確かめてください。")


def _holds(form: OlderForm, other: OlderForm) -> bool:
    """Whether all that is printed on the other form is printed on this one too."""
    if (form.width, form.height) != (other.width, other.height):
        return False
    return seen_on(_print(other.blank, other), _print(form.blank, form).picture).same


def _placed(page: Grey, looks: Mapping[float, _Look], match: _Match) -> Recognised | None:
    """The page brought onto the blank; None where not all of its print is there."""
    form = match.form
    if match.to_blank is None:
        return None
    larger, smaller = _scaling(PIXELS_PER_MM / _SCALE), _scaling(looks[_side(form)].scale)
    placement = Placement(larger @ match.to_blank @ smaller, form.width, form.height)
    wanted = _print(form.blank, form)
    for _ in range(_ROUNDS):
        placement = settled(placement, evened(placement.straightened(page)), wanted.picture)
    sheet = evened(placement.straightened(page))
    seen = seen_on(wanted, reduced(sheet))
    if not seen.same:
        return None
    return Recognised(form, sheet, placement, match.points, seen.likeness)


def _side(form: OlderForm) -> float:
    return max(form.width, form.height)


def _sides(forms: Sequence[OlderForm]) -> list[float]:
    """The long sides of the forms: a page of each size shows its points at a scale of its own."""
    return sorted({_side(form) for form in forms})


def _likely(looks: Mapping[float, _Look], forms: Sequence[OlderForm]) -> Sequence[_Match]:
    """The forms whose first points are seen most often, the likeliest first."""
    glances = [_match(looks, form, _GLANCE) for form in forms]
    return sorted(glances, key=lambda one: -one.points)[:MOST_COMPARED]


def _match(looks: Mapping[float, _Look], form: OlderForm, care: _Care = _CAREFUL) -> _Match:
    """How many points of the form's blank the page shows in one plane."""
    look, blank = looks[_side(form)], _blank_look(form.blank, form)
    if len(look.places) < 8 or len(blank.places) < 8:
        return _Match(form, 0, None)
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(
        blank.features[: care.blank], look.features[: care.page], k=2
    )
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < 4:
        return _Match(form, 0, None)
    on_blank = blank.places[[one.queryIdx for one in good]]
    on_page = look.places[[one.trainIdx for one in good]]
    to_blank, inside = cv2.findHomography(on_page, on_blank, cv2.RANSAC, _NEAR_PIXELS, maxIters=care.rounds)
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


def _look(page: Grey, scale: float, points: int) -> _Look:
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.uint8)
    finder = cv2.ORB.create(nfeatures=points, fastThreshold=10)
    found, features = finder.detectAndCompute(small, None)
    places = np.array([one.pt for one in found], np.float32).reshape(-1, 2)
    if not found:
        return _Look(places, np.zeros((0, 32), np.uint8), scale)
    coarse_first = np.lexsort(([-one.response for one in found], [one.octave < _COARSE for one in found]))
    return _Look(places[coarse_first], np.asarray(features, np.uint8)[coarse_first], scale)


@functools.lru_cache(maxsize=512)
def _blank_look(blank: bytes, form: OlderForm) -> _Look:
    return _look(form.picture(), _SCALE / PIXELS_PER_MM, _POINTS)


@functools.lru_cache(maxsize=32)
def _print(blank: bytes, form: OlderForm) -> Print:
    return print_of(reduced(evened(form.picture())))


def _scaling(factor: float) -> _Matrix:
    """A scaling between pixel grids whose pixels' middles are whole numbers."""
    half = (factor - 1) / 2
    return np.array([[factor, 0, half], [0, factor, half], [0, 0, 1]], np.float64)
