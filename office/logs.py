"""Logs: one JSON object per line on stderr, without personal data.

A line holds the message's fixed text, never its arguments, and of the extra values only those in
`ALLOWED`; everything else could carry a name, a number or a form's content.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

ALLOWED = frozenset(
    {
        "actor", "application", "attempt", "case", "code", "count", "counts", "endpoint", "event", "job",
        "kind", "method", "milliseconds", "nominal_on", "pid", "port", "robot", "run", "seq", "size",
        "state", "status", "step", "worker",
    }
)  # fmt: skip


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON: time, level, logger, the message's fixed text, allowed extras."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg),
        }
        line |= {key: record.__dict__[key] for key in sorted(ALLOWED) if key in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send every log of the process through `JsonLines`, to stderr unless `stream` is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # They tell every start and every request at length; their warnings are enough.
    for talkative in ("alembic", "waitress", "apscheduler", "weasyprint", "fontTools", "pyhanko"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _where(error: BaseException | None) -> dict[str, object]:
    """Which error and where, without its message: messages quote what was entered."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return {
        "type": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames],
    }
