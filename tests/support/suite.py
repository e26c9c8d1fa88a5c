"""The suite as tests use it: an application without a server, and a whole suite on a port of its own."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from office.jobs.engine import JobEngine
from office.platform import Platform, open_platform
from office.settings import load_settings
from office.web.application import create_app
from samples.load import load_sample

KAKAZU = Path(sys.executable).parent / "kakazu"


@functools.cache
def bare_platform() -> Platform:
    """An empty city of this test process, for tests that only look at the application's shape."""
    return open_platform(load_settings(Path(tempfile.mkdtemp(prefix="kakazu-bare-"))))


def bare_app() -> Flask:
    """A fresh application over the empty city; its job engine is never launched."""
    platform = bare_platform()
    return create_app(platform, JobEngine(platform))


def sample_city(data: Path) -> Path:
    """A new data folder at `data` with the sample city, as a first start leaves it: the folder."""
    shutil.copytree(_sample_city(), data)
    return data


@functools.cache
def _sample_city() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kakazu-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    platform = open_platform(load_settings(folder / "data"))
    load_sample(platform)
    platform.engine.dispose()
    return folder / "data"


@contextmanager
def running_suite(data: Path, *, empty: bool = False, **environment: str) -> Iterator[str]:
    """`kakazu up` as its own process over `data`; yields the address of the running suite."""
    log = (data.parent / f"{data.name}.log").open("w")
    process = subprocess.Popen(
        [str(KAKAZU), "--data", str(data), "up", "--port", "0", "--json", *(["--empty"] if empty else [])],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (data.parent / f"{data.name}.log").read_text()[-2000:]
        yield json.loads(line)["address"].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=120)
        log.close()
