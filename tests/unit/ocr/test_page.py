"""Files to pages: every format, and files that mean harm or were sent by mistake."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.page import load_pages

GREY = np.linspace(0, 255, 120 * 90).astype(np.uint8).reshape(120, 90)


@pytest.mark.parametrize(
    ("name", "mode"), [("a.png", "L"), ("a.png", "RGB"), ("a.tif", "1"), ("a.jpg", "RGB"), ("a.png", "RGBA")]
)
def test_pictures_of_any_mode_become_grey(tmp_path: Path, name: str, mode: str) -> None:
    Image.fromarray(GREY).convert(mode).save(tmp_path / name)
    (page,) = load_pages(tmp_path / name)
    assert page.problem is None
    assert page.image is not None
    assert page.image.shape == (120, 90)
    assert page.image.dtype == np.uint8


def test_a_page_is_known_by_its_pixels_whatever_the_file(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png")
    Image.fromarray(GREY).save(tmp_path / "b.tif")
    (first,), (second,) = load_pages(tmp_path / "a.png"), load_pages(tmp_path / "b.tif")
    assert first.sha256 == second.sha256 == hashlib.sha256(b"120 90\n" + GREY.tobytes()).hexdigest()


def test_every_page_of_a_tiff_and_of_a_pdf_comes_in_order(tmp_path: Path) -> None:
    pages = [Image.new("L", (60, 80), level) for level in (0, 128, 255)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "a.pdf", save_all=True, append_images=pages[1:], resolution=300)
    for name in ("a.tif", "a.pdf"):
        found = list(load_pages(tmp_path / name))
        assert [page.page for page in found] == [1, 2, 3]
        assert [int(page.image.mean()) for page in found if page.image is not None] == pytest.approx(
            [0, 128, 255], abs=2
        )


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(GREY).save(tmp_path / "a.jpg", exif=exif)
    (page,) = load_pages(tmp_path / "a.jpg")
    assert page.image is not None
    assert page.image.shape == (90, 120)


def test_a_standard_fax_gets_square_pixels(tmp_path: Path) -> None:
    Image.fromarray(GREY).convert("1").save(tmp_path / "a.tif", compression="group4", dpi=(204, 98))
    Image.fromarray(GREY).convert("1").save(tmp_path / "b.tif", compression="group4", dpi=(204, 196))
    (slow,), (fine,) = load_pages(tmp_path / "a.tif"), load_pages(tmp_path / "b.tif")
    assert slow.image is not None
    assert fine.image is not None
    assert slow.image.shape == (250, 90)
    assert fine.image.shape == (120, 90)


@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_red_seals_are_lightened_but_never_to_paper(tmp_path: Path, name: str) -> None:
    page = np.full((400, 400, 3), 250, np.uint8)
    page[100:200, 100:200] = (200, 50, 40)  # a seal
    page[150:160, 50:350] = (30, 30, 35)  # black ink across it
    page[300:310, 50:350] = (25, 40, 150)  # a blue ball pen
    Image.fromarray(page).save(tmp_path / name, resolution=300)
    (found,) = load_pages(tmp_path / name)
    assert found.image is not None
    assert 190 <= found.image[120, 150] <= 225
    assert found.image[154, 150] < 60
    assert found.image[304, 150] < 100
    assert found.image[20, 20] >= 245


def bomb_png(side: int) -> bytes:
    """A PNG of side × side black pixels in a few kilobytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    rows = zlib.compressobj(9)
    content = b"".join(rows.compress(bytes(side // 8 + 1)) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def word_file() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return content.getvalue()


def huge_pdf() -> bytes:
    """A PDF whose one page is four metres wide."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(12000, 12000))
        pdf.save(content)
    return content.getvalue()


def locked_pdf() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(content, encryption=pikepdf.Encryption(owner="a", user="b"))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.png", b"", "空です"),
        ("letter.png", word_file(), "Word"),
        ("text.jpg", b"hello, world" * 50, "画像でもPDFでもありません"),
        ("photo.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 80, "HEIC"),
        ("bomb.png", bomb_png(30_000), "大きすぎます"),
        ("torn.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "壊れ"),
        ("torn.pdf", b"%PDF-1.7\nnothing", "PDFを開けません"),
        ("huge.pdf", huge_pdf(), "大きすぎます"),
        ("locked.pdf", locked_pdf(), "パスワード"),
    ],
)
def test_a_nasty_file_is_one_page_with_a_clear_sentence(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (page,) = load_pages(tmp_path / name)
    assert page.image is None
    assert page.problem is not None
    assert says in page.problem
    assert page.problem.endswith("。")


def test_a_cut_off_picture_is_named_as_broken(tmp_path: Path) -> None:
    Image.fromarray(np.tile(GREY, (8, 8))).save(tmp_path / "a.jpg")
    whole = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(whole[: len(whole) // 2])
    (page,) = load_pages(tmp_path / "a.jpg")
    assert page.problem is not None
    assert "壊れ" in page.problem


def test_the_other_pages_of_a_file_are_still_read(tmp_path: Path) -> None:
    small, large = Image.new("1", (100, 100), 255), Image.new("1", (8000, 8000), 255)
    small.save(tmp_path / "a.tif", save_all=True, append_images=[large, small], compression="group4")
    found = list(load_pages(tmp_path / "a.tif"))
    assert [page.problem is None for page in found] == [True, False, True]


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png")
    begun = time.monotonic()
    (page,) = load_pages(tmp_path / "a.png", seconds_a_page=0.001)
    assert page.problem is not None
    assert "中止" in page.problem
    assert time.monotonic() - begun < 5
