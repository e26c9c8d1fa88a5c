"""Probabilities that mean what they say: fitting, thresholds, bounds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ocr.calibrate import FEWEST, calibrated, to_toml
from ocr.calibration import (
    BARRED,
    BLANK,
    NEVER,
    PROMISES,
    KindModel,
    Promise,
    calibration,
    chance_of,
    most_wrong,
)

Row = dict[str, object]


def made(kind: str, count: int, seed: int, *, steep: float = 1.5) -> list[Row]:
    """Fields whose odds of being right grow with `margin` and have nothing to do with `noise`."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        margin, noise = float(rng.uniform(-2, 10)), float(rng.uniform(0, 1))
        right = bool(rng.random() < 1 / (1 + np.exp(-steep * margin)))
        evidence = {"margin": margin, "noise": noise}
        rows.append({"kind": kind, "evidence": evidence, "right": right, "style": "hand"})
    return rows


def test_a_model_finds_back_what_made_the_fields() -> None:
    model = calibrated(made("name", 4000, 1))["name"]
    assert model.weights["margin"] == pytest.approx(1.5, abs=0.25)
    assert model.weights.get("noise", 0.0) < 0.5
    unseen = made("name", 4000, 2)
    chances = np.array([model.chance(row["evidence"]) for row in unseen])  # type: ignore[arg-type]
    right = np.array([bool(row["right"]) for row in unseen])
    for low, high in ((0.5, 0.8), (0.8, 0.95), (0.95, 1.0)):
        within = (chances >= low) & (chances < high)
        assert right[within].mean() == pytest.approx(chances[within].mean(), abs=0.05)


def test_thresholds_keep_their_promise_on_fields_never_seen() -> None:
    model = calibrated(made("name", 6000, 3))["name"]
    unseen = made("name", 6000, 4)
    for promise in (50, 100):
        taken = [row for row in unseen if model.chance(row["evidence"]) >= model.accept[promise]]  # type: ignore[arg-type]
        wrong = sum(not row["right"] for row in taken)
        assert len(taken) > 0.3 * len(unseen)
        assert wrong <= 2 * promise / 10_000 * len(taken)
    ordered = [model.accept[promise] for promise in sorted(model.accept)]
    assert ordered == sorted(ordered, reverse=True)


def test_no_weight_is_negative_even_where_the_sample_would_have_it_so() -> None:
    rows = made("name", 1000, 5)
    for row in rows:
        evidence = row["evidence"]
        assert isinstance(evidence, dict)
        evidence["against"] = float(not row["right"])
    assert "against" not in calibrated(rows)["name"].weights


def test_few_fields_promise_little_however_right_they_were() -> None:
    rows = [{"kind": "date", "evidence": {"margin": 12.0}, "right": True} for _ in range(200)]
    model = calibrated(rows)["date"]
    assert 10 not in model.accept
    assert Promise(10).from_chance("date", model) == NEVER
    assert 100 in model.accept


def test_barred_fields_teach_nothing_and_rare_kinds_go_with_their_like() -> None:
    rows = made("name", 300, 6)
    barred = [{**row, "right": False, "evidence": {"margin": 9.0, BARRED: 1.0}} for row in rows]
    rare = [{**row, "kind": "account"} for row in rows[: FEWEST - 1]]
    blank = [{"kind": "name", "evidence": {BLANK: 1.0}, "right": True}] * 100
    models = calibrated([*rows, *barred, *rare, *blank])
    assert models["name"].fields == 300
    assert set(models) == {"name", "other", BLANK}
    assert models["other"].fields == FEWEST - 1
    assert models["other"].bias == models["name"].bias
    assert models[BLANK].weights == {}


def test_the_command_writes_what_the_suite_reads(tmp_path: Path) -> None:
    measured, out = tmp_path / "measured.jsonl", tmp_path / "calibration.toml"
    lines = [json.dumps(row) for row in made("name", 500, 7)]
    measured.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "ocr.calibrate", str(measured), "--out", str(out), "--from", "a test"]
    subprocess.run(command, check=True, timeout=120)
    found = calibration(out)
    assert found.of("name").weights["margin"] > 1.0
    assert found.of("never-measured") == found.kinds["other"]
    assert 'made_from = "a test"' in out.read_text(encoding="utf-8")


def test_a_rare_group_leans_on_the_others() -> None:
    often, seldom = made("name", 3000, 8), made("address", 80, 9)
    models = calibrated([*often, *seldom])
    assert models["address"].weights == models["name"].weights
    assert models["address"].bias == pytest.approx(models["name"].bias, abs=0.8)


def test_what_is_written_is_what_was_fitted() -> None:
    model = KindModel(-1.5, {"first": 0.25}, {10: 0.9991}, 100, 2)
    assert "[kind.name.accept]\n10 = 0.9991" in to_toml({"name": model}, "nowhere")
    assert model.chance({"first": 6.0}) == pytest.approx(0.5)
    assert model.chance({}) < 0.2


def test_the_calibration_of_the_suite_holds_every_kind_of_field() -> None:
    found = calibration()
    assert {"name", "address", "date", "text", "mark", "digits", "other", BLANK} <= set(found.kinds)
    for name, model in found.kinds.items():
        assert all(weight > 0 for weight in model.weights.values()), name
        assert set(model.accept) <= set(PROMISES)
    assert chance_of("name", {BLANK: 1.0}) == found.of(BLANK).chance({})


def test_thresholds_of_the_city_stand_in_for_those_of_the_suite() -> None:
    model = KindModel(0.0, {}, {10: 0.99}, 1, 0)
    assert Promise(10, {"name": 0.95}).from_chance("name", model) == 0.95
    assert Promise(10, {"name": 0.95}).from_chance("date", model) == 0.99
    assert Promise(1).from_chance("date", model) == NEVER


@pytest.mark.parametrize(
    ("wrong", "fields", "bound"), [(0, 3000, 0.000998), (0, 265, 0.01124), (5, 1000, 0.01048), (3, 3, 1.0)]
)
def test_what_was_found_still_allows_so_many_wrong(wrong: int, fields: int, bound: float) -> None:
    assert most_wrong(wrong, fields) == pytest.approx(bound, rel=0.01)
    assert most_wrong(0, 0) == 1.0
