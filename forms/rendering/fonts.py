"""The fonts documents are set in, and whether they really have every letter (cmap, formats 4/12 and 14).

A variation sequence (IVS) a font lacks prints its base glyph without a warning and vanishes from the
extracted text (trust.md §1.3, trap 9), so every text is checked before it is printed.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont

from forms.rendering.errors import MissingFont, MissingGlyph

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


@dataclass(frozen=True, slots=True)
class Face:
    """One font: its CSS class and family, its file (and place in a collection), its Debian package."""

    key: str
    family: str
    file: str
    package: str
    number: int = -1


UD = Face("ud", "BIZ UDGothic", "BIZUDGothic-Regular.ttf", "fonts-morisawa-bizud-gothic")
UDP = Face("udp", "BIZ UDPGothic", "BIZUDPGothic-Regular.ttf", "fonts-morisawa-bizud-gothic")
MJ = Face("mj", "IPAmjMincho", "ipamjm.ttf", "fonts-ipamj-mincho")
KR = Face("kr", "Noto Sans CJK KR", "NotoSansCJK-Regular.ttc", "fonts-noto-cjk", 1)
SC = Face("sc", "Noto Sans CJK SC", "NotoSansCJK-Regular.ttc", "fonts-noto-cjk", 2)
LATIN = Face("latin", "Noto Sans", "NotoSans-Regular.ttf", "fonts-noto-core")
DEVANAGARI = Face("deva", "Noto Sans Devanagari", "NotoSansDevanagari-Regular.ttf", "fonts-noto-core")
FACES = {face.key: face for face in (UD, UDP, MJ, KR, SC, LATIN, DEVANAGARI)}

# Where a face lacks a letter: IPAmj Mincho has the rare kanji, Noto Sans the Latin letters of many languages.
_SECOND = (UDP, MJ, LATIN)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text set in one face."""

    face: Face
    text: str


@dataclass(frozen=True, slots=True)
class _Coverage:
    points: frozenset[int]
    sequences: frozenset[tuple[int, int]]

    def has(self, cluster: str) -> bool:
        if len(cluster) == 2 and _is_selector(cluster[1]):
            return (ord(cluster[0]), ord(cluster[1])) in self.sequences
        return all(ord(character) in self.points for character in cluster)


def runs_of(text: str, first: Face = UD) -> tuple[Run, ...]:
    """Split `text` into runs that have all their glyphs.

    A text with any letter `first` lacks is set in another face as a whole, so that a name keeps one face;
    only where none has all letters, letter by letter. Raises `MissingGlyph` naming every letter or
    sequence that none has.
    """
    letters = list(_clusters(text))
    for face in (first, *_SECOND):
        if all(_coverage(face).has(letter) for letter in letters):
            return (Run(face, text),) if text else ()
    missing = missing_in((text,), first)
    if missing:
        raise MissingGlyph(missing)
    faced = ((_face_of(letter, first) or first, letter) for letter in letters)
    return tuple(
        Run(face, "".join(letter for _, letter in group))
        for face, group in groupby(faced, key=lambda pair: pair[0])
    )


def _face_of(letter: str, first: Face) -> Face | None:
    return next((face for face in (first, *_SECOND) if _coverage(face).has(letter)), None)


def missing_in(texts: Iterable[str], first: Face = UD) -> tuple[str, ...]:
    """Every letter or variation sequence of `texts` that no face has, each once, in order."""
    missing: dict[str, None] = {}
    for text in texts:
        for letter in _clusters(text):
            if _face_of(letter, first) is None:
                missing[letter] = None
    return tuple(missing)


def refuse_missing(texts: Iterable[str], first: Face = UD) -> None:
    """Raise `MissingGlyph` naming all letters of all texts that cannot be printed."""
    missing = missing_in(texts, first)
    if missing:
        raise MissingGlyph(missing)


def letters_of(text: str) -> tuple[str, ...]:
    """The letters of a text as a reader counts them: composed kana, a base with its variation selector."""
    return tuple(_clusters(unicodedata.normalize("NFC", text) if _has_voicing(text) else text))


def _has_voicing(text: str) -> bool:
    # Only kana marks are composed: NFC would replace compatibility ideographs such as 﨑's kin (神 U+FA19).
    return "\u3099" in text or "\u309a" in text


def _clusters(text: str) -> Iterator[str]:
    for index, character in enumerate(text):
        if _is_selector(character) and index:
            continue
        follower = text[index + 1 : index + 2]
        if character not in "\n":
            yield character + follower if follower and _is_selector(follower) else character


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@functools.cache
def _coverage(face: Face) -> _Coverage:
    with TTFont(file_of(face), lazy=True, fontNumber=face.number) as font:
        tables = font["cmap"].tables
        points = frozenset(font.getBestCmap())
        sequences = frozenset(
            (base, selector)
            for table in tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for base, _ in entries
        )
    return _Coverage(points, sequences)


@functools.cache
def file_of(face: Face) -> Path:
    """Where the font lies on this machine. Raises `MissingFont`."""
    for folder in _FOLDERS:
        found = sorted(folder.rglob(face.file)) if folder.is_dir() else []
        if found:
            return found[0]
    raise MissingFont(face.file, face.package)
