"""The city's keys: a whole set or none, private, cached, checked."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms.signing import keyfiles, pki
from forms.signing.errors import KeysExpired, KeysExposed, KeysMissing, KeysUnreadable
from forms.signing.keys import CityKeys, trust_of
from forms.signing.trust import Trust
from tests.support.keys import MADE_AT, key_folder, load_keys

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a finished key folder."""
    return Path(shutil.copytree(key_folder(), tmp_path / "keys"))


def test_the_set_is_private(folder: Path) -> None:
    assert stat.S_IMODE(key_folder().stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "pki").stat().st_mode) == 0o700
    names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "pki").iterdir()}
    assert set(names.values()) == {0o600}
    kinds = {"root": 3, "issuing": 3, "seal": 2, "timestamp": 2}
    assert {kind: sum(name.startswith(f"{kind}.") for name in names) for kind in kinds} == kinds
    assert len(names) == 10


def test_certificates_have_the_profile() -> None:
    keys = load_keys()
    assert keys.municipality == "みほん市"
    assert keys.seal.key.key_size == 3072
    usage = keys.seal.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    names = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
    granted = [name for name in names if getattr(usage.value, name)]
    assert granted == ["digital_signature", "content_commitment"]
    purpose = keys.timestamp.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert purpose.critical
    assert list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    keys.issuing.verify_directly_issued_by(keys.root)
    keys.seal.certificate.verify_directly_issued_by(keys.issuing)
    issuers = [x509.load_der_x509_crl(der).issuer for der in keys.crls]
    assert issuers == [keys.root.subject, keys.issuing.subject]


def test_openssl_accepts_the_chain(tmp_path: Path) -> None:
    folder = key_folder()
    lists = tmp_path / "lists.pem"
    lists.write_bytes(load_keys().trust_pem)
    for name in ("seal", "timestamp"):
        command = ["openssl", "verify", "-crl_check_all", "-CRLfile", str(lists), "-x509_strict"]
        command += ["-CAfile", str(folder / "root.pem"), "-untrusted", str(folder / "pki/issuing.pem")]
        done = subprocess.run([*command, str(folder / f"pki/{name}.pem")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_loading_again_takes_the_cached_keys(folder: Path) -> None:
    first, second = CityKeys.load(folder), CityKeys.load(folder)
    assert first.seal.key is second.seal.key
    assert first == second


def test_opening_makes_the_keys_once(folder: Path) -> None:
    before = (folder / "pki/seal.key").read_bytes()
    (folder / "root.pem").unlink()
    keys = CityKeys.open(folder, "よその市")
    assert keys.municipality == "みほん市"
    assert (folder / "pki/seal.key").read_bytes() == before
    assert (folder / "root.pem").read_bytes() == keys.root_pem


def test_sealing_needs_no_certification_keys(folder: Path) -> None:
    for name in ("root.key", "issuing.key"):
        (folder / "pki" / name).unlink()
    CityKeys.load(folder, NOW)


def test_two_first_starts_make_one_set(tmp_path: Path) -> None:
    made: list[CityKeys] = []
    starts = [
        threading.Thread(target=lambda: made.append(CityKeys.open(tmp_path / "keys", "みほん市")))
        for _ in range(2)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(made) == 2
    assert made[0].root_pem == made[1].root_pem


CRASH = """
import os, sys
from pathlib import Path
from forms.signing import keyfiles
folder, last = Path(sys.argv[1]), int(sys.argv[2])
written = 0
real = keyfiles._write
def dying(path, content, mode):
    global written
    written += 1
    if written > last:
        os.kill(os.getpid(), 9)
    real(path, content, mode)
keyfiles._write = dying
with keyfiles.exclusive(folder):
    keyfiles.write_set(folder, {f"{n}.key": b"x" for n in range(4)})
"""


@pytest.mark.parametrize("files", range(4))
def test_a_crash_leaves_no_half_set(tmp_path: Path, files: int) -> None:
    died = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), str(files)], capture_output=True)
    assert died.returncode == -9
    assert not keyfiles.set_exists(tmp_path)
    with pytest.raises(KeysMissing):
        CityKeys.load(tmp_path)
    with keyfiles.exclusive(tmp_path):
        keyfiles.write_set(tmp_path, {"a.key": b"a"})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "pki"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="nowhere"):
        CityKeys.load(tmp_path / "nowhere")
    assert trust_of(tmp_path) is None


@pytest.mark.parametrize("name", ["seal.key", "timestamp.pem", "issuing.crl"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / "pki" / name).unlink()
    with pytest.raises(KeysMissing, match=name):
        CityKeys.load(folder)


@pytest.mark.parametrize("name", ["seal.key", "seal.pem", "root.pem", "root.crl"])
def test_an_unreadable_file_is_named(folder: Path, name: str) -> None:
    path = folder / "pki" / name
    path.unlink()
    path.mkdir()
    with pytest.raises(KeysUnreadable, match=name):
        CityKeys.load(folder)


@pytest.mark.parametrize("name", ["seal.key", "seal.pem", "issuing.pem", "issuing.crl"])
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / "pki" / name).write_bytes(b"not what the name says")
    with pytest.raises(KeysUnreadable, match=name):
        CityKeys.load(folder)


def test_a_foreign_certificate_is_refused(folder: Path) -> None:
    stranger = key_folder("よその市") / "pki"
    shutil.copy(stranger / "seal.pem", folder / "pki/seal.pem")
    with pytest.raises(KeysUnreadable, match=r"seal\.pem"):
        CityKeys.load(folder)
    shutil.copy(key_folder() / "pki/seal.pem", folder / "pki/seal.pem")
    shutil.copy(stranger / "seal.key", folder / "pki/seal.key")
    with pytest.raises(KeysUnreadable, match="対になっていません"):
        CityKeys.load(folder)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_others_may_read_is_refused(folder: Path, mode: int) -> None:
    (folder / "pki/seal.key").chmod(mode)
    with pytest.raises(KeysExposed, match="chmod 600"):
        CityKeys.load(folder)


def test_expired_keys_are_refused(folder: Path) -> None:
    CityKeys.load(folder, NOW)
    with pytest.raises(KeysExpired, match="過ぎています"):
        CityKeys.load(folder, MADE_AT + pki.SEAL_LIFE + timedelta(days=1))
    with pytest.raises(KeysExpired, match="まだ有効ではありません"):
        CityKeys.load(folder, MADE_AT - timedelta(days=1))


def test_a_revoked_seal_is_refused(folder: Path) -> None:
    loaded = CityKeys.load(folder)
    issuing = pki.Identity(loaded.issuing, _issuing_key(folder))
    serial = loaded.seal.certificate.serial_number
    (folder / "pki/issuing.crl").write_bytes(pki.make_crl(issuing, NOW, {serial: NOW}))
    with pytest.raises(KeysExpired, match="失効しています"):
        CityKeys.load(folder, NOW)


def _issuing_key(folder: Path) -> RSAPrivateKey:
    key = load_pem_private_key((folder / "pki/issuing.key").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def test_the_folder_offers_trust_with_its_lists(folder: Path) -> None:
    offered = trust_of(folder)
    assert offered is not None
    trust = Trust.parse(offered)
    assert len(trust.roots) == 1
    assert len(trust.crls) == 2
    (folder / "pki/root.crl").write_bytes(b"damaged")
    with pytest.raises(KeysUnreadable):
        trust_of(folder)
