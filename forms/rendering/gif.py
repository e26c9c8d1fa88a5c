"""Application data after the Government Interoperability Framework, GIF 2.2 (record-layouts §11).

A票 holds addressee, date, contact and applicant in the core models 法人, 連絡先 and 個人; B票 the title and
the fields of the procedure. The namespace URIs are the model's own placeholders and must stay as they are.
The sheets themselves have no public schema: their wrapper is ours, with the model's Japanese item names.
"""

from __future__ import annotations

from lxml import etree

from forms.kinds import kind
from forms.rendering.document import Applicant, ApplicationDocument, applicant_of, masked
from forms.rendering.gif_rules import CODES, GIF, LISTS, SEX, SHEETS, InvalidRecord, faults_of
from forms.values.addresses import Address
from forms.values.kana import is_katakana, to_katakana

_Element = etree._Element


def application_xml(document: ApplicationDocument) -> bytes:
    """The application as XML in UTF-8. Raises `InvalidRecord` naming every rule it would break."""
    applicant = applicant_of(document.form)
    root = etree.Element(f"{{{SHEETS}}}申請データ", nsmap={"kz": SHEETS, "pd": GIF, "pcd": LISTS})
    _sheet_a(root, document, applicant)
    _sheet_b(root, document)
    faults = faults_of(root)
    if faults:
        raise InvalidRecord("申請データ（XML）を作れません：" + "、".join(faults))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _sheet_a(root: _Element, document: ApplicationDocument, applicant: Applicant) -> None:
    sheet = _own(root, "A票")
    _addressee(_own(sheet, "宛先"), document)
    _own(sheet, "申請日", document.filed_on.isoformat())
    contact = _own(sheet, "連絡先")
    if applicant.telephone:
        _add(contact, "contactPointPhoneNumber", applicant.telephone)
    _person(_own(sheet, "申請者"), applicant)


def _addressee(parent: _Element, document: ApplicationDocument) -> None:
    """The municipality in the core model 法人; 法人種別 201 is a local government."""
    kana = document.municipality_kana or to_katakana(document.municipality)
    entity = _add(parent, "LegalEntity")
    _add(entity, "tradeName", document.municipality)
    _add(entity, "tradeNameKana", kana if is_katakana(kana) else "")
    _coded(entity, "categoryOfOrganization", "201")
    _add(entity, "contactPointInformation")


def _person(parent: _Element, applicant: Applicant) -> None:
    """個人: pattern MP3 where sex, birth and address are known, else MP2 (names and readings)."""
    name, address = applicant.name, applicant.address
    if name is None:
        return
    whole = applicant.birth_on is not None and address is not None
    person = _add(parent, "Person_MP03" if whole else "Person_MP02")
    _add(person, "familyName", name.family)
    _add(person, "givenName", name.given)
    _add(person, "familyNameKana", name.family_kana)
    _add(person, "givenNameKana", name.given_kana)
    _add(person, "fullName", name.full)
    _add(person, "fullNameKana", name.full_kana)
    if applicant.birth_on is not None and address is not None:
        _coded(person, "sex", SEX.get(applicant.sex or "unknown", "0"))
        _add(person, "dateOfBirth", applicant.birth_on)
        _address(person, address)


def _address(parent: _Element, address: Address) -> None:
    """住所 in pattern MP6: the parts of the name of the place, without codes of our own making."""
    element = _add(parent, "address_MP06")
    _add(element, "prefecture", address.prefecture)
    _add(element, "cityAndCounty", address.city)
    _add(element, "streetAddress", address.town)
    _add(element, "cityBlock", address.block)
    _add(element, "buildingNameEtc", address.building)
    _add(element, "fullAddress", address.full)
    if address.postal_code:
        _add(element, "postalCode", address.postal_code)


def _sheet_b(root: _Element, document: ApplicationDocument) -> None:
    procedure = document.form.procedure
    sheet = _own(root, "B票")
    _own(sheet, "名称", procedure.title.text("ja"))
    content = _own(sheet, "内容")
    content.set("手続", procedure.slug)
    content.set("版", str(procedure.version))
    content.set("施行日", procedure.in_force_from.isoformat())
    content.set("受付番号", document.receipt_number)
    for box in document.form.boxes:
        shown = kind(box.field.kind).show(box.field, masked(box.field, box.value), "ja")
        item = _own(content, "項目", shown)
        item.set("名前", box.field.name)
        item.set("表示名", box.field.label.text("ja"))
        if box.source:
            item.set("出所", box.source.value)
    _own(sheet, "更新年月日", document.filed_on.isoformat())


def _own(parent: _Element, name: str, text: str | None = None) -> _Element:
    return _element(parent, SHEETS, name, text)


def _add(parent: _Element, name: str, text: str | None = None) -> _Element:
    return _element(parent, GIF, name, text)


def _coded(parent: _Element, name: str, code: str) -> None:
    element = _add(parent, name)
    _element(element, LISTS, "code", code)
    _element(element, LISTS, "value", CODES[name][code])


def _element(parent: _Element, namespace: str, name: str, text: str | None) -> _Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    element.text = text
    return element
