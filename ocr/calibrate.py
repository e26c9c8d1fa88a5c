"""Makes `calibration.toml` from measured pages: `python -m ocr.calibrate MEASURED.jsonl… [--out FILE]`.

Each line of the files is a field: its kind, features (`evidence`) and whether it was read right. Per kind a
logistic model is fitted whose weights cannot be negative. To every kind one field is added that was wrong in
spite of the best features: nothing measured on n fields may promise better than one wrong in n.
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

from ocr.calibration import BARRED, BLANK, FILE, PROMISES, KindModel

Floats = NDArray[np.float64]
Row = Mapping[str, Any]

FEWEST = 60
"""A kind with fewer measured fields is judged by the model of all kinds together."""

_STEPS = 3000
_PENALTY = 0.02
_DECIMALS = 3


def calibrated(rows: Iterable[Row]) -> dict[str, KindModel]:
    """The models by kind, `blank` of empty places, and `other` over all kinds."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        evidence = row.get("evidence", {})
        if BLANK in evidence:
            kinds[BLANK].append({**row, "evidence": {}})
        elif evidence and BARRED not in evidence:
            kinds["other"].append(row)
            kinds[row["kind"]].append(row)
    return {kind: fitted(found) for kind, found in sorted(kinds.items()) if len(found) >= FEWEST}


def fitted(rows: Sequence[Row]) -> KindModel:
    """The model of one kind's rows, with the thresholds of every promise they can keep."""
    names = sorted({name for row in rows for name in row["evidence"]})
    values = np.array([[row["evidence"].get(name, 0.0) for name in names] for row in rows])
    right = np.array([bool(row["right"]) for row in rows])
    told = [place for place in range(len(names)) if np.ptp(values[:, place]) > 0]
    bias, weights = _logistic(*_with_one_wrong(values[:, told], right))
    kept = {names[place]: round(float(w), _DECIMALS) for place, w in zip(told, weights, strict=True)}
    model = KindModel(
        round(bias, _DECIMALS),
        {name: weight for name, weight in kept.items() if weight > 0},
        {},
        len(rows),
        int((~right).sum()),
    )
    chances = np.array([model.chance(row["evidence"]) for row in rows])
    accept = thresholds(chances, right, np.array([row.get("style", "") for row in rows]))
    return KindModel(model.bias, model.weights, accept, model.fields, model.wrong)


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


def _with_one_wrong(values: Floats, right: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """One more field, as good as the best tenth in every feature, and wrong."""
    best = np.quantile(values, 0.9, axis=0) if values.size else np.zeros(values.shape[1])
    return np.vstack((values, best)), np.append(right, False)


def _logistic(values: Floats, right: NDArray[np.bool_]) -> tuple[float, Floats]:
    """Bias and non-negative weights by accelerated projected gradient steps; small weights are preferred."""
    spread = np.maximum(values.std(axis=0), 1e-6)
    scaled = np.hstack((np.ones((len(values), 1)), (values - values.mean(axis=0)) / spread))
    target = right.astype(np.float64)
    step = 4.0 / (np.linalg.norm(scaled, 2) ** 2 / len(values) + 4 * _PENALTY / 100)
    found, ahead, pace = np.zeros(scaled.shape[1]), np.zeros(scaled.shape[1]), 1.0
    penalty = np.full(scaled.shape[1], _PENALTY / 100)
    penalty[0] = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ ahead, -30, 30)))
        new = ahead - step * (scaled.T @ (chance - target) / len(values) + penalty * ahead)
        new[1:] = np.maximum(new[1:], 0.0)
        next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + (pace - 1) / next_pace * (new - found)
        found, pace = new, next_pace
    weights = found[1:] / spread
    return float(found[0] - weights @ values.mean(axis=0)), weights


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
