"""Numbers with a check digit: 個人番号, 法人番号, 団体コード, 住民票コード, 保険者番号, 医療機関コード
(record-layouts §9). A number is only ever accepted when its arithmetic holds; who holds it is unknown here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from forms.errors import InvalidValue
from forms.values.widths import narrow_number


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """What was found: `digits` as read, and `expected`, the check digit the formula gives.

    `expected` is None when the number has a wrong length. `advisory` is true where no law states the
    formula: a wrong digit is then a warning and no reason to reject (record-layouts §9.2).
    """

    kind: str
    digits: str = field(repr=False)
    valid: bool
    expected: str | None = field(repr=False)
    message: str
    advisory: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of number: its name, the lengths it may have, where the check digit stands, its formula."""

    title: str
    lengths: tuple[int, ...]
    formula: Callable[[str], int]
    check_first: bool = False
    advisory: bool = False
    secret: bool = False


def _modulus_11(body: str) -> int:
    """Weights 2..7, 2.. from the right, modulus 11 (平成26年総務省令第85号 5条)."""
    remainder = sum(int(digit) * (n % 6 + 2) for n, digit in enumerate(reversed(body))) % 11
    return 0 if remainder <= 1 else 11 - remainder


def _modulus_9(body: str) -> int:
    """Weights 1, 2, 1, … from the right, modulus 9: never 0."""
    return 9 - sum(int(digit) * (n % 2 + 1) for n, digit in enumerate(reversed(body))) % 9


def _municipality(body: str) -> int:
    """Weights 6..2 from the left, modulus 11, last digit of the difference."""
    return (
        11 - sum(int(digit) * weight for digit, weight in zip(body, range(6, 1, -1), strict=True)) % 11
    ) % 10


def _modulus_10(body: str) -> int:
    """Weights 2, 1, 2, … from the right, digits of products added up, modulus 10."""
    products = (int(digit) * (2 - n % 2) for n, digit in enumerate(reversed(body)))
    return -sum(product // 10 + product % 10 for product in products) % 10


_KINDS = {
    "my-number": _Kind("個人番号（マイナンバー）", (12,), _modulus_11, secret=True),
    "corporate-number": _Kind("法人番号", (13,), _modulus_9, check_first=True),
    "municipality-code": _Kind("全国地方公共団体コード", (6,), _municipality),
    "resident-code": _Kind("住民票コード", (11,), _modulus_11, advisory=True, secret=True),
    "insurer-number": _Kind("保険者番号", (6, 8), _modulus_10),
    "medical-institution": _Kind("医療機関コード", (10,), _modulus_10),
}
KINDS = tuple(_KINDS)
"""The kinds of number that can be checked."""


def check(kind: str, value: str) -> NumberCheck:
    """Check a number of a kind of `KINDS`; full-width digits, spaces and hyphens are taken.

    Raises `InvalidValue` for an unknown kind and for text that is not digits.
    """
    rule = _rule(kind)
    digits = _digits(rule, value, kind)
    if len(digits) not in rule.lengths:
        return NumberCheck(kind, digits, False, None, _wrong_length(kind, rule, digits), rule.advisory)
    body, given = (digits[1:], digits[0]) if rule.check_first else (digits[:-1], digits[-1])
    expected = str(rule.formula(body))
    if given == expected:
        return NumberCheck(
            kind, digits, True, expected, f"{rule.title}の検査数字は正しいです。", rule.advisory
        )
    message = f"{rule.title}の検査数字が合いません。番号を見直して、入力し直してください。"
    if rule.advisory:
        message += "（算式は法令にないため、警告です。）"
    return NumberCheck(kind, digits, False, expected, message, rule.advisory)


def check_digit(kind: str, body: str) -> str:
    """The check digit of a body, the number without its check digit. Raises `InvalidValue`."""
    rule = _rule(kind)
    digits = _digits(rule, body, kind)
    if len(digits) + 1 not in rule.lengths:
        lengths = _either(length - 1 for length in rule.lengths)
        raise InvalidValue(f"{rule.title}の検査数字を除く部分は{lengths}桁です。桁数を直してください。")
    return str(rule.formula(digits))


def complete(kind: str, body: str) -> str:
    """The whole number of a body: the check digit first in a 法人番号, last in all others."""
    digit = check_digit(kind, body)
    digits = _digits(_rule(kind), body, kind)
    return digit + digits if _rule(kind).check_first else digits + digit


def parse_my_number(text: str) -> str:
    """The twelve digits of a 個人番号. Raises `InvalidValue`, whose message never holds the number."""
    found = check("my-number", text)
    if not found.valid:
        raise InvalidValue(found.message)
    return found.digits


def mask(number: str) -> str:
    """A secret number as it may be shown: all but the last four digits are hidden (`********9018`)."""
    return "*" * max(len(number) - 4, 0) + number[-4:] if len(number) > 4 else "*" * len(number)


def is_secret(kind: str) -> bool:
    """Whether a number of the kind may only be shown masked."""
    return _rule(kind).secret


def _rule(kind: str) -> _Kind:
    if kind not in _KINDS:
        raise InvalidValue(
            f"「{kind}」という種類はありません。{'、'.join(KINDS)}のどれかを指定してください。"
        )
    return _KINDS[kind]


def _digits(rule: _Kind, value: str, kind: str) -> str:
    """The digits of a written number; a 登録番号 is T and the 法人番号 (record-layouts §9.3)."""
    digits = re.sub(r"[\s-]", "", narrow_number(value))
    if kind == "corporate-number":
        digits = re.sub(r"^[Tt]", "", digits)
    if not digits:
        raise InvalidValue(f"{rule.title}を入力してください。")
    wrong = re.search(r"[^0-9]", digits)
    if wrong is not None:
        raise InvalidValue(
            f"{rule.title}に数字でない文字「{wrong[0]}」があります。数字だけで入力してください。"
        )
    return digits


def _either(lengths: Iterable[int]) -> str:
    return "または".join(str(length) for length in lengths)


def _wrong_length(kind: str, rule: _Kind, digits: str) -> str:
    """Why the length is wrong; a 団体コード is often written without its check digit (§9.4)."""
    message = f"{rule.title}は{_either(rule.lengths)}桁ですが、{len(digits)}桁あります。"
    if kind == "municipality-code" and len(digits) == 5:
        return f"{message}検査数字を付けると{complete(kind, digits)}です。"
    return f"{message}桁数を確かめて、入力し直してください。"
