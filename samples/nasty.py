"""Files no scanner should give but people send: what each is, and what may be answered.

`python -m samples.nasty FOLDER [SEED]` writes them; none of them may stop a batch.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from forms.catalogue import load_catalogue
from samples.faces import PRINT, Grey, font
from samples.filled.pages import FilledPage, Style, filled_pages
from samples.scanner import scan

FORM = "resident-record-copy"
_BOMB_SIDE, _PIECE = 60_000, 1 << 20


@dataclass(frozen=True, slots=True)
class Nasty:
    """One file. `readable` says that it may be read, then nothing accepted may differ from `key`."""

    file: str
    what: str
    readable: bool = False
    key: dict[str, Any] = field(default_factory=dict)


def make_nasty(folder: Path, seed: int = 1) -> tuple[Nasty, ...]:
    """Write all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(make(folder, seed) for make in _MAKERS)


def _page(seed: int, way: str = "clean") -> FilledPage:
    procedure = load_catalogue().procedure(FORM)
    return filled_pages(procedure, seed, Style("hand", way), only=(1,))[0]


def _two_forms(folder: Path, seed: int) -> Nasty:
    """Two sheets on one glass, the second half over the first."""
    upper, lower = (_page(seed + number, "office").scan.image for number in range(2))
    height, width = lower.shape
    wide = np.full((height + 200, width + 900), 250, np.uint8)
    wide[:height, :width] = lower
    wide[200:, 900:] = upper[:, :width]
    return _jpeg(folder, "two-forms.jpg", "二枚の用紙が重なっている", wide)


def _coffee(folder: Path, seed: int) -> Nasty:
    """A ring and a splash of coffee over what is written."""
    page, rng = _page(seed), np.random.default_rng(seed)
    colour = np.repeat(page.scan.image[:, :, None], 3, axis=2)
    stain = np.zeros(page.scan.image.shape, np.float32)
    x, y = int(rng.integers(700, 1500)), int(rng.integers(900, 1500))
    cv2.ellipse(stain, (x, y), (420, 400), 20, 0, 340, 0.55, 34)
    cv2.circle(stain, (x, y), 400, 0.16, -1)
    for _ in range(14):
        place = (x + int(rng.normal(0, 420)), y + int(rng.normal(0, 420)))
        cv2.circle(stain, place, int(rng.integers(8, 60)), 0.5, -1)
    soft = np.asarray(cv2.GaussianBlur(stain, (0, 0), 7), np.float32)[:, :, None]
    brown = np.array([40, 80, 125], np.float32)
    stained = colour * (1 - soft) + colour / 255 * brown * soft
    path = folder / "coffee.jpg"
    cv2.imwrite(str(path), stained.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return Nasty(path.name, "コーヒーの染みがある", True, page.key())


def _other_city(folder: Path, seed: int) -> Nasty:
    """A form of a neighbouring town, with a QR of its own."""
    sheet = Image.new("L", (2480, 3508), 255)
    pen = ImageDraw.Draw(sheet)
    pen.text((500, 240), "となり町　住民票の写し等交付申請書", 0, font=font(PRINT[3], 88))
    for row, label in enumerate(("氏名", "フリガナ", "生年月日", "住所", "電話番号", "通数", "使いみち") * 2):
        top = 500 + row * 190
        pen.rectangle((200, top, 2280, top + 190), outline=0, width=3)
        pen.line((620, top, 620, top + 190), fill=0, width=3)
        pen.text((240, top + 65), label, 0, font=font(PRINT[2], 52))
    qr = np.array([[not one for one in row] for row in segno.make("TONARI-2026-000731", error="m").matrix])
    side = cv2.resize(qr.astype(np.uint8) * 255, (230, 230), interpolation=cv2.INTER_NEAREST)
    sheet.paste(Image.fromarray(side), (2050, 150))
    taken = scan(np.array(sheet), "office", np.random.default_rng(seed)).image
    return _jpeg(folder, "other-city.jpg", "ほかの町の用紙", taken)


def _screen(folder: Path, seed: int) -> Nasty:
    """A photograph of a form shown on a screen: its pixels and the camera's beat against each other."""
    page = _page(seed)
    shown = cv2.resize(page.scan.image, (1500, 2122), interpolation=cv2.INTER_AREA)
    pixels = np.repeat(np.repeat(shown, 3, axis=0), 3, axis=1).astype(np.float32)
    pixels[2::3] *= 0.45
    colours = np.stack(
        [np.where(np.arange(pixels.shape[1]) % 3 == n, pixels, pixels * 0.35) for n in range(3)], 2
    )
    height, width = shown.shape
    corners = np.array([(0, 0), (3 * width, 0), (3 * width, 3 * height), (0, 3 * height)], np.float32)
    rng = np.random.default_rng(seed)
    moved = np.array([(190, 160), (1850, 160), (1850, 2500), (190, 2500)]) + rng.uniform(-60, 60, (4, 2))
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    photograph = cv2.warpPerspective(
        colours, matrix, (2040, 2700), flags=cv2.INTER_LINEAR, borderValue=(25, 25, 25)
    )
    bright = np.clip(photograph * 1.9, 0, 255).astype(np.uint8)
    path = folder / "screen.jpg"
    cv2.imwrite(str(path), bright, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return Nasty(path.name, "画面を撮った写真", True, page.key())


def _empty(folder: Path, seed: int) -> Nasty:
    white = scan(np.full((3508, 2480), 255, np.uint8), "office", np.random.default_rng(seed)).image
    return _jpeg(folder, "empty.jpg", "白紙", white)


def _huge(folder: Path, seed: int) -> Nasty:
    """30,000 × 30,000 pixels in a few kilobytes."""
    path = folder / "huge.png"
    Image.new("1", (30_000, 30_000), 1).save(path)
    return Nasty(path.name, "大きすぎる画像")


def _bomb(folder: Path, seed: int) -> Nasty:
    """A page whose picture grows to gigabytes when unpacked, packed twice."""
    piece = zlib.compressobj(9, wbits=-15)
    zeros = piece.compress(bytes(_PIECE)) + piece.flush(zlib.Z_FULL_FLUSH)
    count = -(-(_BOMB_SIDE**2) // _PIECE)
    checksum = struct.pack(">I", count * _PIECE % 65521 << 16 | 1)  # Adler-32 of zeros
    packed = b"\x78\xda" + zeros * count + b"\x03\x00" + checksum
    pdf = pikepdf.new()
    picture = pdf.make_stream(
        zlib.compress(packed, 9),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=_BOMB_SIDE,
        Height=_BOMB_SIDE,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]),
    )
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    pdf.save(folder / "bomb.pdf", compress_streams=False, static_id=True)
    return Nasty("bomb.pdf", "開くと膨らむPDF")


def _word(folder: Path, seed: int) -> Nasty:
    """A Word file that calls itself a picture."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        parts.writestr("word/document.xml", '<?xml version="1.0"?><w:document/>')
    (folder / "word.png").write_bytes(packed.getvalue())
    return Nasty("word.png", "画像でないファイル")


def _truncated(folder: Path, seed: int) -> Nasty:
    """Half a JPEG: the copying stopped."""
    _, whole = cv2.imencode(".jpg", _page(seed, "office").scan.image)
    (folder / "truncated.jpg").write_bytes(whole.tobytes()[: whole.size // 2])
    return Nasty("truncated.jpg", "途中で切れたJPEG")


def _locked(folder: Path, seed: int) -> Nasty:
    """A PDF that opens with a password only."""
    plain = io.BytesIO()
    Image.fromarray(_page(seed, "office").scan.image).save(plain, "PDF", resolution=200)
    with pikepdf.open(io.BytesIO(plain.getvalue())) as pdf:
        pdf.save(folder / "locked.pdf", encryption=pikepdf.Encryption(owner="mihon", user="himitsu"))
    return Nasty("locked.pdf", "パスワードの付いたPDF")


def _jpeg(folder: Path, name: str, what: str, picture: Grey | NDArray[np.uint8]) -> Nasty:
    cv2.imwrite(str(folder / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return Nasty(name, what)


_MAKERS: tuple[Callable[[Path, int], Nasty], ...] = (
    _two_forms, _coffee, _other_city, _screen, _empty, _huge, _bomb, _word, _truncated, _locked,
)  # fmt: skip


if __name__ == "__main__":
    make_nasty(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
