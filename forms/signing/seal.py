"""The city's seal (公印): one incremental update over the very bytes that were shown.

The final file begins with the shown document, byte for byte. The update adds the evidence file, ink and
words that say how it was signed, and a PAdES B-T certification signature over everything; its reason
names the hashes (trust.md §2). It touches no other object, so the verification can say that the update
only added.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner

from forms.rendering.geometry import SIGNATURE_PLACE, Rect
from forms.signing import containers, ink_stream
from forms.signing.errors import CannotSeal, NotShown
from forms.signing.evidence import FILE_NAME, ShownDocument, SignatureEvidence
from forms.signing.ink_stream import Page
from forms.signing.keys import CityKeys
from forms.signing.marks import words_of
from forms.signing.reason import Reason
from forms.signing.words import words_path

FIELD_NAME = "CitySeal"
# Room for the container besides certificates and lists: attributes, two signatures, the timestamp's facts.
MARGIN = 3_500


class _SealWriter(IncrementalPdfFileWriter):
    """Writes the update and nothing beside it."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Do nothing: a catalog /Version 2.0 would break PDF/A-3 (trust.md §1.3 trap 2)."""

    def _update_meta(self) -> None:
        """Leave Info and XMP as shown; the seal carries its own time."""


def seal(
    shown: bytes,
    evidence: SignatureEvidence | None,
    keys: CityKeys,
    at: datetime,
    place: Rect = SIGNATURE_PLACE,
) -> bytes:
    """Seal a shown document at the instant `at` (aware); without evidence as a paper intake.

    Raises NotShown when the evidence does not name these bytes, CannotSeal for a file that cannot take
    the seal, KeysExpired and ClockWrong.
    """
    document = ShownDocument.of("", shown)
    if evidence is not None and not any(
        (one.sha256, one.length) == (document.sha256, document.length) for one in evidence.shown
    ):
        raise NotShown(
            "署名の記録に、この書類は含まれていません。もう一度、書類を表示して署名してもらってください。"
        )
    keys.check(at)
    writer = _open(shown)
    reason = Reason(document.sha256, document.length)
    if evidence is not None:
        content = evidence.to_bytes()
        _attach(writer, content, at)
        _draw(writer, evidence, place)
        sha256 = hashlib.sha256(content).hexdigest()
        reason = Reason(document.sha256, document.length, sha256, evidence.evidence_class)
    return _sign(writer, keys, at, reason.text)


def _open(shown: bytes) -> _SealWriter:
    try:
        writer = _SealWriter(BytesIO(shown), strict=True)
        encrypted, signed = writer.prev.encrypted, bool(writer.prev.embedded_signatures)
    except (PdfError, ValueError) as error:
        raise CannotSeal("書類のPDFが壊れているため公印を付けられません。") from error
    if encrypted:
        raise CannotSeal("暗号化されたPDFには公印を付けられません。")
    if signed:
        raise CannotSeal("この書類にはすでに電子署名があります。公印は一度だけ付けられます。")
    return writer


def _attach(writer: IncrementalPdfFileWriter, content: bytes, at: datetime) -> None:
    parameters = embed.EmbeddedFileParams(embed_checksum=False, creation_date=at, modification_date=at)
    stream = embed.EmbeddedFileObject.from_file_data(
        writer, content, mime_type="application/json", params=parameters
    )
    spec = embed.FileSpec(
        file_spec_string=FILE_NAME,
        file_name=FILE_NAME,
        embedded_data=stream,
        description="署名の記録",
        af_relationship=pdf_name("/Supplement"),
    )
    embed.embed_file(writer, spec)


def _draw(writer: IncrementalPdfFileWriter, evidence: SignatureEvidence, place: Rect) -> None:
    capture = evidence.capture
    strokes, device = (capture.strokes, capture.device) if capture else ((), None)
    last = int(writer.root["/Pages"]["/Count"]) - 1
    page_reference, _ = writer.find_page_for_modification(last)
    box = Page(*(float(number) for number in _inherited(page_reference.get_object(), "/MediaBox")))
    words = words_path(words_of(evidence.mark), SIGNATURE_PLACE)
    drawing = ink_stream.write(strokes, device, place, box, words)
    streams = (generic.StreamObject(stream_data=ink_stream.GUARD), generic.StreamObject(stream_data=drawing))
    streams[1].compress()
    writer.add_stream_to_page(last, writer.add_object(streams[0]), prepend=True)
    writer.add_stream_to_page(last, writer.add_object(streams[1]))


def _inherited(page: generic.DictionaryObject, key: str) -> generic.ArrayObject:
    while key not in page:
        page = page["/Parent"]
    found: generic.ArrayObject = page[key]
    return found


def _sign(writer: IncrementalPdfFileWriter, keys: CityKeys, at: datetime, reason: str) -> bytes:
    certificates, crls = keys.asn1_certificates(), keys.asn1_crls()
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        reason=reason,
    )
    signer = PdfSigner(metadata, ExternalSigner(certificates["seal"], None))
    session = signer.init_signing_session(writer)
    session.system_time = at
    size = MARGIN + sum(len(one.dump()) for one in (*crls, *certificates.values(), *certificates.values()))
    prepared = session.prepare_tbs_document(None, bytes_reserved=2 * size)
    output = BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    attributes = containers.attributes("data", digest.document_digest, certificates["seal"])
    signature = keys.seal.key.sign(attributes.dump(), PKCS1v15(), SHA256())
    signed = containers.Signed(
        certificate=certificates["seal"],
        attributes=attributes,
        signature=signature,
        certificates=tuple(certificates.values()),
        crls=tuple(crls),
        stamp=keys.authority.stamp(hashlib.sha256(signature).digest(), at),
    )
    digest.fill_with_cms(output, containers.contain(signed))
    return output.getvalue()
