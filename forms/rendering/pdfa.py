"""The gate for archival PDFs: does a file keep PDF/A-3b, and are its attachments declared as they must be?

pikepdf's allowlist validator (rules of veraPDF 1.30) finds violations; what it does not check is only
accepted from a fixed list, and attachments are checked here (trust.md §1.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import pdfa

VARIANT = "3b"
# Constructs the validator does not judge: WeasyPrint's (empty) resource dictionaries, and what the seal
# adds (attachment objects, the signature field and its form, permissions).
KNOWN_UNCHECKED = ("/Pattern", "/Shading", "/EmbeddedFiles", "/EF", "/AF", "/AcroForm", "/Perms", "/DSS")


def faults_of(pdf: bytes) -> tuple[str, ...]:
    """What keeps `pdf` from being PDF/A-3b with well declared attachments; empty when nothing does."""
    report = pdfa.validate_written(BytesIO(pdf), VARIANT)
    found = [f"{finding.rule} {finding.where}: {finding.message}" for finding in report.violations]
    found += [
        f"unchecked {finding.rule} {finding.where}: {finding.message}"
        for finding in report.unsupported
        if not any(known in finding.where for known in KNOWN_UNCHECKED)
    ]
    with pikepdf.open(BytesIO(pdf)) as document:
        found += _attachment_faults(document)
    return tuple(found)


def _attachment_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """ISO 19005-3 6.8: MIME type, relationship and a place in the catalog's /AF for every embedded file."""
    associated = [entry.objgen for entry in pdf.Root.get("/AF", pikepdf.Array())]
    if len(set(associated)) != len(associated):
        yield "attachments: listed twice in /AF"
    for name in pdf.attachments:
        spec = pdf.attachments[name].obj
        stream = spec.EF.F
        if spec.objgen not in associated:
            yield f"attachment {name}: not listed in /AF"
        if spec.get("/AFRelationship") not in ("/Data", "/Source", "/Supplement", "/Alternative"):
            yield f"attachment {name}: no relationship"
        if "/" not in str(stream.get("/Subtype", ""))[1:]:
            yield f"attachment {name}: no MIME type"
        if "/F" not in spec or "/UF" not in spec:
            yield f"attachment {name}: not named in both /F and /UF"
        yield from _parameter_faults(name, stream)


def _parameter_faults(name: str, stream: pikepdf.Object) -> Iterator[str]:
    parameters = stream.get("/Params", pikepdf.Dictionary())
    content = stream.read_bytes()
    if "/ModDate" not in parameters:
        yield f"attachment {name}: no date of modification"
    if "/Size" in parameters and int(parameters.Size) != len(content):
        yield f"attachment {name}: wrong size"
    checksum = hashlib.md5(content, usedforsecurity=False).digest()
    if "/CheckSum" in parameters and bytes(parameters.CheckSum) != checksum:
        yield f"attachment {name}: wrong checksum"
