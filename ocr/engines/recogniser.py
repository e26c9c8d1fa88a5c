"""A PP-OCR line recogniser through onnxruntime: images to CTC slices within a charset.

Only the recogniser is used, never the detector of these packages: on a narrow crop it costs seconds
(ocr.md §1). Input of the network: N × 3 × 48 × W, values -1 to 1; output N × W/8 × alphabet, the blank first.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ocr.charsets import Charset
from ocr.ctc import Floats, Slices, best_path
from ocr.engine import Grey, Reading
from ocr.errors import MissingEngine

HEIGHT = 48
_NARROWEST, _WIDEST = 48, 1600
_STEP = 32
_SLICES_AT_ONCE = 1600
_WORTH_KEEPING = 1e-5


class Recogniser:
    """One network and its alphabet. Loaded at first use, kept for the life of the process."""

    def __init__(self, key: str, package: str, file: str) -> None:
        self._key = key
        self._package = package
        self._file = file

    @property
    def key(self) -> str:
        """The engine's name."""
        return self._key

    def read(self, images: Sequence[Grey], charsets: Sequence[Charset]) -> list[Reading]:
        """Read lines in batches of like width. Raises `MissingEngine` when the model is not installed."""
        scaled = [_scaled(image) for image in images]
        readings: list[Reading | None] = [None] * len(images)
        for places in _batches([image.shape[1] for image in scaled]):
            outputs = self._run([scaled[place] for place in places])
            for place, output in zip(places, outputs, strict=True):
                readings[place] = self._reading(output, charsets[place])
        return [reading for reading in readings if reading is not None]

    def _run(self, images: Sequence[Grey]) -> Floats:
        width = max(image.shape[1] for image in images)
        batch = np.ones((len(images), 1, HEIGHT, -(-width // _STEP) * _STEP), dtype=np.float32)
        for row, image in zip(batch, images, strict=True):
            row[0, :, : image.shape[1]] = image.astype(np.float32) / 127.5 - 1.0
        session, _ = _load(self._package, self._file)
        output: Floats = session.run(None, {"x": np.repeat(batch, 3, axis=1)})[0]
        return output

    def _reading(self, output: Floats, charset: Charset) -> Reading:
        _, alphabet = _load(self._package, self._file)
        slices = confine(output, alphabet, charset)
        text, chances, _ = best_path(slices)
        return Reading(text, min(chances, default=1.0), slices)


def confine(output: Floats, alphabet: str, charset: Charset) -> Slices:
    """Reduce T × (1 + alphabet) probabilities to a charset: merge same-stroke classes, mask the rest."""
    columns, starts, symbols = _projection(alphabet, charset)
    merged = np.add.reduceat(output[:, columns], starts, axis=1)
    kept = merged.max(axis=0) > _WORTH_KEEPING
    chances = np.concatenate((output[:, :1], merged[:, kept]), axis=1)
    chances /= np.maximum(chances.sum(axis=1, keepdims=True), 1e-12)
    return Slices("".join(np.array(list(symbols))[kept]), chances)


@functools.lru_cache(maxsize=64)
def _projection(alphabet: str, charset: Charset) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Columns of the output in the order of the symbols they mean, the start of each symbol, the symbols."""
    columns: dict[str, list[int]] = {}
    for column, character in enumerate(alphabet, start=1):
        symbol = charset.meaning(character)
        if symbol is not None:
            columns.setdefault(symbol, []).append(column)
    lengths = [len(found) for found in columns.values()]
    order = np.array([column for found in columns.values() for column in found])
    return order, np.cumsum([0, *lengths[:-1]]), "".join(columns)


@functools.cache
def _load(package: str, file: str) -> tuple[onnxruntime.InferenceSession, str]:
    """The network and its alphabet (kept in the model's own metadata, one entry a column; a space last)."""
    path = _model_path(package, file)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.log_severity_level = 3
    # Its arena grows with every new width of a line and gives nothing back; without it reading is as quick.
    options.enable_cpu_mem_arena = False
    # Waiting threads sleep: the machine is shared with the web pages and the robots.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    entries = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    # Ten entries of PP-OCRv5 are emoji of several code points; no field of ours holds them.
    return session, "".join(entry if len(entry) == 1 else "\ufffd" for entry in entries) + " "


def _model_path(package: str, file: str) -> Path:
    found = find_spec(package)
    path = Path(found.origin).parent / file if found and found.origin else None
    if path is None or not path.is_file():
        raise MissingEngine(
            f"文字を読むための部品「{package}」が見つかりません。./kakazu up でもう一度準備してください。"
        )
    return path


def _scaled(image: Grey) -> Grey:
    """The image at the height the network wants, its width within what the network can hold."""
    height, width = image.shape
    wanted = min(max(round(width * HEIGHT / height), 8), _WIDEST)
    mode = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(image, (wanted, HEIGHT), interpolation=mode)
    if wanted < _NARROWEST:
        scaled = cv2.copyMakeBorder(scaled, 0, 0, 0, _NARROWEST - wanted, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(scaled, dtype=np.uint8)


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Places grouped by width (rounded up to a step), each group small enough for the memory of two cores."""
    groups: dict[int, list[int]] = {}
    for place, width in enumerate(widths):
        groups.setdefault(-(-width // _STEP) * _STEP, []).append(place)
    batches = []
    for width, places in sorted(groups.items()):
        at_once = max(1, _SLICES_AT_ONCE * 8 // width)
        batches += [places[start : start + at_once] for start in range(0, len(places), at_once)]
    return batches
