"""The seal: shown bytes as prefix, PDF/A kept, and accepted by poppler, NSS and OpenSSL."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf.pdfa import validate_written

from forms.rendering.application import render_application
from forms.rendering.geometry import SIGNATURE_PLACE, Rect
from forms.signing import documents
from forms.signing.errors import CannotSeal, ClockWrong, KeysExpired, NotShown
from forms.signing.keys import CityKeys
from forms.signing.reason import Reason
from forms.signing.seal import FIELD_NAME, seal
from forms.signing.verification import verify
from tests.support import attacks
from tests.support.keys import MADE_AT, key_folder, load_keys
from tests.support.other_eyes import make_trust_store, openssl_seal, openssl_timestamp, pdfsig, take_apart
from tests.support.sample_procedure import document
from tests.support.sealing import evidence_for, shown_pdf, signature_strokes

AT = datetime.now(UTC).replace(microsecond=0)
# What pikepdf's validator cannot judge on any sealed file (trust.md §1.4).
NOT_JUDGED = {"/AcroForm", "/Perms", "embedded files are not supported"}


@pytest.fixture(scope="module")
def keys() -> CityKeys:
    return load_keys()


@pytest.fixture(scope="module")
def sealed(keys: CityKeys) -> bytes:
    shown = shown_pdf()
    return seal(shown, evidence_for(shown, at=AT), keys, AT)


@pytest.fixture(scope="module")
def trust_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NSS database that trusts みほん市's root (trust.md §1.1 step 6)."""
    return make_trust_store(tmp_path_factory.mktemp("nss"), key_folder())


def test_pdfsig_says_valid_trusted_total(sealed: bytes, trust_store: Path, tmp_path: Path) -> None:
    said = pdfsig(sealed, trust_store, tmp_path)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "Not total" not in said
    assert "ETSI.CAdES.detached" in said
    assert "みほん市 電子公印" in said
    assert said.count("Signature #") == 1


def test_pdfsig_notices_a_changed_byte(sealed: bytes, trust_store: Path, tmp_path: Path) -> None:
    changed = sealed[:900] + bytes([sealed[900] ^ 1]) + sealed[901:]
    assert "Digest Mismatch" in pdfsig(changed, trust_store, tmp_path)


def test_openssl_verifies_the_seal(sealed: bytes, tmp_path: Path) -> None:
    take_apart(sealed, tmp_path)
    done = openssl_seal(tmp_path, key_folder() / "root.pem")
    assert done.returncode == 0, done.stderr
    (tmp_path / "covered").write_bytes(b"other content")
    assert openssl_seal(tmp_path, key_folder() / "root.pem").returncode != 0


def test_openssl_verifies_the_timestamp(sealed: bytes, tmp_path: Path) -> None:
    take_apart(sealed, tmp_path)
    done = openssl_timestamp(tmp_path, key_folder() / "root.pem")
    assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK"), done.stderr


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize("on_paper", [False, True])
def test_the_sealed_file_stays_pdf_a_3b(keys: CityKeys, pages: int, on_paper: bool) -> None:
    shown = shown_pdf("申請書", pages=pages)
    evidence = None if on_paper else evidence_for(shown, at=AT)
    report = validate_written(io.BytesIO(seal(shown, evidence, keys, AT)), "3b")
    assert [str(found) for found in report.findings if found.kind == "violation"] == []
    told = [f"{found.where} {found.message}" for found in report.findings]
    assert [text for text in told if not any(part in text for part in NOT_JUDGED)] == []


def test_the_file_begins_with_what_was_shown(keys: CityKeys) -> None:
    shown = shown_pdf()
    for evidence in (evidence_for(shown, at=AT), None):
        final = seal(shown, evidence, keys, AT)
        assert final.startswith(shown)
        assert final.count(b"%%EOF") == shown.count(b"%%EOF") + 1


def test_the_update_leaves_metadata_alone(sealed: bytes) -> None:
    shown, final = documents.read_document(shown_pdf()), documents.read_document(sealed)
    assert documents.plain(shown.trailer["/Info"]) == documents.plain(final.trailer["/Info"])
    assert documents.plain(shown.root["/Metadata"]) == documents.plain(final.root["/Metadata"])
    assert "/Version" not in final.root


def test_the_evidence_is_attached_and_named_in_the_reason(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert sorted(pdf.attachments) == ["record.json", "signature-evidence.json"]
        content = pdf.attachments["signature-evidence.json"].get_file().read_bytes()
        field = pdf.Root.AcroForm.Fields[0]
        assert str(field.T) == FIELD_NAME
        reason = Reason.parse(str(field.V.Reason))
        instant = str(field.V.M)
    assert reason is not None
    document = evidence_for(shown_pdf(), at=AT).shown[0]
    assert (reason.shown_sha256, reason.shown_length) == (document.sha256, document.length)
    assert f"{AT:%Y%m%d%H%M%S}" in instant
    assert b'"evidence_class":"drawn"' in content


def darkness(pdf: bytes, page: int, place: Rect) -> int:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=2).to_pil().convert("L")
    scale = 2 * 72 / 25.4
    sides = (place.x, place.y, place.x + place.width, place.y + place.height)
    part = picture.crop(tuple(round(side * scale) for side in sides))
    return sum(part.histogram()[:128])


def test_the_ink_is_drawn_in_its_place_on_the_last_page(keys: CityKeys) -> None:
    shown = shown_pdf("二枚の書類", pages=2)
    final = seal(shown, evidence_for(shown, at=AT), keys, AT)
    assert darkness(shown, 1, SIGNATURE_PLACE) == 0
    assert darkness(final, 1, SIGNATURE_PLACE) > 200
    assert darkness(final, 0, SIGNATURE_PLACE) == 0
    whole = Rect(0, 0, 210, 297)
    assert darkness(final, 1, whole) - darkness(shown, 1, whole) == darkness(final, 1, SIGNATURE_PLACE)
    elsewhere = Rect(20, 100, 60, 20)
    assert darkness(seal(shown, evidence_for(shown, at=AT), keys, AT, elsewhere), 1, elsewhere) > 100


def test_evidence_of_another_document_is_refused(keys: CityKeys) -> None:
    with pytest.raises(NotShown, match="もう一度"):
        seal(shown_pdf("転入届"), evidence_for(shown_pdf("別の書類"), at=AT), keys, AT)


def test_a_sealed_file_is_not_sealed_again(keys: CityKeys, sealed: bytes) -> None:
    with pytest.raises(CannotSeal, match="すでに"):
        seal(sealed, None, keys, AT)


def test_a_file_that_cannot_take_the_seal_is_named(keys: CityKeys) -> None:
    with pytest.raises(CannotSeal, match="壊れている"):
        seal(b"%PDF-1.7\nnothing", None, keys, AT)
    with pytest.raises(CannotSeal, match="暗号化"):
        seal(attacks.encrypted(shown_pdf()), None, keys, AT)


def test_the_instant_is_checked(keys: CityKeys) -> None:
    with pytest.raises(KeysExpired):
        seal(shown_pdf(), None, keys, MADE_AT - timedelta(days=1))
    fresh = load_keys()
    seal(shown_pdf(), None, fresh, AT + timedelta(hours=1))
    with pytest.raises(ClockWrong):
        seal(shown_pdf(), None, fresh, AT)


def test_a_long_signature_fits(keys: CityKeys) -> None:
    shown = shown_pdf()
    strokes = signature_strokes(pressure=True) * 200
    final = seal(shown, evidence_for(shown, at=AT, strokes=strokes), keys, AT)
    assert verify(final, keys.root_pem).ok


def test_an_empty_pad_does_not_pass_for_a_drawn_signature(keys: CityKeys) -> None:
    shown = shown_pdf()
    verdict = verify(seal(shown, evidence_for(shown, at=AT, strokes=()), keys, AT), keys.root_pem)
    assert not verdict.ok
    assert [one.code for one in verdict.faults] == ["signed-by-hand"]
    assert verdict.evidence is not None
    assert verdict.evidence["warnings"] == ["empty"]


def test_a_real_application_is_sealed_and_verified(keys: CityKeys, trust_store: Path, tmp_path: Path) -> None:
    shown = render_application(document())
    final = seal(shown, evidence_for(shown, at=AT), keys, AT)
    verdict = verify(final, keys.root_pem)
    assert verdict.ok, verdict.faults
    assert verdict.record is not None
    assert verdict.record["procedure"]["slug"] == "sample-notice"
    said = pdfsig(final, trust_store, tmp_path)
    assert all(words in said for words in ("is Valid.", "is Trusted.", "Total document signed"))
    report = validate_written(io.BytesIO(final), "3b")
    assert [str(found) for found in report.findings if found.kind == "violation"] == []
    last = len(pypdfium2.PdfDocument(final)) - 1
    inside = darkness(final, last, SIGNATURE_PLACE) - darkness(shown, last, SIGNATURE_PLACE)
    whole = Rect(0, 0, 210, 297)
    assert inside > 200
    assert darkness(final, last, whole) - darkness(shown, last, whole) == inside
