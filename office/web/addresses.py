"""Addresses told by a browser: only our own are followed."""

from __future__ import annotations

import re


def own_address(wanted: str) -> str | None:
    """The address when it is one of ours, else None."""
    # Browsers read a backslash as a slash and drop control characters; both can lead off the site.
    return wanted if re.fullmatch(r"/(?!/)[^\\\x00-\x20\x7f]*", wanted) else None
