"""The application's PDF: archival, deterministic, complete, with every letter of every name."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from forms.answers import Source
from forms.catalogue import load_catalogue
from forms.filled import FilledForm
from forms.rendering.application import SIGNATURE_PLACE, render_application
from forms.rendering.document import ApplicationDocument, IdentityCheck
from forms.rendering.errors import MissingGlyph
from forms.rendering.fonts import UDP, missing_in
from forms.rendering.pdfa import faults_of
from forms.rendering.record import record_json, record_xml
from forms.signing.seal import seal
from tests.support.sample_procedure import KATSURAGI, MY_NUMBER, PROCEDURE, RECORD, document

DPI = 150
LANGUAGES = ("ja", "ja-easy", "en")


@cache
def rendered(language: str = "ja") -> bytes:
    return render_application(document(language))


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)


def pictures(pdf: bytes) -> list[np.ndarray]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [np.asarray(page.render(scale=DPI / 72).to_pil().convert("L")) for page in opened]


def with_values(**values: object) -> ApplicationDocument:
    record = {**RECORD, **{name.replace("__", "."): value for name, value in values.items()}}
    return replace(document(), form=FilledForm.of(PROCEDURE, record, Source.SAID))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_pdf_a_3b_without_a_violation(language: str) -> None:
    assert faults_of(rendered(language)) == ()


def test_the_record_is_inside() -> None:
    with pikepdf.open(BytesIO(rendered())) as pdf:
        attached = {name: pdf.attachments[name] for name in pdf.attachments}
        assert set(attached) == {"record.json", "record.xml"}
        assert attached["record.json"].get_file().read_bytes() == record_json(document())
        assert attached["record.xml"].get_file().read_bytes() == record_xml(document())
        for file in attached.values():
            assert file.obj.AFRelationship == "/Data"
            assert str(file.obj.EF.F.Params.ModDate) == "D:20260402000000Z"


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_application(document()) == rendered()


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    target = tmp_path / "again.pdf"
    code = (
        "import sys, pathlib\n"
        "from forms.rendering.application import render_application\n"
        "from tests.support.sample_procedure import document\n"
        "pathlib.Path(sys.argv[1]).write_bytes(render_application(document()))\n"
    )
    root = Path(__file__).resolve().parents[3]
    python = root / ".venv/bin/python"
    subprocess.run([str(python), "-c", code, str(target)], cwd=root, check=True, env={"PYTHONHASHSEED": "99"})
    assert target.read_bytes() == rendered()


def test_it_says_who_what_when_and_why() -> None:
    text = re.sub(r"\s", "", text_of(rendered()))
    for expected in (
        "見本届（転入）", "（あて先）みほん市長", "R8-000123", "令和8年4月2日（2026年）", "カツラギヨシロウ",
        "葛\U000e0105城𠮷郎", "昭和60年5月1日", "〒100-0001", "090-1234-5678", "異動する方", "世帯主",
        "住民基本台帳法22条", "みほん市見本条例【要確認】", "1点確認（運転免許証）", "窓口一子",
        "令和8年4月15日（2026年）", "審査に必要な範囲で", "同意します", "聞き取り", "届出人の署名",
        "1／2ページ",
    ):  # fmt: skip
        assert expected in text, expected


def test_my_numbers_are_masked() -> None:
    with pikepdf.open(BytesIO(rendered())) as pdf:
        streams = b"".join(obj.read_bytes() for obj in pdf.objects if isinstance(obj, pikepdf.Stream))
    assert MY_NUMBER.encode() not in rendered() + streams
    assert MY_NUMBER not in re.sub(r"\s", "", text_of(rendered()))
    assert text_of(rendered()).count("********9018") == 4


def test_variation_sequences_survive_printing() -> None:
    found = subprocess.run(
        ["pdftotext", "-", "-"], input=rendered(), capture_output=True, check=True
    ).stdout.decode()
    assert found.count("葛\U000e0105") == text_of(rendered()).count("葛\U000e0105") >= 8


def test_letters_no_font_has_are_refused_all_by_name() -> None:
    name = {**KATSURAGI, "family": "葛\U000e01ef城", "given": "\U0001f600"}
    with pytest.raises(MissingGlyph) as refusal:
        render_application(with_values(applicant__name=name, purpose="ሀのため"))
    assert set(refusal.value.sequences) == {"葛\U000e01ef", "\U0001f600", "ሀ"}
    assert "U+845B U+E01EF" in refusal.value.message
    assert "U+1200" in refusal.value.message


def test_markup_in_a_value_is_text() -> None:
    text = text_of(render_application(with_values(purpose="<b>車</b> & 登録")))
    assert "<b>車</b> & 登録" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_place_for_the_ink_is_free_and_framed_on_the_last_page(language: str) -> None:
    last = pictures(rendered(language))[-1]
    scale = DPI / 25.4
    place = SIGNATURE_PLACE
    left, top = place.x * scale, place.y * scale
    right, bottom = place.right * scale, place.bottom * scale
    inside = last[round(top) + 4 : round(bottom) - 4, round(left) + 4 : round(right) - 4]
    assert inside.min() > 250
    for row, column in (
        (round(top) + np.arange(-2, 3), round((left + right) / 2)),
        (round(bottom) + np.arange(-2, 3), round((left + right) / 2)),
        (round((top + bottom) / 2), round(left) + np.arange(-2, 3)),
        (round((top + bottom) / 2), round(right) + np.arange(-2, 3)),
    ):
        assert last[row, column].min() < 120, (row, column)


def test_the_seal_draws_the_ink_where_the_place_is() -> None:
    assert inspect.signature(seal).parameters["place"].default == SIGNATURE_PLACE


def test_the_identity_check_is_said_once() -> None:
    procedure = load_catalogue().procedure("moving-in")
    answers = {"identity.document": "passport", "identity.method": "one", "applicant.name": dict(KATSURAGI)}
    form = FilledForm.of(procedure, answers, Source.SAID)  # type: ignore[arg-type]
    told = replace(document(), form=form)
    for identity, method in ((told.identity, 0), (IdentityCheck(), 1)):
        text = text_of(render_application(replace(told, identity=identity)))
        assert text.count("確認の方法") == method
        assert text.count("1点確認") == 1


def test_the_qr_holds_the_receipt_number() -> None:
    first = pictures(rendered())[0]
    assert [code.text for code in zxingcpp.read_barcodes(first)] == ["R8-000123"]


@pytest.mark.parametrize("people", range(1, 25, 4))
def test_nothing_runs_into_the_signature_however_long_the_form_is(people: int) -> None:
    members = RECORD["members"]
    assert isinstance(members, list)
    pages = pictures(render_application(with_values(members=(members * 8)[:people])))
    scale = DPI / 25.4
    band = pages[-1][round(229 * scale) : round(231 * scale), round(20 * scale) : round(190 * scale)]
    assert cv2.countNonZero((band < 200).astype(np.uint8)) == 0


def test_another_language_stands_below_the_japanese() -> None:
    text = re.sub(r"\s", "", text_of(rendered("en")))
    for expected in ("届出人の署名", "Signature of the applicant", "Date of birth", "英語（English）",
                     "法的な効力を持つのは日本語の文です。", "Sample notice"):  # fmt: skip
        assert expected.replace(" ", "") in text, expected
    assert "Date of birth" not in text_of(rendered("ja"))
    assert "やさしい日本語" in text_of(rendered("ja-easy"))


def test_every_word_of_the_page_itself_can_be_printed() -> None:
    folder = Path(__file__).resolve().parents[3] / "forms/rendering"
    for path in (*folder.glob("templates/*"), folder / "wording.py"):
        assert missing_in((path.read_text(encoding="utf-8"),), UDP) == (), path


def test_every_procedure_of_the_catalogue_can_be_rendered_empty_but_for_the_applicant() -> None:
    for procedure in load_catalogue().procedures(None):
        names = {field.name for field in procedure.fields if field.kind == "name" and field.when is None}
        form = FilledForm.of(procedure, {name: dict(KATSURAGI) for name in names}, Source.REGISTER)
        pdf = render_application(
            ApplicationDocument(form, "R8-000001", date(2026, 4, 2), "みほん市", "窓口 一子")
        )
        assert procedure.title.text("ja").split()[0] in text_of(pdf)
        with pikepdf.open(BytesIO(pdf)) as opened:
            record = json.loads(opened.attachments["record.json"].get_file().read_bytes())
        assert record["procedure"]["slug"] == procedure.slug


def test_the_gate_names_what_is_wrong() -> None:
    with pikepdf.open(BytesIO(rendered())) as pdf:
        del pdf.Root.AF
        del pdf.Root.OutputIntents
        spec = pdf.attachments["record.json"].obj
        spec.EF.F.write(b"{}")
        del spec.EF.F.Subtype
        broken = BytesIO()
        pdf.save(broken)
    faults = "\n".join(faults_of(broken.getvalue()))
    for expected in ("not listed in /AF", "wrong size", "wrong checksum", "no MIME type", "ISO_19005"):
        assert expected in faults, expected
