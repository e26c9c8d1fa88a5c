"""Our own checks of GIF application data: order and presence of items, dates, kana, code lists.

The public schema checks order and dates only, never code values (record-layouts §11: sex code 7 passes it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from forms.errors import KakazuError
from forms.values.kana import is_katakana

GIF = "http://xxx/xxx/gif/xxx"
LISTS = "http://xxx/xxx/gif/codelist/xxx"
SHEETS = "urn:kakazu:application:1"

SEX = {"unknown": "0", "male": "1", "female": "2"}
CODES = {
    "sex": {"0": "不明", "1": "男性", "2": "女性", "9": "適用不能"},
    "categoryOfOrganization": {"101": "国の機関", "201": "地方公共団体"},
}
_PERSON_NAMES = ("familyName", "givenName", "familyNameKana", "givenNameKana")
# The order of each model's items; those of `_REQUIRED` must be there (record-layouts §11.1 and §11.2).
_ORDER = {
    "A票": ("宛先", "申請日", "連絡先", "申請者"),
    "B票": ("名称", "内容", "更新年月日"),
    "LegalEntity": ("tradeName", "tradeNameKana", "categoryOfOrganization", "contactPointInformation"),
    "Person_MP02": (*_PERSON_NAMES, "fullName", "fullNameKana"),
    "Person_MP03": (*_PERSON_NAMES, "fullName", "fullNameKana", "sex", "dateOfBirth", "address_MP06"),
    "address_MP06": (
        "prefecture", "cityAndCounty", "streetAddress", "cityBlock", "buildingNameEtc", "fullAddress",
        "postalCode",
    ),
}  # fmt: skip
_REQUIRED = {
    **{name: _ORDER[name] for name in ("A票", "LegalEntity")},
    "B票": ("名称", "内容"),
    "Person_MP02": _PERSON_NAMES,
    "Person_MP03": (*_PERSON_NAMES, "sex", "dateOfBirth", "address_MP06"),
    "address_MP06": _ORDER["address_MP06"][:6],
    "申請者": (),
}
_DATES = ("申請日", "更新年月日", "dateOfBirth")
_TELEPHONE = re.compile(r"\(?\d{2,5}\)?-?\d{1,4}-\d{3,4}|\d{2,4}-\d{2,4}-\d{4}")


class InvalidRecord(KakazuError):
    """Application data breaks the rules of its model."""

    code = "invalid-record"


def faults_of(root: etree._Element) -> tuple[str, ...]:
    """Every rule the application data breaks, in Japanese; empty when it keeps them all."""
    return tuple(_faults(root))


def _faults(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        children = [etree.QName(child).localname for child in element]
        if name in _ORDER:
            yield from _model_faults(name, children)
        yield from _value_faults(name, element, children)


def _model_faults(name: str, children: list[str]) -> Iterator[str]:
    order = _ORDER[name]
    for missing in (item for item in _REQUIRED[name] if item not in children):
        yield f"{name}に{missing}がありません"
    for strange in (child for child in children if child not in order):
        yield f"{name}に{strange}は置けません"
    known = [order.index(child) for child in children if child in order]
    if known != sorted(known):
        yield f"{name}の項目の順序が違います"


def _value_faults(name: str, element: etree._Element, children: list[str]) -> Iterator[str]:
    text = element.text or ""
    if name in _DATES and not _is_date(text):
        yield f"{name}「{text}」はYYYY-MM-DDの日付ではありません"
    if name.endswith("Kana") and text and not is_katakana(text):
        yield f"{name}「{text}」は全角カタカナではありません"
    if name == "contactPointPhoneNumber" and not _TELEPHONE.fullmatch(text):
        yield f"電話番号「{text}」の書き方が違います"
    if name == "postalCode" and not re.fullmatch(r"\d{7}", text):
        yield f"郵便番号「{text}」は7けたの数字ではありません"
    if name == "申請者" and not children:
        yield "申請者がありません"
    if name in CODES:
        code, value = (element.findtext(f"{{{LISTS}}}{part}") or "" for part in ("code", "value"))
        if CODES[name].get(code) != value:
            yield f"{name}のコード「{code} {value}」は一覧にありません"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
