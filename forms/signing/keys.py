"""The city's keys: made at first start, loaded once, checked before use.

Private keys are files, so whoever can read the service account's files can seal in the city's name;
move `root.key` and `issuing.key` to a safe after the first start (sealing does not need them).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from forms.signing import keyfiles, pki
from forms.signing.errors import KeysExpired, KeysMissing, KeysUnreadable
from forms.signing.pki import Identity
from forms.signing.timestamp import TimestampAuthority


def _private_pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@functools.lru_cache(maxsize=32)
def _load_private(pem: bytes) -> RSAPrivateKey:
    # cryptography proves an RSA-3072 key anew at each load (128 ms; trust.md §1.3 trap 1).
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def _key_set(municipality: str, at: datetime) -> dict[str, bytes]:
    root = pki.make_root(municipality, at)
    issuing = pki.make_issuing(municipality, root, at)
    identities = {
        "root": root,
        "issuing": issuing,
        "seal": pki.make_seal(municipality, issuing, at),
        "timestamp": pki.make_timestamp(municipality, issuing, at),
    }
    files = {"root.crl": pki.make_crl(root, at), "issuing.crl": pki.make_crl(issuing, at)}
    for name, identity in identities.items():
        files[f"{name}.key"] = _private_pem(identity.key)
        files[f"{name}.pem"] = identity.certificate.public_bytes(Encoding.PEM)
    return files


def _unreadable(folder: Path, name: str, why: str) -> KeysUnreadable:
    path = folder / keyfiles.SET_FOLDER / name
    return KeysUnreadable(
        f"電子公印の鍵ファイル「{path}」が壊れています（{why}）。バックアップから戻してください。"
    )


def _certificate(folder: Path, name: str, issuer: x509.Certificate | None) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(keyfiles.read(folder, name))
        certificate.verify_directly_issued_by(issuer or certificate)
    except (ValueError, TypeError):
        raise _unreadable(folder, name, "証明書として読めません") from None
    except InvalidSignature:
        raise _unreadable(folder, name, "発行者の署名が合いません") from None
    return certificate


def _identity(folder: Path, name: str, issuer: x509.Certificate) -> Identity:
    certificate = _certificate(folder, f"{name}.pem", issuer)
    try:
        key = _load_private(keyfiles.read(folder, f"{name}.key"))
    except (ValueError, TypeError):
        raise _unreadable(folder, f"{name}.key", "秘密鍵として読めません") from None
    if key.public_key() != certificate.public_key():
        raise _unreadable(folder, f"{name}.key", "証明書と対になっていません")
    return Identity(certificate, key)


def _revocations(folder: Path, name: str, issuer: x509.Certificate) -> bytes:
    der = keyfiles.read(folder, name)
    try:
        valid = x509.load_der_x509_crl(der).is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except ValueError:
        valid = False
    if not valid:
        raise _unreadable(folder, name, "失効リストとして読めません")
    return der


@dataclass(frozen=True, slots=True)
class CityKeys:
    """The loaded keys of one municipality. `crls` are DER: the root's list, then the issuing CA's."""

    root: x509.Certificate
    issuing: x509.Certificate
    seal: Identity
    timestamp: Identity
    crls: tuple[bytes, ...]
    authority: TimestampAuthority = field(compare=False)

    @classmethod
    def create(cls, folder: Path, municipality: str, at: datetime | None = None) -> CityKeys:
        """Make the keys at first start; a set that is there already is loaded, never replaced."""
        moment = (at or datetime.now(UTC)).replace(microsecond=0)
        with keyfiles.exclusive(folder):
            if not keyfiles.set_exists(folder):
                keyfiles.write_set(folder, _key_set(municipality, moment))
            keyfiles.publish(folder, keyfiles.read(folder, "root.pem"))
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path, at: datetime | None = None) -> CityKeys:
        """Load the keys; with `at`, also refuse what is not valid at that instant.

        Raises KeysMissing, KeysUnreadable, KeysExposed, KeysExpired.
        """
        if not keyfiles.set_exists(folder):
            raise KeysMissing(
                f"電子公印の鍵が「{folder}」にありません。「kakazu up」で初回の起動をするか、"
                "バックアップから鍵フォルダーを戻してください。"
            )
        root = _certificate(folder, "root.pem", None)
        issuing = _certificate(folder, "issuing.pem", root)
        timestamp = _identity(folder, "timestamp", issuing)
        keys = cls(
            root=root,
            issuing=issuing,
            seal=_identity(folder, "seal", issuing),
            timestamp=timestamp,
            crls=(_revocations(folder, "root.crl", root), _revocations(folder, "issuing.crl", issuing)),
            authority=TimestampAuthority(timestamp, (issuing,)),
        )
        if at is not None:
            keys.check(at)
        return keys

    @classmethod
    def open(cls, folder: Path, municipality: str, at: datetime | None = None) -> CityKeys:
        """Load the keys, making them at the first start."""
        if keyfiles.set_exists(folder) and (folder / keyfiles.ROOT_COPY).exists():
            return cls.load(folder, at)
        return cls.create(folder, municipality, at)

    def check(self, at: datetime) -> None:
        """Raise KeysExpired unless every certificate and list is valid at `at` and none is revoked."""
        certificates = {
            "ルート認証局": self.root,
            "認証局": self.issuing,
            "電子公印": self.seal.certificate,
            "時刻証明": self.timestamp.certificate,
        }
        for title, certificate in certificates.items():
            _check_period(
                f"{title}の証明書", certificate.not_valid_before_utc, certificate.not_valid_after_utc, at
            )
        for der in self.crls:
            crl = x509.load_der_x509_crl(der)
            _check_period("失効リスト", crl.last_update_utc, crl.next_update_utc, at)
            for title, certificate in certificates.items():
                issued_here = crl.issuer == certificate.issuer
                if issued_here and crl.get_revoked_certificate_by_serial_number(certificate.serial_number):
                    raise KeysExpired(f"{title}の証明書は失効しています。新しい証明書を用意してください。")

    @property
    def municipality(self) -> str:
        """The organisation the seal certificate names."""
        return str(self.seal.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)

    @property
    def root_pem(self) -> bytes:
        """The root certificate, PEM: what an auditor trusts."""
        return self.root.public_bytes(Encoding.PEM)

    @property
    def issuing_pem(self) -> bytes:
        """The issuing CA's certificate, PEM."""
        return self.issuing.public_bytes(Encoding.PEM)

    @property
    def trust_pem(self) -> bytes:
        """The root certificate and the newest revocation lists in one PEM text, for `verify`."""
        return self.root_pem + _crls_pem(self.crls)

    def asn1_certificates(self) -> Mapping[str, asn1_x509.Certificate]:
        """The seal's and the issuing CA's certificate as pyHanko takes them."""
        return {
            "seal": asn1_x509.Certificate.load(self.seal.certificate.public_bytes(Encoding.DER)),
            "issuing": asn1_x509.Certificate.load(self.issuing.public_bytes(Encoding.DER)),
        }

    def asn1_crls(self) -> list[asn1_crl.CertificateList]:
        """The revocation lists as pyHanko takes them."""
        return [asn1_crl.CertificateList.load(der) for der in self.crls]


def _check_period(what: str, start: datetime, end: datetime | None, at: datetime) -> None:
    if at < start:
        raise KeysExpired(f"{what}はまだ有効ではありません。サーバーの時計を確認してください。")
    if end is not None and at > end:
        raise KeysExpired(
            f"{what}の有効期間（{end:%Y-%m-%d}まで）が過ぎています。新しい証明書を用意してください。"
        )


def _crls_pem(crls: tuple[bytes, ...]) -> bytes:
    return b"".join(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in crls)


def trust_of(folder: Path) -> bytes | None:
    """What a key folder offers as trust without its private keys: root and revocation lists, PEM.

    None when there is no root certificate. Raises KeysUnreadable for a damaged list.
    """
    root_copy = folder / keyfiles.ROOT_COPY
    if not root_copy.is_file():
        return None
    lists = sorted((folder / keyfiles.SET_FOLDER).glob("*.crl"))
    try:
        return root_copy.read_bytes() + _crls_pem(tuple(path.read_bytes() for path in lists))
    except ValueError:
        raise KeysUnreadable(
            f"「{folder}」の失効リストが壊れています。バックアップから戻してください。"
        ) from None
