"""The structured record: JSON schema, GIF application data, masked numbers, own code-list checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lxml import etree

from forms.answers import Source
from forms.filled import FilledForm
from forms.rendering.document import ApplicationDocument, IdentityCheck
from forms.rendering.gif_rules import GIF, LISTS, SHEETS, InvalidRecord, faults_of
from forms.rendering.record import SCHEMA, record_json, record_of, record_xml
from tests.support.sample_procedure import KATSURAGI, MY_NUMBER, PROCEDURE, RECORD, document

NAMES = {"kz": SHEETS, "pd": GIF, "pcd": LISTS}


def parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def local_names(element: etree._Element) -> list[str]:
    return [etree.QName(child).localname for child in element]


def test_the_record_says_everything_once() -> None:
    record = record_of(document())
    assert record["schema"] == SCHEMA
    assert record["receipt_number"] == "R8-000123"
    assert record["procedure"]["slug"] == "sample-notice"
    assert record["procedure"]["in_force_from"] == "2026-04-01"
    assert record["deadline"] == "2026-04-15"
    assert record["identity_check"] == {
        "method": "1点確認", "documents": ["運転免許証"], "checked_on": "2026-04-02",
    }  # fmt: skip
    names = [field["name"] for field in record["fields"]]
    assert names == [field.name for field in PROCEDURE.fields]
    assert {field["source"] for field in record["fields"] if field["value"] is not None} == {"said"}


def test_names_keep_their_spelling_code_point_by_code_point() -> None:
    record = json.loads(record_json(document()))
    assert record["applicant"]["name"] == KATSURAGI
    person = parsed(record_xml(document())).find(".//pd:Person_MP03", NAMES)
    assert person is not None
    assert person.findtext("pd:familyName", namespaces=NAMES) == "葛\U000e0105城"
    assert person.findtext("pd:givenName", namespaces=NAMES) == "𠮷郎"


def test_my_numbers_are_masked_everywhere() -> None:
    for content in (record_json(document()), record_xml(document())):
        assert MY_NUMBER.encode() not in content
        assert content.count(b"********9018") >= 4


def test_the_same_document_gives_the_same_bytes() -> None:
    assert record_json(document()) == record_json(document())
    assert record_xml(document()) == record_xml(document())
    other = replace(document(), receipt_number="R8-000124")
    assert record_json(other) != record_json(document())


def test_sheets_a_and_b_have_the_models_items_in_order() -> None:
    root = parsed(record_xml(document()))
    assert local_names(root) == ["A票", "B票"]
    assert local_names(root[0]) == ["宛先", "申請日", "連絡先", "申請者"]
    assert local_names(root[1]) == ["名称", "内容", "更新年月日"]
    assert root.findtext("kz:A票/kz:申請日", namespaces=NAMES) == "2026-04-02"
    assert root.findtext("kz:A票/kz:連絡先/pd:contactPointPhoneNumber", namespaces=NAMES) == "090-1234-5678"
    assert root.findtext("kz:A票/kz:宛先/pd:LegalEntity/pd:tradeNameKana", namespaces=NAMES) == "ミホンシ"


def test_the_person_follows_pattern_mp3() -> None:
    person = parsed(record_xml(document())).find(".//pd:Person_MP03", NAMES)
    assert person is not None
    assert local_names(person) == [
        "familyName", "givenName", "familyNameKana", "givenNameKana", "fullName", "fullNameKana", "sex",
        "dateOfBirth", "address_MP06",
    ]  # fmt: skip
    assert person.findtext("pd:sex/pcd:code", namespaces=NAMES) == "1"
    assert person.findtext("pd:sex/pcd:value", namespaces=NAMES) == "男性"
    assert person.findtext("pd:dateOfBirth", namespaces=NAMES) == "1985-05-01"
    assert person.findtext("pd:address_MP06/pd:postalCode", namespaces=NAMES) == "1000001"


def test_without_birth_or_address_the_person_follows_pattern_mp2() -> None:
    record = {name: RECORD[name] for name in ("applicant.name", "contact.phone")}
    form = FilledForm.of(PROCEDURE, record, Source.SAID)
    root = parsed(record_xml(replace(document(), form=form)))
    assert root.find(".//pd:Person_MP02", NAMES) is not None
    assert root.find(".//pd:Person_MP03", NAMES) is None


def test_without_an_applicant_there_is_no_application_data() -> None:
    form = FilledForm.of(PROCEDURE, {"moved_on": "2026-04-01"}, Source.SAID)
    with pytest.raises(InvalidRecord, match="申請者がありません"):
        record_xml(replace(document(), form=form))


BREAKS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "missing-date": ("//pd:dateOfBirth", lambda e: e.getparent().remove(e), "dateOfBirthがありません"),
    "era-date": ("//pd:dateOfBirth", lambda e: setattr(e, "text", "昭和60年5月1日"), "日付ではありません"),
    "order": ("//pd:givenName", lambda e: e.getparent().insert(0, e), "順序が違います"),
    "sex-code": ("//pd:sex/pcd:code", lambda e: setattr(e, "text", "7"), "一覧にありません"),
    "kana": ("//pd:familyNameKana", lambda e: setattr(e, "text", "葛城"), "カタカナではありません"),
    "postal": ("//pd:postalCode", lambda e: setattr(e, "text", "100-0001"), "7けたの数字"),
    "phone": ("//pd:contactPointPhoneNumber", lambda e: setattr(e, "text", "でんわ"), "書き方が違います"),
    "no-contact": ("//kz:連絡先", lambda e: e.getparent().remove(e), "A票に連絡先がありません"),
    "stranger": ("//pd:fullName", lambda e: setattr(e, "tag", f"{{{GIF}}}nickname"), "nicknameは置けません"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_every_broken_rule_is_named(name: str) -> None:
    path, break_it, says = BREAKS[name]
    root = parsed(record_xml(document()))
    assert faults_of(root) == ()
    found = root.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    break_it(found[0])
    assert any(says in fault for fault in faults_of(root))


def test_a_document_without_identity_check_says_so() -> None:
    bare = ApplicationDocument(document().form, "R8-000001", date(2026, 4, 2), "みほん市", "窓口 一子")
    assert bare.identity == IdentityCheck()
    assert record_of(bare)["identity_check"] == {"method": "", "documents": [], "checked_on": None}
