"""The child process that parses one uploaded file: `python -m ocr.parsing FILE [FIRST]`.

It limits itself before it opens anything, then writes each page to standard output as a JSON line
(`{"height": …, "width": …}` or `{"problem": …}`) followed by the grey pixels, and `{"end": true}` last.
Nothing but this process ever parses a file that came from outside.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageOps, ImageSequence, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_PAGES = 1_000
MOST_BYTES = 200_000_000
PDF_DPI = 300
_MEMORY = 1_500_000_000
_CPU_SECONDS = 600
_PICTURES = ("PNG", "JPEG", "TIFF", "MPO")
_KNOWN = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
)
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
# Red is printed, stamped or spilt, and no ballpoint of these forms: it is lightened to this tone, which still
# counts as something faint, so that nobody's red pen is taken for an empty place.
_RED_TONE, _RED_FROM = 215, 24
_COARSE = 8
# A standard fax has half as many lines as columns.
_UNEVEN = 1.3
_TOO_LARGE = "画像が大きすぎます（1ページ4,000万画素まで）。300dpiでスキャンし直してください。"
_BROKEN = "画像が壊れていて開けません。スキャンし直してください。"


class Refused(Exception):
    """A file that is not read, with the sentence for the person; ends this process's work, not the batch."""


def kind_of(path: Path) -> str:
    """`pdf` or `image` by the first bytes, never by the name. Raises `Refused` for everything else."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("ファイルが空です。スキャンし直してください。")
    if size > MOST_BYTES:
        raise Refused("ファイルが大きすぎます（200MBまで）。分けて読み取ってください。")
    with path.open("rb") as file:
        start = file.read(1024)
    found = next((kind for magic, kind in _KNOWN if start.startswith(magic)), "")
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        raise Refused("iPhoneなどの写真（HEIC）は開けません。JPEGで保存し直すか、スキャンしてください。")
    if found == "office":
        raise Refused("WordやExcelなどのファイルです。PDFか画像（PNG・JPEG・TIFF）にしてください。")
    if not found and b"%PDF-" in start:
        return "pdf"
    if not found:
        raise Refused("画像でもPDFでもありません。PNG・JPEG・TIFF・PDFのどれかにしてください。")
    return found


def pictures(path: Path, first: int = 1) -> Iterator[Image.Image | str]:
    """Each page of an image file from `first` on in grey, or the sentence why it cannot be read."""
    with Image.open(path, formats=_PICTURES) as whole:
        for number, frame in enumerate(ImageSequence.Iterator(whole)):
            if number < first - 1:
                continue
            if number >= MOST_PAGES:
                yield f"ページが多すぎます（{MOST_PAGES:,}ページまで）。分けて読み取ってください。"
                return
            if frame.width * frame.height > MOST_PIXELS:
                yield _TOO_LARGE
                continue
            yield even(grey(ImageOps.exif_transpose(frame)), frame.info.get("dpi"))


def even(picture: Image.Image, dpi: object) -> Image.Image:
    """A picture whose pixels are no squares, as of a standard fax (204 × 98 dpi), with square ones."""
    if not (isinstance(dpi, tuple) and len(dpi) == 2 and min(dpi) > 0):
        return picture
    across, down = (float(one) for one in dpi)
    if max(across, down) < _UNEVEN * min(across, down):
        return picture
    finest = max(across, down)
    size = (round(picture.width * finest / across), round(picture.height * finest / down))
    if size[0] * size[1] > MOST_PIXELS:
        return picture
    return picture.resize(size, Image.Resampling.BILINEAR)


def without_red(picture: Image.Image) -> Image.Image:
    """A colour picture in grey, what is red (seals, ruled print, stains) lightened."""
    shade = picture.convert("L")
    levels = _redness(picture.reduce(_COARSE)).histogram()
    if not any(levels[_RED_FROM:]):
        return shade
    red = picture.getchannel(0).point([min(level, _RED_TONE) for level in range(256)])
    light = ImageChops.lighter(shade, red)
    mask = _redness(picture).point([max(0, min(255, (level - _RED_FROM) * 6)) for level in range(256)])
    return Image.composite(light, shade, mask)


def _redness(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.subtract(red, ImageChops.lighter(green, blue))


def grey(picture: Image.Image) -> Image.Image:
    """Any mode as 8-bit grey; what is transparent is paper, what is red is lightened."""
    if picture.mode.startswith("I"):
        return picture.point([value // 256 for value in range(65536)], "L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return without_red(Image.alpha_composite(paper, layered).convert("RGB"))
    if picture.mode in ("RGB", "CMYK", "YCbCr", "P", "LAB", "HSV"):
        return without_red(picture.convert("RGB"))
    return picture.convert("L")


def sheets(path: Path, first: int = 1) -> Iterator[Image.Image | str]:
    """Each page of a PDF from `first` on at 300 dpi in grey, or the sentence why it cannot be read."""
    document = pypdfium2.PdfDocument(path)
    if len(document) > MOST_PAGES:
        raise Refused(f"ページが多すぎます（{MOST_PAGES:,}ページまで）。分けて読み取ってください。")
    scale = PDF_DPI / 72
    for number in range(first - 1, len(document)):
        page = document[number]
        width, height = page.get_size()
        if width * height * scale * scale > MOST_PIXELS:
            yield _TOO_LARGE
            continue
        yield grey(page.render(scale=scale, may_draw_forms=True).to_pil())
        page.close()


def main(path: Path, first: int = 1) -> None:
    """Write every page of the file from `first` on, the end mark last. Any fault is a page with a problem."""
    try:
        for page in sheets(path, first) if kind_of(path) == "pdf" else pictures(path, first):
            _write(page)
    except Refused as refusal:
        _write(str(refusal))
    except Image.DecompressionBombError:
        _write(_TOO_LARGE)
    except pypdfium2.PdfiumError:
        _write("PDFを開けません。パスワードがかかっているか壊れています。保存し直してください。")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError):
        _write(_BROKEN)
    _line({"end": True})


def _write(page: Image.Image | str) -> None:
    if isinstance(page, str):
        _line({"problem": page})
        return
    _line({"height": page.height, "width": page.width})
    sys.stdout.buffer.write(page.tobytes())
    sys.stdout.buffer.flush()


def _line(header: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(header, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def limit() -> None:
    """Take from this process what parsing an image does not need (memory, time, files to write)."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    limit()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    main(Path(sys.argv[1]), int((*sys.argv[2:], "1")[0]))
