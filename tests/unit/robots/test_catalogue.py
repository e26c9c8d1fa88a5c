"""Every robot says what it takes over and when it stops; the words of the console cover every state."""

from __future__ import annotations

import types

import pytest

from office.jobs.models import ItemState, RunState, StepState
from robots.console.words import COUNTS, ITEM_STATES, STATES, STEP_STATES
from robots.discovery import catalogue, robot
from robots.errors import UnknownRobot
from robots.robot import SENTENCES, Robot, faults, sentence


def module(name: str, text: str, **values: object) -> types.ModuleType:
    made = types.ModuleType(f"robots.catalogue.{name}", text)
    made.__dict__.update(values)
    return made


def test_the_catalogue_holds_both_robots() -> None:
    assert [one.key for one in catalogue()] == [
        "file_move_ins",
        "file_papers",
        "pay_child_allowance",
        "pay_lists",
        "post_lists",
        "read_lists",
        "read_paper",
    ]


@pytest.mark.parametrize("key", [one.key for one in catalogue()])
@pytest.mark.parametrize("label", SENTENCES)
def test_every_robot_tells_its_successor_everything(key: str, label: str) -> None:
    found = __import__(f"robots.catalogue.{key}", fromlist=["ROBOT"])
    assert len(sentence(found.__doc__ or "", label)) > 60
    assert faults(found) == []


def test_a_robot_that_keeps_silent_is_refused() -> None:
    whole = catalogue()[0]
    text = "\n".join(f"{label} {'x' * 40}" for label in SENTENCES)
    assert faults(module("file_move_ins", text, ROBOT=whole)) == []
    assert faults(module("other", text, ROBOT=whole)) == ["other: its key is file_move_ins"]
    assert faults(module("file_move_ins", text)) == ["file_move_ins: has no ROBOT"]
    for label in SENTENCES:
        silent = text.replace(f"{label} {'x' * 40}", label)
        assert faults(module("file_move_ins", silent, ROBOT=whole)) == [
            f"file_move_ins: its docstring says nothing after {label!r}"
        ]
    mute = Robot("file_move_ins", "無言", whole.steps)
    assert faults(module("file_move_ins", text, ROBOT=mute)) == ["file_move_ins: says no duty in Japanese"]


def test_an_unknown_robot_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownRobot, match="「x」というロボットはありません（あるのは file_move_ins"):
        robot("x")


def test_every_state_has_its_word() -> None:
    assert set(STATES) == set(RunState)
    assert set(ITEM_STATES) == set(ItemState)
    assert set(STEP_STATES) == set(StepState)
    assert set(ITEM_STATES) <= set(COUNTS)
