"""What the columns of a table hold: by the words of their headings, or as a small TOML file declares them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rapidfuzz.distance import Levenshtein

from ocr.charsets import ANY_DIGIT, KANA, NAME, TELEPHONE, TEXT, Charset
from ocr.errors import OcrError

KINDS = ("serial", "number", "name", "kana", "date", "day", "address", "telephone", "amount", "text")
"""serial: a running number; number: other digits; day: month and day without a year."""

_WORDS = (
    ("kana", r"フリガナ|ふりがな|カナ|かな|読み"),
    ("telephone", r".*(電話|TEL|連絡先|携帯).*"),
    ("day", r"月日"),
    ("date", r".*(年月日|期日|期限|[^曜]日|日付)"),
    ("name", r".*(氏名|名前|名義|世帯主|受取人|宛名|保護者|児童名|対象者|申請者|届出人)"),
    ("address", r".*(住所|所在地|居所|送付先)"),
    ("amount", r".*([額料税]|金|残高|収入|支出|差引|入金|出金|円|単価|代)"),
    ("serial", r"(連番|通番|項番|番号|順番?|行|NO\.?|N0\.?|№|#)"),
    ("number", r".*(番号|コード|CD|口座)"),
)
_USUAL = (
    "電話番号",
    "フリガナ",
    "ふりがな",
    "生年月日",
    "宛名番号",
    "支給額",
    "支払日",
    "受付日",
    "届出日",
    "世帯主",
)
_PLAIN = ("備考", "摘要", "区分", "種別", "続柄", "性別", "相手方", "担当", "内容", "件名")
_DITTO = {"″": "〃", '"': "〃", "”": "〃", "“": "〃", "〟": "〃", "々": "々", "仝": "仝"}


class InvalidColumns(OcrError):
    """A file that declares columns says something that is not possible."""

    code = "ocr-columns-invalid"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `label` as printed, `kind` one of `KINDS`."""

    key: str
    label: str
    kind: str


def kind_of(label: str) -> str:
    """The kind of a column by its heading; `text` where the heading says nothing."""
    plain = re.sub(r"[\s　()（）]", "", unicodedata.normalize("NFKC", label)).upper()
    found = next((kind for kind, words in _WORDS if re.fullmatch(words, plain)), None)
    if found is not None or plain in _PLAIN:
        return found or "text"
    near = [word for word in _USUAL if len(word) > 2 and Levenshtein.distance(word, plain) == 1]
    return kind_of(near[0]) if len(near) == 1 else "text"


def known(label: str) -> bool:
    """Whether a heading is one of the words that say a kind."""
    return kind_of(label) != "text"


def columns_for(labels: Sequence[str], declared: Sequence[Column] = ()) -> tuple[Column, ...]:
    """The columns of a table with these headings. Declared ones go by place if as many."""
    if len(declared) == len(labels):
        return tuple(declared)
    by_label = {_plain(one.label): one for one in declared}
    columns = []
    for place, label in enumerate(labels, start=1):
        found = by_label.get(_plain(label))
        columns.append(found or Column(f"c{place}", label or f"{place}列目", kind_of(label)))
    return tuple(columns)


def _plain(label: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", label))


def load_columns(path: Path) -> tuple[Column, ...]:
    """The columns a TOML file declares: `[[columns]]` with `label`, `kind` and, if wanted, `key`.

    Raises `InvalidColumns`.
    """
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["columns"]
        columns = tuple(
            Column(str(entry.get("key", f"c{place}")), str(entry["label"]), str(entry["kind"]))
            for place, entry in enumerate(entries, start=1)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidColumns(
            f"{path.name}を読めません。[[columns]] ごとに label と kind を書いてください。"
        ) from error
    wrong = next((one.kind for one in columns if one.kind not in KINDS), None)
    if wrong is not None:
        raise InvalidColumns(f"列の種類「{wrong}」はありません。使えるのは {'、'.join(KINDS)} です。")
    return columns


def _charset(base: Charset, key: str, symbols: str, merged: dict[str, str]) -> Charset:
    """A charset with further symbols and the marks that mean the same as above."""
    every = base.symbols | frozenset(symbols + "〃同上仝")
    strokes = {shape: symbol for shape, symbol in base.merged.items() if shape not in every}
    return Charset(key, every, MappingProxyType(strokes | merged | _DITTO))


_COMMAS = dict.fromkeys("，.．、'’‚", ",")
_POINTS = dict.fromkeys("．,，・、", ".")
CHARSETS = {
    "serial": _charset(ANY_DIGIT, "table serial", "", {}),
    "number": _charset(TELEPHONE, "table number", "", {}),
    "telephone": _charset(TELEPHONE, "table telephone", "()", {"（": "(", "）": ")"}),
    "amount": _charset(
        ANY_DIGIT,
        "table amount",
        ",△-¥円",
        _COMMAS | dict.fromkeys("▲Δ∆", "△") | dict.fromkeys("−－‐–—", "-") | {"￥": "¥"},
    ),
    "date": _charset(ANY_DIGIT, "table date", "年月日./-MTSHR明治大正昭和平成令元", _POINTS | {"／": "/"}),
    "day": _charset(ANY_DIGIT, "table day", "月日./-", _POINTS | {"／": "/"}),
    "kana": _charset(KANA, "table kana", "", {}),
    "name": _charset(NAME, "name", "", {}),
    "address": _charset(TEXT, "text", "", {}),
    "text": _charset(TEXT, "text", "/.,:", {}),
}
"""What each kind of column may hold; a ditto mark may stand in all of them."""
