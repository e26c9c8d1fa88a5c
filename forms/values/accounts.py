"""Bank accounts into which the city pays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.errors import InvalidValue
from forms.values.kana import to_katakana
from forms.values.shapes import strings
from forms.values.widths import narrow, narrow_number

KINDS = {"ordinary": "普通", "current": "当座", "savings": "貯蓄"}
"""Kinds of account taken on forms and their names."""

ZENGIN_KINDS = {"ordinary": "1", "current": "2", "savings": "4"}
"""預金種目 of the kinds (record-layouts §1)."""

_HOLDER = re.compile(r"[ァ-ヺー・A-Z0-9 ().-]+")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Bank code (4), branch code (3), kind of `KINDS`, number (7, padded), holder's name in katakana.

    The holder may hold the symbols banks use, e.g. カ)ミホン. Raises `InvalidValue`.
    """

    bank_code: str
    branch_code: str
    kind: str
    number: str
    holder_kana: str
    bank_name: str = ""
    branch_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bank_code", _digits(self.bank_code, 4, "金融機関コード"))
        object.__setattr__(self, "branch_code", _digits(self.branch_code, 3, "支店コード"))
        if self.kind not in KINDS:
            raise InvalidValue("預金の種類は、普通・当座・貯蓄から選んでください。")
        object.__setattr__(self, "number", _account_number(self.number))
        object.__setattr__(self, "holder_kana", _holder(self.holder_kana))

    @property
    def full(self) -> str:
        """The account in one line, for people."""
        return self.line(KINDS[self.kind])

    def line(self, kind: str) -> str:
        """The account in one line, its kind called `kind`."""
        bank = self.bank_name or self.bank_code
        branch = self.branch_name or self.branch_code
        return f"{bank} {branch} {kind} {self.number} {self.holder_kana}"

    def to_json(self) -> dict[str, str]:
        """All members; the two names only when known."""
        data = {
            "bank_code": self.bank_code,
            "branch_code": self.branch_code,
            "kind": self.kind,
            "number": self.number,
            "holder_kana": self.holder_kana,
        }
        names = {"bank_name": self.bank_name, "branch_name": self.branch_name}
        return data | {key: name for key, name in names.items() if name}

    @classmethod
    def from_json(cls, data: object) -> BankAccount:
        """The reverse of `to_json`. Raises `InvalidValue`."""
        required = ("bank_code", "branch_code", "kind", "number", "holder_kana")
        return cls(**strings(data, "口座", required, ("bank_name", "branch_name")))


def from_yucho(symbol: str, number: str) -> tuple[str, str, str, str]:
    """Bank code, branch code, kind and number of a ゆうちょ 記号番号 (5 digits, up to 8 digits).

    The rule is not read from its source (record-layouts §8, unverified): show the result for
    confirmation against the passbook. Raises `InvalidValue`.
    """
    sign = _digits(symbol, 5, "ゆうちょの記号")
    digits = re.sub(r"[\s-]", "", narrow_number(number))
    if not re.fullmatch(r"[0-9]{1,8}", digits):
        raise InvalidValue("ゆうちょの番号は8桁までの数字です。通帳を見て入力し直してください。")
    if sign[0] == "1":
        if not digits.endswith("1") or len(digits) < 2:
            raise InvalidValue("ゆうちょの通帳の番号は1で終わります。通帳を見て入力し直してください。")
        return "9900", f"{sign[1:3]}8", "ordinary", digits[:-1].zfill(7)
    if sign[0] == "0" and len(digits) <= 7:
        return "9900", f"{sign[1:3]}9", "current", digits.zfill(7)
    raise InvalidValue("ゆうちょの記号は1か0で始まります。通帳を見て入力し直してください。")


def _digits(text: str, length: int, what: str) -> str:
    digits = re.sub(r"[\s-]", "", narrow_number(text))
    if not re.fullmatch(rf"[0-9]{{{length}}}", digits):
        raise InvalidValue(f"{what}は{length}桁の数字です。通帳を見て入力し直してください。")
    return digits


def _account_number(text: str) -> str:
    """Seven digits; shorter numbers are padded with zeros on the left as banks do."""
    digits = re.sub(r"[\s-]", "", narrow_number(text))
    if not re.fullmatch(r"[0-9]{1,7}", digits):
        raise InvalidValue("口座番号は7桁までの数字です。通帳を見て入力し直してください。")
    return digits.zfill(7)


def _holder(text: str) -> str:
    holder = to_katakana(" ".join(narrow(text).split())).upper()
    if not holder:
        raise InvalidValue("口座名義をカタカナで入力してください。")
    wrong = next((character for character in holder if not _HOLDER.fullmatch(character)), None)
    if wrong is not None:
        raise InvalidValue(f"口座名義に「{wrong}」は使えません。通帳のとおりカタカナで入力してください。")
    return holder
