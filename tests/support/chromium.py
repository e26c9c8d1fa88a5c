"""The system's Chromium as tests start it: headless, no outside connections, tablet size with touch."""

from __future__ import annotations

import shutil
from typing import Any

# The build without windows first: the same pages in two thirds of the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
EXECUTABLE = next((path for name in _NAMES if (path := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TABLET: dict[str, Any] = {"viewport": {"width": 1180, "height": 820}, "has_touch": True}
PORTRAIT: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
