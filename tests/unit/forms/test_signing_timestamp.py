"""The city's timestamp authority: RFC 3161 tokens OpenSSL and another library accept."""

from __future__ import annotations

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import algos, cms, tsp
from cryptography import x509
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from forms.signing import containers, pki
from forms.signing.errors import ClockWrong
from forms.signing.timestamp import NOT_ACCREDITED, CityTimeStamper
from forms.signing.trust import run
from tests.support.keys import MADE_AT, key_folder, load_keys

NOW = datetime.now(UTC)
DIGEST = hashlib.sha256(b"what is attested").digest()


def facts(token: cms.ContentInfo) -> tsp.TSTInfo:
    info: tsp.TSTInfo = token["content"]["encap_content_info"]["content"].parsed
    return info


def test_openssl_verifies_a_token(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"what is attested")
    (tmp_path / "token").write_bytes(load_keys().authority.stamp(DIGEST, NOW).dump())
    command = ["openssl", "ts", "-verify", "-in", str(tmp_path / "token"), "-token_in"]
    command += ["-data", str(tmp_path / "data"), "-CAfile", str(key_folder() / "root.pem")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK"), done.stderr
    (tmp_path / "data").write_bytes(b"something else")
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_pyhanko_gets_an_answer_another_library_verifies() -> None:
    keys = load_keys()
    stamper = CityTimeStamper(keys.authority, lambda: NOW)
    nonce, request = stamper.request_cms(DIGEST, "sha256")  # type: ignore[no-untyped-call]
    answer = run(stamper.async_request_tsa_response(request))
    assert answer["status"]["status"].native == "granted"
    assert facts(answer["time_stamp_token"])["nonce"].native == nonce
    verifier = VerifierBuilder().add_root_certificate(keys.root).nonce(nonce)
    verifier = verifier.tsa_certificate(keys.timestamp.certificate)
    assert verifier.build().verify(decode_timestamp_response(answer.dump()), DIGEST)


def test_other_digests_are_rejected() -> None:
    stamper = CityTimeStamper(load_keys().authority, lambda: NOW)
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}), "hashed_message": bytes(20)}
    )
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True})
    answer = run(stamper.async_request_tsa_response(request))
    assert answer["status"]["status"].native == "rejection"
    assert answer["status"]["fail_info"].native == {"bad_alg"}


def test_serial_numbers_never_repeat() -> None:
    authorities = [load_keys().authority for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda n: authorities[n % 2].stamp(DIGEST, NOW), range(40)))
    serials = {facts(token)["serial_number"].native for token in tokens}
    assert len(serials) == 40
    assert all(0 < serial < 2**160 for serial in serials)


def test_the_token_says_when_and_by_whom() -> None:
    token = facts(load_keys().authority.stamp(DIGEST, NOW))
    assert token["gen_time"].native == NOW.replace(microsecond=0)
    assert token["accuracy"]["seconds"].native == 1
    assert token["tsa"].chosen.native["common_name"] == "みほん市 庁内時刻証明"
    assert "認定タイムスタンプではありません" in NOT_ACCREDITED


def test_the_token_has_one_encoding() -> None:
    der = load_keys().authority.stamp(DIGEST, NOW).dump()
    assert containers.is_canonical(cms.ContentInfo.load(der), der)


def test_a_clock_set_back_is_refused() -> None:
    authority = load_keys().authority
    authority.stamp(DIGEST, NOW)
    authority.stamp(DIGEST, NOW - timedelta(seconds=30))  # as clock synchronisation steps
    with pytest.raises(ClockWrong, match="戻っています"):
        authority.stamp(DIGEST, NOW - timedelta(seconds=61))


@pytest.mark.parametrize("offset", [-timedelta(days=1), pki.TIMESTAMP_LIFE + timedelta(days=1)])
def test_a_clock_outside_the_certificate_is_refused(offset: timedelta) -> None:
    with pytest.raises(ClockWrong, match="有効期間の外"):
        load_keys().authority.stamp(DIGEST, MADE_AT + offset)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ClockWrong, match="時間帯"):
        load_keys().authority.stamp(DIGEST, NOW.replace(tzinfo=None))


def test_the_certificate_may_only_stamp() -> None:
    certificate = load_keys().timestamp.certificate
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not constraints.ca
