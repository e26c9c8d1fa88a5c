"""Second and third opinions on a sealed file: poppler's pdfsig and OpenSSL, which know nothing of us."""

from __future__ import annotations

import subprocess
from pathlib import Path

from asn1crypto import cms

from forms.signing import containers
from tests.support import attacks


def make_trust_store(folder: Path, keys: Path) -> Path:
    """An NSS database in `folder` that trusts the root of the city whose `keys` these are (trust.md §1.1)."""
    store = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*store, "-N", "--empty-password"], check=True)
    for name, flags, file in (("root", "CT,C,C", "root.pem"), ("issuing", ",,", "pki/issuing.pem")):
        add = ["-A", "-n", name, "-t", flags, "-i", str(keys / file)]
        subprocess.run([*store, *add], check=True)
    return folder


def pdfsig(pdf: bytes, store: Path, folder: Path) -> str:
    """What pdfsig says; its exit code is 0 even on a mismatch, so read the text."""
    (folder / "sealed.pdf").write_bytes(pdf)
    command = ["pdfsig", "-nssdir", f"sql:{store}", str(folder / "sealed.pdf")]
    return subprocess.run(command, capture_output=True, text=True).stdout


def take_apart(sealed: bytes, folder: Path) -> containers.Signed:
    """Lay out what OpenSSL needs in `folder`: covered bytes, seal, timestamp, and what it stamps."""
    start, end = attacks.container_of(sealed)
    (folder / "covered").write_bytes(sealed[:start] + sealed[end:])
    container = cms.ContentInfo.load(bytes.fromhex(sealed[start + 1 : end - 1].decode()))
    (folder / "seal").write_bytes(container.dump())
    signed = containers.take_apart(container)
    assert signed.stamp is not None
    (folder / "stamp").write_bytes(signed.stamp.dump())
    (folder / "signature").write_bytes(signed.signature)
    return signed


def openssl_seal(folder: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """OpenSSL's check of the seal over the covered bytes laid out in `folder`."""
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", str(folder / "seal"), "-binary"]
    command += ["-content", str(folder / "covered"), "-CAfile", str(root)]
    command += ["-purpose", "any", "-crl_check_all", "-cades", "-out", "/dev/null"]
    return subprocess.run(command, capture_output=True, text=True)


def openssl_timestamp(folder: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """OpenSSL's check of the timestamp laid out in `folder`."""
    command = ["openssl", "ts", "-verify", "-in", str(folder / "stamp"), "-token_in"]
    command += ["-data", str(folder / "signature"), "-CAfile", str(root)]
    return subprocess.run(command, capture_output=True, text=True)


def assert_trusted_by_others(pdf: bytes, store: Path, keys: Path, folder: Path) -> None:
    """pdfsig says valid, trusted and total; OpenSSL verifies seal and timestamp."""
    said = pdfsig(pdf, store, folder)
    assert all(words in said for words in ("is Valid.", "is Trusted.", "Total document signed")), said
    assert "Not total" not in said
    take_apart(pdf, folder)
    for done in (openssl_seal(folder, keys / "root.pem"), openssl_timestamp(folder, keys / "root.pem")):
        assert done.returncode == 0, done.stderr
