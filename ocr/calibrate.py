"""Makes `calibration.toml` from measured pages: `python -m ocr.calibrate MEASURED.jsonl… [--out FILE]`.

Each line of the files is a field: its kind, features (`evidence`) and whether it was read right. One logistic
model is fitted over all fields: weights that cannot be negative, which all kinds share, and for each group of
kinds an offset that is held small, so that a rare kind leans on the others. One field is added that was wrong
in spite of the best features, divided among the groups: what was measured on n fields promises no better than
one wrong in n.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.calibration import BARRED, BLANK, FILE, PROMISES, KindModel, group_of

Floats = NDArray[np.float64]
Row = Mapping[str, Any]

FEWEST = 60
"""A group of kinds with fewer measured fields is judged as `other`, with the offset of the worst group."""

OTHER = "other"
_STEPS, _SETTLED = 4000, 2e-6
_PENALTY, _OFFSET_PENALTY = 2e-4, 1e-4
_DECIMALS = 3


def calibrated(rows: Iterable[Row]) -> dict[str, KindModel]:
    """The models by group of kinds, `blank` of empty places, and `other` for what was hardly measured."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        evidence = row.get("evidence", {})
        if BLANK in evidence:
            groups[BLANK].append({**row, "evidence": {}})
        elif evidence and BARRED not in evidence:
            groups[group_of(row["kind"])].append(row)
    rare = [name for name, found in groups.items() if len(found) < FEWEST and name != BLANK]
    others = [row for name in rare for row in groups.pop(name)]
    models = fitted(groups)
    if models:
        worst = min((model for name, model in models.items() if name != BLANK), key=lambda one: one.bias)
        models[OTHER] = KindModel(
            worst.bias, worst.weights, worst.accept, len(others), sum(not row["right"] for row in others)
        )
    return dict(sorted(models.items()))


def fitted(groups: Mapping[str, Sequence[Row]]) -> dict[str, KindModel]:
    """One model over all groups, given out group by group with its thresholds."""
    labels = sorted(groups)
    rows = [row for label in labels for row in groups[label]]
    places = np.repeat(np.arange(len(labels)), [len(groups[label]) for label in labels])
    names = sorted({name for row in rows for name in row["evidence"]})
    values = np.array([[row["evidence"].get(name, 0.0) for name in names] for row in rows])
    right = np.array([bool(row["right"]) for row in rows])
    bias, offsets, weights = _logistic(*_with_one_wrong(values, right, places))
    kept = {name: round(float(w), _DECIMALS) for name, w in zip(names, weights, strict=True)}
    kept = {name: weight for name, weight in kept.items() if weight > 0}
    models = {}
    for place, label in enumerate(labels):
        told = {
            name: weight
            for name, weight in kept.items()
            if values[places == place][:, names.index(name)].any()
        }
        model = KindModel(round(float(bias + offsets[place]), _DECIMALS), told, {})
        own = groups[label]
        chances = np.array([model.chance(row["evidence"]) for row in own])
        accept = thresholds(
            chances, right[places == place], np.array([str(row.get("style", "")) for row in own])
        )
        wrong = int((~right[places == place]).sum())
        models[label] = KindModel(model.bias, told, accept, len(own), wrong)
    return models


def thresholds(chances: Floats, right: NDArray[np.bool_], groups: NDArray[np.str_]) -> dict[int, float]:
    """Per promise the lowest probability from which it is kept: by what the model expects of all that is
    accepted then, and by what was found in every group (the way of writing) with one field's grace.
    """
    found: dict[int, float] = {}
    for promise in PROMISES:
        rate = promise / 10_000
        for step in np.unique(np.floor(chances * 1e4) / 1e4):
            taken = chances >= step
            expected = float((1 - chances[taken]).mean())
            if expected <= rate and all(_kept(right[taken & (groups == g)], rate) for g in np.unique(groups)):
                found[promise] = float(step)
                break
    return found


def _kept(right: NDArray[np.bool_], rate: float) -> bool:
    wrong = int((~right).sum())
    return wrong <= rate * len(right)


def _with_one_wrong(
    values: Floats, right: NDArray[np.bool_], places: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    """Values, target, group and weight of every field, and one more that is divided among the groups: as good
    as the best tenth of its group in every feature, and wrong.
    """
    found = sorted(set(places.tolist()))
    best = [np.quantile(values[places == place], 0.9, axis=0) for place in found]
    shares = [float((places == place).mean()) for place in found]
    return (
        np.vstack((values, *best)),
        np.concatenate((right.astype(np.float64), np.zeros(len(found)))),
        np.concatenate((places, np.array(found, np.int64))),
        np.concatenate((np.ones(len(values)), shares)),
    )


def _logistic(
    values: Floats, target: Floats, places: NDArray[np.int64], share: Floats
) -> tuple[float, Floats, Floats]:
    """Bias, offsets by group and non-negative weights, by accelerated projected gradient steps."""
    spread = np.maximum(values.std(axis=0), 1e-6)
    count, groups = values.shape[1], int(places.max()) + 1
    shown = np.hstack(
        (np.ones((len(values), 1)), np.eye(groups)[places], (values - values.mean(axis=0)) / spread)
    )
    penalty = np.concatenate(([0.0], np.full(groups, _OFFSET_PENALTY), np.full(count, _PENALTY)))
    step = 4.0 / (np.linalg.norm(shown, 2) ** 2 / len(values) + 4 * _OFFSET_PENALTY)
    found, ahead, pace = np.zeros(shown.shape[1]), np.zeros(shown.shape[1]), 1.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(shown @ ahead, -30, 30)))
        new = ahead - step * (shown.T @ (share * (chance - target)) / len(values) + penalty * ahead)
        new[1 + groups :] = np.maximum(new[1 + groups :], 0.0)
        if np.abs(new - found).max() < _SETTLED:
            break
        next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + (pace - 1) / next_pace * (new - found)
        found, pace = new, next_pace
    weights = found[1 + groups :] / spread
    return float(found[0] - weights @ values.mean(axis=0)), found[1 : 1 + groups], weights


def to_toml(models: Mapping[str, KindModel], made_from: str) -> str:
    """The models as `calibration.toml`."""
    lines = ["# Made by `python -m ocr.calibrate`; see ocr/calibration.py.", f'made_from = "{made_from}"']
    for kind, model in models.items():
        lines += ["", f"[kind.{kind}]", f"bias = {model.bias}"]
        lines += [f"fields = {model.fields}", f"wrong = {model.wrong}"]
        lines += ["", f"[kind.{kind}.weights]"]
        lines += [f"{name} = {weight}" for name, weight in sorted(model.weights.items())]
        lines += ["", f"[kind.{kind}.accept]"]
        lines += [f"{promise} = {chance:.4f}" for promise, chance in sorted(model.accept.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--from", dest="made_from", default="")
    given = parser.parse_args()
    rows = [json.loads(line) for file in given.files for line in file.read_text("utf-8").splitlines()]
    models = calibrated(rows)
    given.out.write_text(to_toml(models, given.made_from), encoding="utf-8")


if __name__ == "__main__":
    main()
