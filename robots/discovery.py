"""Finds the robots: every module of `robots.catalogue` is one."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from robots import catalogue as shipped
from robots.errors import UnknownRobot
from robots.robot import Robot, faults


@functools.cache
def catalogue() -> tuple[Robot, ...]:
    """The robots by key. Raises ValueError naming every fault of their modules."""
    names = sorted(found.name for found in pkgutil.iter_modules(shipped.__path__))
    modules = [importlib.import_module(f"{shipped.__name__}.{name}") for name in names]
    wrong = [fault for module in modules for fault in faults(module)]
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(module.ROBOT for module in modules)


def robot(key: str) -> Robot:
    """The robot of that key; raises `UnknownRobot`."""
    for found in catalogue():
        if found.key == key:
            return found
    keys = "、".join(found.key for found in catalogue())
    raise UnknownRobot(f"「{key}」というロボットはありません（あるのは {keys}）。名前を確かめてください。")
