"""Every alteration of a sealed file is refused, with its reason."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms.signing import pki
from forms.signing.errors import BadTrust, NotAPdf
from forms.signing.evidence import SignatureEvidence
from forms.signing.keys import CityKeys
from forms.signing.seal import seal
from forms.signing.strokes import Capture
from forms.signing.verdict import CODES, Verdict
from forms.signing.verification import LARGEST, verify
from tests.support import attacks
from tests.support.keys import key_folder, load_keys
from tests.support.sealing import evidence_for, shown_pdf, signature_strokes

AT = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def keys() -> CityKeys:
    return load_keys()


@pytest.fixture(scope="module")
def sealed(keys: CityKeys) -> bytes:
    shown = shown_pdf()
    return seal(shown, evidence_for(shown, at=AT), keys, AT)


@pytest.fixture(scope="module")
def root(keys: CityKeys) -> bytes:
    return keys.root_pem


def refused(verdict: Verdict, code: str, words: str) -> None:
    assert not verdict.ok
    messages = {finding.code: finding.message for finding in verdict.faults}
    assert code in messages, messages
    assert words in messages[code]


def test_an_honest_file_is_accepted(sealed: bytes, root: bytes) -> None:
    verdict = verify(sealed, root)
    assert verdict.ok, verdict.faults
    assert verdict.sealed_by == "みほん市 電子公印"
    assert verdict.sealed_at == AT
    assert verdict.record is not None
    assert verdict.record["receipt_number"] == "R8-000123"
    assert verdict.evidence is not None
    assert verdict.evidence["nonce"] == "4f1c9d0a7be24c55"
    codes = [finding.code for finding in verdict.findings]
    other_ways = {"signed", "signed-by-name", "signed-by-assistant", "signed-on-paper", "offline"}
    assert set(codes) == set(CODES) - {"readable"} - other_ways
    assert len(codes) == len(set(codes))
    stamp = next(finding for finding in verdict.findings if finding.code == "timestamp")
    assert "認定タイムスタンプではありません" in stamp.message


def test_each_file_of_one_signature_is_accepted(keys: CityKeys, root: bytes) -> None:
    papers = [shown_pdf("転入届"), shown_pdf("児童手当 認定請求書"), shown_pdf("住民票の写し", pages=3)]
    evidence = evidence_for(*papers, at=AT)
    # The record of each support document carries the first receipt number, so only that one agrees.
    verdict = verify(seal(papers[0], evidence, keys, AT), root)
    assert verdict.ok, verdict.faults
    assert "全部で3件" in verdict.findings[-1].message
    refused(verify(seal(papers[1], evidence, keys, AT), root), "signed-by-hand", "受付番号")


def test_a_paper_intake_is_accepted_without_a_hand(keys: CityKeys, root: bytes) -> None:
    verdict = verify(seal(shown_pdf(), None, keys, AT), root)
    assert verdict.ok, verdict.faults
    assert verdict.evidence is None
    assert "画面上の署名はありません" in verdict.findings[-1].message


def test_a_seal_on_several_pages(keys: CityKeys, root: bytes) -> None:
    shown = shown_pdf("三枚の書類", pages=3)
    assert verify(seal(shown, evidence_for(shown, at=AT), keys, AT), root).ok


AFTERWARDS: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "white overlay": (lambda p: attacks.updated(p, attacks.white_out), "nothing-added", "ページの見た目"),
    "rewritten page": (lambda p: attacks.updated(p, attacks.rewrite_page), "nothing-added", "ページの見た目"),
    "annotation": (lambda p: attacks.updated(p, attacks.draw_annotation), "nothing-added", "ページの見た目"),
    "added page": (lambda p: attacks.updated(p, attacks.add_page), "nothing-added", "ページの見た目"),
    "swapped record": (lambda p: attacks.updated(p, attacks.swap_record), "nothing-added", "record.json"),
    "changed catalogue": (lambda p: attacks.updated(p, attacks.rename_document), "nothing-added", "更新"),
    "newline after the end": (lambda p: p + b"\n", "nothing-added", "1バイトの余分なデータ"),
    "comment after the end": (lambda p: p + b"% paid\n", "nothing-added", "7バイトの余分なデータ"),
    "zeros after the end": (lambda p: p + bytes(5_000), "nothing-added", "余分なデータ"),
    "second end": (lambda p: p + b"%%EOF\n", "nothing-added", "余分なデータ"),
    "cut at the end": (lambda p: p[:-1], "nothing-added", "切り取られて"),
    "cut in the middle": (lambda p: p[: len(shown_pdf()) + 40], "sealed", "電子公印がありません"),
    "cut to the shown document": (lambda p: p[: len(shown_pdf())], "sealed", "電子公印がありません"),
    "byte of the record": (lambda p: changed(p, p.index(b"/EmbeddedFile")), "untouched", "書き換え"),
    "byte of the shown text": (lambda p: changed(p, 900), "untouched", "書き換え"),
    "byte before the prefix ends": (lambda p: changed(p, 15), "untouched", "書き換え"),
    "lower-case container": (lambda p: container(p, bytes.lower), "container", "署名されていない変更"),
    "padded container": (lambda p: container(p, lambda c: c[:-2] + b"1>"), "container", "署名されていない"),
    "encrypted": (attacks.encrypted, "readable", "暗号化"),
}


def changed(pdf: bytes, position: int) -> bytes:
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def container(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    start, end = attacks.container_of(pdf)
    return pdf[:start] + change(pdf[start:end]) + pdf[end:]


@pytest.mark.parametrize("attack", AFTERWARDS)
def test_a_change_after_sealing_is_refused_with_its_reason(attack: str, sealed: bytes, root: bytes) -> None:
    change, code, words = AFTERWARDS[attack]
    refused(verify(change(sealed), root), code, words)


def _whitening_ink(writer: IncrementalPdfFileWriter) -> None:
    for data, first in ((b"q\n", True), (b"Q " + attacks.WHITE_OUT, False)):
        writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=data)), prepend=first)


BY_THE_KEY_HOLDER = {
    "white overlay": (attacks.white_out, "見た目"),
    "ink that whitens": (_whitening_ink, "見た目"),
    "rewritten page": (attacks.rewrite_page, "書き換え"),
    "annotation": (attacks.draw_annotation, "見た目"),
    "added page": (attacks.add_page, "ページが差し替え"),
    "swapped record": (attacks.swap_record, "添付ファイル"),
    "changed catalogue": (attacks.rename_document, "全体設定"),
}


@pytest.mark.parametrize("attack", BY_THE_KEY_HOLDER)
def test_a_dishonest_seal_is_refused_with_its_reason(attack: str, keys: CityKeys, root: bytes) -> None:
    change, words = BY_THE_KEY_HOLDER[attack]
    verdict = verify(attacks.seal_with(shown_pdf(), change, keys, AT), root)
    refused(verdict, "only-added", words)
    assert not {"untouched", "nothing-added", "trusted"} & {finding.code for finding in verdict.faults}


def test_an_update_between_signature_and_seal_is_refused(keys: CityKeys, root: bytes) -> None:
    shown = shown_pdf()
    between = attacks.updated(shown, attacks.white_out)
    forged = attacks.seal_with(between, attacks.unchanged, keys, AT, claimed=shown)
    refused(verify(forged, root), "only-added", "別の更新が入っています")


def test_a_seal_claiming_another_document_is_refused(keys: CityKeys, root: bytes) -> None:
    forged = attacks.seal_with(shown_pdf(), attacks.unchanged, keys, AT, claimed=shown_pdf("別の書類"))
    refused(verify(forged, root), "shown", "別の書類の公印です")


class Pasted(SignatureEvidence):
    """Evidence that carries another document's file, as a copier holding the key would paste it."""

    pasted: SignatureEvidence

    def to_bytes(self) -> bytes:
        return self.pasted.to_bytes()


def pasted(onto: SignatureEvidence, other: SignatureEvidence) -> Pasted:
    forged = Pasted(**{field.name: getattr(onto, field.name) for field in dataclasses.fields(onto)})
    object.__setattr__(forged, "pasted", other)
    return forged


def test_a_signature_copied_from_another_document_is_refused(keys: CityKeys, root: bytes) -> None:
    here, there = shown_pdf("転入届"), shown_pdf("印鑑登録 申請書")
    forged = pasted(evidence_for(here, at=AT), evidence_for(there, at=AT))
    verdict = verify(seal(here, forged, keys, AT), root)
    refused(verdict, "signed-by-hand", "別の書類に対するものです")


def test_other_ink_than_the_evidence_says_is_refused(keys: CityKeys, root: bytes) -> None:
    here = shown_pdf()
    honest = evidence_for(here, at=AT)
    assert honest.capture
    other = dataclasses.replace(
        honest, words="", mark=Capture(signature_strokes()[:1], honest.capture.device)
    )
    verdict = verify(seal(here, pasted(honest, other), keys, AT), root)
    refused(verdict, "signed-by-hand", "描かれた署名")


def test_a_container_copied_from_another_file_is_refused(keys: CityKeys, sealed: bytes, root: bytes) -> None:
    other = shown_pdf("印鑑登録 申請書")
    victim = seal(other, evidence_for(other, at=AT), keys, AT)
    refused(verify(attacks.with_container_of(victim, sealed), root), "untouched", "書き換え")


def test_a_seal_by_another_city_is_refused(sealed: bytes, root: bytes) -> None:
    stranger = load_keys("よその市")
    shown = shown_pdf()
    foreign = seal(shown, evidence_for(shown, at=AT), stranger, AT)
    refused(verify(foreign, root), "trusted", "別の団体の公印か、偽造")
    assert verify(foreign, stranger.root_pem).ok
    refused(verify(sealed, stranger.root_pem), "trusted", "別の団体の公印か、偽造")


def test_without_trust_nothing_is_trusted(sealed: bytes) -> None:
    verdict = verify(sealed)
    refused(verdict, "trusted", "指定されていない")
    assert {finding.code for finding in verdict.faults} == {"trusted", "timestamp"}


def _revocation(serial: int, at: datetime) -> bytes:
    folder = key_folder() / "pki"
    key = load_pem_private_key((folder / "issuing.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((folder / "issuing.pem").read_bytes())
    issuing = pki.Identity(certificate, key)  # type: ignore[arg-type]
    newer = pki.make_crl(issuing, datetime.now(UTC) + timedelta(minutes=10), {serial: at})
    return x509.load_der_x509_crl(newer).public_bytes(Encoding.PEM)


def test_a_seal_revoked_before_is_refused_and_one_revoked_later_is_not(
    keys: CityKeys, sealed: bytes, root: bytes
) -> None:
    serial = keys.seal.certificate.serial_number
    before = root + _revocation(serial, AT - timedelta(minutes=1))
    refused(verify(sealed, before), "trusted", "失効しています")
    assert verify(sealed, root + _revocation(serial, AT + timedelta(minutes=1))).ok


def test_a_revoked_timestamp_is_refused(keys: CityKeys, sealed: bytes, root: bytes) -> None:
    serial = keys.timestamp.certificate.serial_number
    trust = root + _revocation(serial, AT - timedelta(minutes=1))
    refused(verify(sealed, trust), "timestamp", "信頼できません")


def test_verification_works_where_an_event_loop_runs(sealed: bytes, root: bytes) -> None:
    async def verdict() -> Verdict:
        return verify(sealed, root)

    assert asyncio.run(verdict()).ok


def test_files_that_are_no_pdf_are_named(root: bytes) -> None:
    for junk in (b"", b"PK\x03\x04", b"\x89PNG", b" %PDF-1.7"):
        with pytest.raises(NotAPdf, match="PDFファイルではありません"):
            verify(junk, root)
    with pytest.raises(NotAPdf, match="大きすぎます"):
        verify(b"%PDF-1.7\n" + bytes(LARGEST), root)


@pytest.mark.parametrize("trust", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_trust_without_a_certificate_is_named(trust: bytes, sealed: bytes) -> None:
    with pytest.raises(BadTrust, match="証明書"):
        verify(sealed, trust)


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n1 0 obj <</Pages 1 0 R>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1/Prev 9>>\nstartxref\n9\n%%EOF\n",
    ],
)
def test_a_damaged_file_ends_in_a_verdict(hostile: bytes, root: bytes) -> None:
    refused(verify(hostile, root), "readable", "壊れて")


def test_a_bomb_added_after_the_seal_is_refused(sealed: bytes, root: bytes) -> None:
    def bomb(writer: IncrementalPdfFileWriter) -> None:
        spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        stream = StreamObject(stream_data=bytes(80 * 1024 * 1024))
        stream.compress()
        spec["/EF"]["/F"] = writer.add_object(stream)
        writer.update_container(spec)

    assert not verify(attacks.updated(sealed, bomb), root).ok


def is_refused(pdf: bytes, root: bytes) -> bool:
    try:
        return not verify(pdf, root).ok
    except NotAPdf:
        return True


PROPERTY = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PROPERTY
@given(data=st.data())
def test_any_changed_byte_is_refused(data: st.DataObject, sealed: bytes, root: bytes) -> None:
    position = data.draw(st.integers(0, len(sealed) - 1))
    flip = data.draw(st.integers(1, 255))
    altered = sealed[:position] + bytes([sealed[position] ^ flip]) + sealed[position + 1 :]
    assert is_refused(altered, root)


@PROPERTY
@given(data=st.data())
def test_any_changed_digit_of_the_container_is_refused(
    data: st.DataObject, sealed: bytes, root: bytes
) -> None:
    start, end = attacks.container_of(sealed)
    used = start + 1 + len(sealed[start + 1 : end - 1].rstrip(b"0"))
    position = data.draw(st.integers(start + 1, used + 8))
    digit = data.draw(st.sampled_from([d for d in b"0123456789ABCDEFabcdef" if d != sealed[position]]))
    altered = sealed[:position] + bytes([digit]) + sealed[position + 1 :]
    assert is_refused(altered, root)


@settings(PROPERTY, max_examples=60)
@given(junk=st.binary(min_size=1, max_size=3_000))
def test_any_appended_bytes_are_refused(junk: bytes, sealed: bytes, root: bytes) -> None:
    assert is_refused(sealed + junk, root)
