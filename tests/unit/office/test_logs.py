"""Logs: JSON lines in which nothing personal can stand."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from office.logs import ALLOWED, set_up_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs(stream=stream)
    yield stream
    root.handlers, root.level = handlers, level


def test_arguments_and_unknown_extras_stay_out(stream: io.StringIO) -> None:
    extra = {"run": "01K0", "applicant": "見本太郎", "count": 3}
    logging.getLogger("office.test").info("application of %s", "見本太郎", extra=extra)
    line = json.loads(stream.getvalue())
    assert "見本" not in stream.getvalue()
    assert line["message"] == "application of %s"
    assert (line["run"], line["count"], line["level"]) == ("01K0", 3, "info")
    assert set(line) == {"at", "level", "logger", "message", "run", "count"}


def test_an_error_is_told_without_its_message(stream: io.StringIO) -> None:
    try:
        int("123456789018x")
    except ValueError:
        logging.getLogger("office.test").exception("failed")
    assert "123456789018" not in stream.getvalue()
    error = json.loads(stream.getvalue())["error"]
    assert error["type"] == "ValueError"
    assert error["at"][0].endswith("test_an_error_is_told_without_its_message")


def test_allowed_extras_are_no_attribute_of_every_record() -> None:
    assert not ALLOWED & set(logging.makeLogRecord({}).__dict__)
