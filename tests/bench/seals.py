"""Sealing and verifying: CPU per document against pyHanko's stock signer, same form, same keys.

Run by hand: `python -m tests.bench.seals`.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from forms.signing.keys import CityKeys
from forms.signing.pki import Identity
from forms.signing.seal import seal
from forms.signing.verification import verify
from tests.support.keys import load_keys
from tests.support.sealing import evidence_for, shown_pdf

ROUNDS = 20


def _stock_parts(identity: Identity) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    der = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = asn1_x509.Certificate.load(identity.certificate.public_bytes(Encoding.DER))
    return certificate, asn1_keys.PrivateKeyInfo.load(der)


def stock(shown: bytes, keys: CityKeys) -> bytes:
    """PAdES B-T as pyHanko's documentation does it."""
    issuing = asn1_x509.Certificate.load(keys.issuing.public_bytes(Encoding.DER))
    store = SimpleCertificateStore.from_certs([issuing])
    certificate, key = _stock_parts(keys.seal)
    signer = SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store)
    stamp_certificate, stamp_key = _stock_parts(keys.timestamp)
    stamper = DummyTimeStamper(stamp_certificate, stamp_key, store)
    metadata = PdfSignatureMetadata(
        field_name="Seal",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(shown))
    output = PdfSigner(metadata, signer, timestamper=stamper).sign_pdf(writer)
    return bytes(output.getvalue())


def _measure(act: Callable[[], object]) -> float:
    act()
    start = time.process_time()
    for _ in range(ROUNDS):
        act()
    return (time.process_time() - start) / ROUNDS * 1000


def main() -> None:
    """Print the table."""
    keys, shown, at = load_keys(), shown_pdf(), datetime.now(UTC)
    evidence = evidence_for(shown, at=at)
    sealed = seal(shown, evidence, keys, at)
    times = {
        "stock pyHanko B-T (SimpleSigner, DummyTimeStamper)": _measure(lambda: stock(shown, keys)),
        "seal without evidence (B-T, key cached)": _measure(lambda: seal(shown, None, keys, at)),
        "seal with evidence and ink (B-T, key cached)": _measure(lambda: seal(shown, evidence, keys, at)),
    }
    verifying = _measure(lambda: verify(sealed, keys.root_pem))
    first = next(iter(times.values()))
    lines = ["| act | CPU ms | against stock |", "|---|---|---|"]
    lines += [f"| {name} | {spent:.1f} | {first / spent:.1f}× |" for name, spent in times.items()]
    lines.append(f"| verify | {verifying:.1f} | |")
    lines.append(f"\nshown {len(shown):,} bytes, sealed {len(sealed):,} bytes\n")
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
