"""Forms of any procedure filled in, scanned or photographed, from a seed, with their answer keys."""

from samples.filled.pages import FilledPage, Style, filled_pages
from samples.filled.sheets import blank

__all__ = ["FilledPage", "Style", "blank", "filled_pages"]
