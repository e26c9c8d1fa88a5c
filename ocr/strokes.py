"""The shape of a mark in a box: one plain tick, cross or ring, or something that was crossed out.

Measured on the ink itself (how many strokes a line across the box meets, how long it runs level) and on its
skeleton (ends, crossings, straight lines), since each alone is fooled by somebody's hand.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_Mask = NDArray[np.bool_]
_Points = NDArray[np.int64]

_SPUR = 8
_TIP_WIDTHS = 1.2
_LEVEL_RUN, _LONGEST_RUN, _CROSSED_RUN = 17, 24, 29
_LEVEL_WIDTHS = 3.4
_CROWDED = 4
_RING_HOLE, _HOLE, _ROUND = 90, 12, 1.6
_NODE, _ARM, _BENT = 4, 5, 1.8
_ASLANT, _OPPOSITE, _LONGER = 12.0, 38.0, 1.25
_EVEN = 1.5
_NEAR, _NEAR_WIDTHS = 15, 1.4
_LEVEL = 22.0
_PART = 9


def is_plain_mark(ink: _Mask, largest_cross: int) -> bool:
    """Whether the ink (ten pixels a millimetre) is one tick, one cross or one ring, and nothing else.

    A cross wider than `largest_cross` pixels is no mark: that is how a box is crossed out.
    """
    closed = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    solid = np.asarray(closed, np.uint8)
    holes = _holes(solid)
    line = _without_tip(_skeleton(solid), _width(solid))
    ends, crossings = _ends(line), _crossings(line)
    if len(holes) == 1 and holes[0] > _RING_HOLE:
        return crossings <= 1 and len(ends) <= 2 and _is_round(line)
    if any(hole > _HOLE for hole in holes) or _is_crowded(solid) or _is_crowded(solid.T):
        return False
    # A line without a loop and with two ends crosses nothing: what looks like a node is its bend.
    if crossings == 0 or (len(ends) == 2 and not holes):
        return _is_tick(line) and not _runs_level(solid, _LONGEST_RUN)
    # Two thick strokes are one level run where they cross.
    return _is_cross(line, largest_cross) and not _runs_level(solid, _CROSSED_RUN) and _is_even(solid, line)


def _is_round(line: NDArray[np.uint8]) -> bool:
    """Whether a closed line keeps about one distance from its middle."""
    points = np.argwhere(line > 0)
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    far = np.hypot(*(points - middle).T)
    return bool(np.percentile(far, 95) < _ROUND * np.percentile(far, 5))


def _is_even(solid: NDArray[np.uint8], line: NDArray[np.uint8]) -> bool:
    """Whether strokes keep one width but where they cross: one drawn over another makes it thicker."""
    depth = cv2.distanceTransform(np.pad(solid, 4), cv2.DIST_L2, 3)
    near = max(_NEAR, 2 * round(_NEAR_WIDTHS * _width(solid)) + 1)
    widths = depth[(line > 0) & (cv2.dilate(_nodes(line), np.ones((near, near), np.uint8)) == 0)]
    if widths.size < _PART:
        return False
    return bool(np.percentile(widths, 90) < _EVEN * max(float(np.percentile(widths, 30)), 1.0))


def _runs_level(solid: NDArray[np.uint8], longest: int) -> bool:
    """Whether a stroke runs level across the box: that is how a mark is struck out, not made."""
    wanted = min(max(_LEVEL_RUN, round(_LEVEL_WIDTHS * _width(solid)) + 2), longest)
    level = cv2.erode(solid, np.ones((1, wanted), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return bool(level.any())


def _is_crowded(solid: NDArray[np.uint8]) -> bool:
    """Whether many lines across the box meet three strokes or more (a tick, cross or ring gives two)."""
    starts = (solid[:, 1:] > solid[:, :-1]).sum(axis=1) + solid[:, 0]
    return int((starts >= 3).sum()) >= _CROWDED


def _width(solid: NDArray[np.uint8]) -> float:
    """The usual width of the strokes: twice the distance from their middle to their edge."""
    depth = cv2.distanceTransform(np.pad(solid, 1), cv2.DIST_L2, 3)
    ridge = depth[depth >= np.asarray(cv2.dilate(depth, np.ones((3, 3), np.uint8))) - 1e-3]
    inner = ridge[ridge > 0]
    return 2.0 * float(np.median(inner)) if inner.size else 0.0


def _holes(solid: NDArray[np.uint8]) -> list[int]:
    """The areas of paper shut in by ink."""
    outside = np.pad(1 - solid, 1, constant_values=1).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=4)
    areas = sorted((int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count)), reverse=True)
    return [area for area in areas[1:] if area >= 4]


def _skeleton(solid: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink thinned to lines of one pixel, short spurs taken off."""
    smooth = cv2.medianBlur(np.pad(solid, 4) * 255, 5)
    # Zhang and Suen's way eats diagonal strokes of even width.
    line = (cv2.ximgproc.thinning(smooth, thinningType=cv2.ximgproc.THINNING_GUOHALL) > 0).astype(np.uint8)
    return _pruned(line)


def _pruned(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Spurs shorter than a stroke is wide are no strokes of their own."""
    kept = line.copy()
    nodes = _nodes(line)
    if not nodes.any():
        return kept
    parts = line * (cv2.dilate(nodes, np.ones((3, 3), np.uint8)) == 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(parts, connectivity=8)
    tips = {int(labels[y, x]) for y, x in _ends(line)}
    for number in range(1, count):
        if number in tips and stats[number, cv2.CC_STAT_AREA] < _SPUR:
            kept[labels == number] = 0
    return kept


def _without_tip(line: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """The line without the stalk that thinning leaves below a sharp bend, where two strokes run into one.

    Only the stalk of a tick: three ends meet in one place, and the lowest end hangs straight below it.
    """
    ends, nodes = _ends(line), np.argwhere(_nodes(line) > 0)
    if len(ends) != 3 or _crossings(line) != 1:
        return line
    lowest, middle = ends[ends[:, 0].argmax()], nodes.mean(axis=0)
    down, across = lowest - middle
    others = [end for end in ends if (end != lowest).any()]
    hangs = 0 < down <= _TIP_WIDTHS * width and abs(across) <= max(0.6 * down, 2.0)
    if not hangs or any(end[0] > middle[0] - 2 for end in others):
        return line
    kept = line.copy()
    kept[int(nodes[:, 0].max()) + 1 :] = 0
    return kept


def _neighbours(line: NDArray[np.uint8]) -> NDArray[np.int64]:
    around = cv2.filter2D(line, cv2.CV_16S, np.ones((3, 3), np.int16), borderType=cv2.BORDER_CONSTANT)
    return np.asarray((around - line) * line, np.int64)


def _nodes(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels where three lines or more meet: around them ink and paper change six times or more."""
    ring = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    padded = np.pad(line, 1).astype(np.int8)
    height, width = line.shape
    views = [padded[1 + y : 1 + y + height, 1 + x : 1 + x + width] for y, x in ring]
    changes = sum(np.abs(one - other) for one, other in zip(views, [*views[1:], views[0]], strict=True))
    blocks = cv2.filter2D(line, cv2.CV_16S, np.ones((2, 2), np.int16), borderType=cv2.BORDER_CONSTANT) == 4
    return np.asarray(((changes >= 6) & (line > 0)) | blocks, np.uint8)


def _ends(line: NDArray[np.uint8]) -> _Points:
    return np.argwhere(_neighbours(line) == 1)


def _crossings(line: NDArray[np.uint8]) -> int:
    """How many places there are where strokes meet; nodes close together are one."""
    nodes = _nodes(line)
    grown = cv2.dilate(nodes, np.ones((5, 5), np.uint8))
    count, _ = cv2.connectedComponents(grown, connectivity=8)
    return count - 1


def _is_tick(line: NDArray[np.uint8]) -> bool:
    """One bent stroke, or its two arms where the bend lies outside the box; no level and no straight line."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line, connectivity=8)
    parts = [np.argwhere(labels == n) for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= _PART]
    if len(parts) == 1:
        return _rises(parts[0]) and _bend(parts[0]) > 1.6
    if len(parts) != 2:
        return False
    left, right = sorted(parts, key=lambda points: float(points[:, 1].mean()))
    return _slope(left) < -_LEVEL and _slope(right) > _LEVEL and bool(right[:, 0].min() < left[:, 0].min())


def _rises(points: _Points) -> bool:
    """Whether the stroke ends higher at its right than it begins, its lowest point between."""
    first, last = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    lowest = points[points[:, 0].argmax()]
    return bool(last[0] < lowest[0] - 6 and last[0] <= first[0] + 2 and lowest[1] < last[1] - 3)


def _bend(points: _Points) -> float:
    """How far (pixels) the stroke leaves the straight line between its ends."""
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return float(np.abs(centred @ axes[1]).max())


def _slope(points: _Points) -> float:
    """The angle of a straight stroke in degrees: positive rises to the right, 90 is upright."""
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    down, right = axes[0]
    angle = float(np.degrees(np.arctan2(-down, right)))
    return (angle + 90) % 180 - 90


def _is_cross(line: NDArray[np.uint8], largest: int) -> bool:
    """Whether four straight arms leave one crossing, two and two opposite each other, aslant."""
    points = np.argwhere(line > 0)
    if max(points.max(axis=0) - points.min(axis=0)) > largest:
        return False
    nodes = np.argwhere(_nodes(line) > 0)
    middle = nodes.mean(axis=0)
    if np.abs(nodes - middle).max() > _NODE:
        return False
    apart = line.copy()
    top, left = np.maximum(middle.round().astype(int) - _NODE, 0)
    apart[top : top + 2 * _NODE + 1, left : left + 2 * _NODE + 1] = 0
    count, labels = cv2.connectedComponents(apart, connectivity=8)
    arms = [np.argwhere(labels == n) for n in range(1, count)]
    if len(arms) != 4 or any(len(arm) < _ARM or _bend(arm) > _BENT for arm in arms):
        return False
    arms.sort(key=lambda arm: _direction(arm, middle))
    one, other = (_span(arms[n], arms[n + 2]) for n in range(2))
    alike = max(one, other) < _LONGER * min(one, other)
    return alike and _are_crossed([_direction(arm, middle) for arm in arms])


def _span(arm: _Points, opposite: _Points) -> float:
    """How far two arms reach together, in pixels."""
    both = np.vstack((arm, opposite))
    return float(np.hypot(*(both.max(axis=0) - both.min(axis=0))))


def _direction(arm: _Points, middle: NDArray[np.float64]) -> float:
    """Where an arm points, in degrees counted to the left from the right."""
    far = arm[np.hypot(*(arm - middle).T).argmax()] - middle
    return float(np.degrees(np.arctan2(-far[0], far[1]))) % 360


def _are_crossed(angles: list[float]) -> bool:
    """Whether each arm lies in a quarter of its own and has another opposite."""
    quarters = [int(angle // 90) for angle in angles]
    aslant = all(_ASLANT < angle % 90 < 90 - _ASLANT for angle in angles)
    opposite = all(abs(angles[n + 2] - angles[n] - 180) < _OPPOSITE for n in range(2))
    return quarters == [0, 1, 2, 3] and aslant and opposite
