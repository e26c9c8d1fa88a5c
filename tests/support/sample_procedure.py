"""A procedure with every kind of field, and a record that fills it: for tests of paper and documents.

Everybody in it is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from forms.answers import Source
from forms.definition import (
    JSON,
    Attachment,
    Basis,
    Deadline,
    Field,
    Labels,
    Option,
    Procedure,
    Section,
)
from forms.filled import FilledForm
from forms.rendering.document import ApplicationDocument, IdentityCheck


def labels(ja: str, en: str = "") -> Labels:
    """A text in Japanese, and in English where given."""
    return Labels("test", (("ja", ja), *((("en", en),) if en else ())))


def field(name: str, kind: str, label: str, en: str = "", **more: Any) -> Field:
    """A field; `options` as (value, label) pairs."""
    options = tuple(Option(value, labels(text)) for value, text in more.pop("options", ()))
    return Field(name, more.pop("fact", name), kind, labels(label, en), options=options, **more)


PERSON = (
    field("name", "name", "氏名", "Name"),
    field("birth_on", "date", "生年月日", "Date of birth"),
    field("sex", "choice", "性別", "Sex", options=(("male", "男"), ("female", "女"))),
    field("relation", "text", "続柄", "Relation", length=5),
    field("my_number", "my_number", "個人番号", "My Number", required=False, sensitive=True),
)
CONSENT = "市が、審査に必要な範囲で、住民基本台帳と税の情報を確認することに同意します。"


def _section(name: str, ja: str, en: str, fields: Sequence[Field]) -> Section:
    return Section(name, labels(ja, en), tuple(fields))


SECTIONS = (
    _section("applicant", "届出人", "Applicant", (
        field("applicant.name", "name", "氏名", "Name"),
        field("applicant.birth_on", "date", "生年月日", "Date of birth"),
        field("applicant.address", "address", "住所", "Address"),
        field("contact.phone", "telephone", "昼間の電話番号", "Telephone"),
    )),
    _section("moving", "異動の内容", "The move", (
        field("moved_on", "date", "異動した日", "Date of the move"),
        field("from_head", "name", "これまでの世帯主", "Former head"),
    )),
    _section("members", "異動する方", "People moving", (
        field("members", "people", "異動する方", "People", fields=PERSON),
    )),
    _section("rest", "そのほか", "Other", (
        field("spouse", "person", "配偶者", fields=PERSON[:2], required=False),
        field("reading", "kana", "旧氏のフリガナ", length=12, required=False),
        field("number", "my_number", "個人番号", sensitive=True),
        field("insurance", "digits", "記号番号", length=8),
        field("kind", "choice", "種別", options=(("all", "世帯全員の写し"), ("part", "世帯の一部の写し"),
            ("removed", "除票の写し"), ("items", "記載事項証明書"))),
        field("show", "choices", "のせる項目", options=(("relation", "世帯主と続柄"),
            ("honseki", "本籍と筆頭者"))),
        field("card", "yes_no", "マイナンバーカード"),
        field("account", "account", "振込先の口座", "Bank account"),
        field("copies", "number", "通数", length=2),
        field("purpose", "text", "使いみち", required=False),
        field("agree", "consent", "公簿の確認", question=labels(CONSENT)),
    )),
    _section("office", "職員の記入", "", (
        field("method", "choice", "確認の方法", asked_of="officer",
            options=(("one", "1点確認"), ("two", "2点確認"))),
    )),
)  # fmt: skip

PROCEDURE = Procedure(
    slug="sample-notice",
    number=99,
    version=1,
    in_force_from=date(2026, 4, 1),
    title=labels("見本届（転入）", "Sample notice"),
    summary=labels("すべての種類の欄がある見本です。"),
    basis=(Basis("住民基本台帳法", "22条", "", True), Basis("みほん市見本条例", "", "", False)),
    deadline=Deadline(14, "moved_on"),
    who_may_apply=labels("本人"),
    attachments=(Attachment("identity", labels("本人確認書類")),),
    fee=None,
    for_each=None,
    sections=SECTIONS,
)

# 葛 with the variation selector E0105 is in IPAmj Mincho only; 𠮷 lies outside the basic plane.
KATSURAGI = {
    "family": "葛\U000e0105城", "given": "𠮷郎", "family_kana": "カツラギ", "given_kana": "ヨシロウ",
}  # fmt: skip
ADDRESS = {
    "postal_code": "1000001", "prefecture": "東京都", "city": "千代田区", "town": "千代田", "block": "1-2-3",
    "building": "見本ハイツ101",
}  # fmt: skip
MY_NUMBER = "123456789018"


def _member(given: str, kana: str, born: str, sex: str, relation: str) -> dict[str, JSON]:
    name: dict[str, JSON] = {**KATSURAGI, "given": given, "given_kana": kana}
    return {"name": name, "birth_on": born, "sex": sex, "relation": relation, "my_number": MY_NUMBER}


RECORD: dict[str, JSON] = {
    "applicant.name": dict(KATSURAGI),
    "applicant.birth_on": "1985-05-01",
    "applicant.address": dict(ADDRESS),
    "contact.phone": "090-1234-5678",
    "moved_on": "2026-04-01",
    "from_head": dict(KATSURAGI),
    "members": [
        _member("𠮷郎", "ヨシロウ", "1985-05-01", "male", "世帯主"),
        _member("花子", "ハナコ", "1987-12-11", "female", "妻"),
        _member("一郎", "イチロウ", "2018-01-03", "male", "子"),
    ],
    "spouse": {"name": {**KATSURAGI, "given": "花子", "given_kana": "ハナコ"}, "birth_on": "1987-12-11"},
    "reading": "ミホンガワ",
    "number": MY_NUMBER,
    "insurance": "01234567",
    "kind": "part",
    "show": ["honseki"],
    "card": True,
    "account": {
        "bank_code": "9999", "branch_code": "001", "kind": "ordinary", "number": "0123456",
        "holder_kana": "カツラギ ヨシロウ", "bank_name": "みほん銀行", "branch_name": "本店",
    },
    "copies": 2,
    "purpose": "車の登録のため",
    "agree": True,
    "method": "one",
}  # fmt: skip


def document(language: str = "ja") -> ApplicationDocument:
    """The sample record as an application received on 2026-04-02."""
    return ApplicationDocument(
        form=FilledForm.of(PROCEDURE, RECORD, Source.SAID),
        receipt_number="R8-000123",
        filed_on=date(2026, 4, 2),
        municipality="みほん市",
        officer="窓口 一子",
        language=language,
        identity=IdentityCheck("1点確認", ("運転免許証",), date(2026, 4, 2)),
        municipality_kana="ミホンシ",
    )
