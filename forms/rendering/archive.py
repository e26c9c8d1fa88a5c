"""Scanned pages as an archive for ever: PDF/A-3b, the text invisible at its place, so that it can be found.

The invisible text is set in a font of one empty glyph that is embedded and as wide as the text says, as
Tesseract and OCRmyPDF do; every UTF-16 unit is its own code. Own code instead of OCRmyPDF: that would
read the pages once more with Tesseract, while what we know of them is better and stands already.
"""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms

from forms.rendering.geometry import Rect

_POINTS = 72 / 25.4
_EM = 1000
_ADVANCE = 500
_JPEG_QUALITY = 82
_LEVELS = 17
_MADE = 3_850_000_000
_CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


@dataclass(frozen=True, slots=True)
class ArchiveText:
    """A piece of text that can be found at its place (mm from the page's top left corner)."""

    text: str
    place: Rect


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A page: its picture (PNG), its size in mm, and the text to be found on it."""

    picture: bytes = field(repr=False)
    width: float
    height: float
    texts: tuple[ArchiveText, ...]


def render_archive(
    pages: Iterable[ArchivePage], title: str, made_at: datetime, files: Mapping[str, bytes]
) -> bytes:
    """The pages as PDF/A-3b with `files` (name → JSON) attached; `made_at` is aware."""
    pdf = Pdf.new()
    font = _font(pdf)
    for page in pages:
        _add_page(pdf, page, font)
    for name, content in files.items():
        _attach(pdf, name, content, made_at)
    _describe(pdf, title, made_at)
    written = io.BytesIO()
    pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return written.getvalue()


def _add_page(pdf: Pdf, page: ArchivePage, font: pikepdf.Object) -> None:
    width, height = page.width * _POINTS, page.height * _POINTS
    texts = b"\n".join(_shown(one, page.height) for one in page.texts if one.text)
    picture = b"q %.2f 0 0 %.2f 0 0 cm /Page Do Q\n" % (width, height) if page.picture else b""
    content = picture + (b"BT 3 Tr\n" + texts + b"\nET" if texts else b"")
    resources = Dictionary(Font=Dictionary(Unseen=font))
    if page.picture:
        resources.XObject = Dictionary(Page=_picture(pdf, page.picture))
    pdf.pages.append(
        pikepdf.Page(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
                    Resources=resources,
                    Contents=Stream(pdf, content),
                )
            )
        )
    )


def _shown(one: ArchiveText, page_height: float) -> bytes:
    """The operators that set a text over its place, as wide as the place is."""
    text = " ".join(one.text.split())
    code = text.encode("utf-16-be", "ignore")
    size = max(one.place.height * _POINTS * 0.8, 1.0)
    natural = len(code) / 2 * size * _ADVANCE / _EM
    across = max(one.place.width * _POINTS, 1.0) / natural * 100 if natural else 100.0
    x = one.place.x * _POINTS
    y = (page_height - one.place.bottom + one.place.height * 0.15) * _POINTS
    return b"/Unseen %.2f Tf %.2f Tz 1 0 0 1 %.2f %.2f Tm <%s> Tj" % (size, across, x, y, code.hex().encode())


def _picture(pdf: Pdf, png: bytes) -> Stream:
    """A picture without loss where it has sixteen levels (our straightened sheets), else as JPEG."""
    with Image.open(io.BytesIO(png)) as opened:
        grey = opened.convert("L")
    levels = grey.histogram()
    size = (grey.width, grey.height)
    if any(count for level, count in enumerate(levels) if level % _LEVELS):
        jpeg = io.BytesIO()
        grey.save(jpeg, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        return Stream(pdf, jpeg.getvalue(), _image(size, 8, Name.DCTDecode))
    return Stream(pdf, zlib.compress(_packed(grey), 6), _image(size, 4, Name.FlateDecode))


def _image(size: tuple[int, int], bits: int, how: Name) -> Dictionary:
    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=bits,
        Filter=how,
    )


def _packed(grey: Image.Image) -> bytes:
    """Two pixels of sixteen levels a byte, each row on its own."""
    nibbles = grey.point([level // _LEVELS for level in range(256)])
    even = nibbles.width + nibbles.width % 2
    if even != nibbles.width:
        padded = Image.new("L", (even, nibbles.height))
        padded.paste(nibbles)
        nibbles = padded
    flat = nibbles.tobytes()
    return bytes(high << 4 | low for high, low in zip(flat[::2], flat[1::2], strict=True))


def _font(pdf: Pdf) -> pikepdf.Object:
    """The font of one empty glyph as composite font: every two bytes are a character."""
    data = _empty_font()
    file = Stream(pdf, data, Dictionary(Length1=len(data)))
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/KKZUNS+Unseen"),
        Flags=5,
        FontBBox=Array([0, 0, _ADVANCE, _EM]),
        ItalicAngle=0,
        Ascent=_EM,
        Descent=-1,
        CapHeight=_EM,
        StemV=80,
        FontFile2=pdf.make_indirect(file),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/KKZUNS+Unseen"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=_ADVANCE,
        CIDToGIDMap=pdf.make_indirect(Stream(pdf, b"\x00\x01" * 65536)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/KKZUNS+Unseen"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, _CMAP)),
        )
    )


@functools.cache
def _empty_font() -> bytes:
    """A TrueType font whose glyphs have no outline."""
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "unseen"])
    builder.setupCharacterMap({0x20: "unseen"})
    builder.setupGlyf({name: Glyph() for name in (".notdef", "unseen")})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "unseen"), (_ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=_EM, descent=-1)
    builder.setupNameTable({"familyName": "Unseen", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    # The same bytes at every start: a fixed date of making, in seconds since 1904.
    builder.font["head"].created = builder.font["head"].modified = _MADE
    builder.font.recalcTimestamp = False
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


def _attach(pdf: Pdf, name: str, content: bytes, made_at: datetime) -> None:
    """A file inside, declared as PDF/A-3 wants it."""
    spec = pikepdf.AttachedFileSpec(
        pdf,
        content,
        description=name,
        filename=name,
        mime_type="application/json",
        creation_date=_pdf_date(made_at),
        mod_date=_pdf_date(made_at),
    )
    spec.relationship = Name.Data
    pdf.attachments[name] = spec


def _describe(pdf: Pdf, title: str, made_at: datetime) -> None:
    """Title, language, colours and the word that it is PDF/A-3b."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                DestOutputProfile=pdf.make_indirect(Stream(pdf, profile, Dictionary(N=3))),
            )
        ]
    )
    pdf.Root.Lang = String("ja")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as words:
        words["dc:title"] = title
        words["xmp:CreateDate"] = words["xmp:ModifyDate"] = made_at.isoformat(timespec="seconds")
        words["xmp:CreatorTool"] = "Kakazu"
        words["pdfaid:part"], words["pdfaid:conformance"] = "3", "B"


def _pdf_date(at: datetime) -> str:
    offset = at.strftime("%z")
    return f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
