"""What is taken as a crest, and what becomes of it."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from ksr_saas.notices.errors import BadPicture
from ksr_saas.notices.pictures import LARGEST, SERVED_SIDE, crest
from tests.factories.pictures import a_picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png_of_ours(kind):
    with Image.open(BytesIO(crest(a_picture((2000, 1000), kind)))) as made:
        assert (made.format, made.mode) == ("PNG", "RGBA")
        assert made.size == (SERVED_SIDE, SERVED_SIDE // 2)


def test_a_small_picture_is_not_blown_up_and_stays_transparent():
    with Image.open(BytesIO(crest(a_picture((64, 80))))) as made:
        assert made.size == (64, 80)
        assert made.getpixel((5, 5)) == (10, 80, 160, 128)


def test_nothing_that_was_hidden_in_it_comes_along():
    exif = Image.Exif()
    exif[0x010E] = "tajne slowa"
    sent = a_picture(kind="JPEG", exif=exif, comment=b"tajny komentarz")
    assert b"tajn" in sent
    assert b"tajn" not in crest(sent + b"<script>tajne</script>")


def bomb():
    """A PNG that says it has 30000 pixels a side."""
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 %%EOF",
        b"\x89PNG\r\n\x1a\n",
        a_picture((63, 200)),
        a_picture((4001, 100)),
        a_picture()[:-40],
        a_picture() + b"\0" * LARGEST,
        a_picture(kind="GIF", colour=(1, 2, 3, 4)),
        bomb(),
    ],
    ids=["empty", "svg", "pdf", "cut", "small", "wide", "half", "heavy", "gif", "bomb"],
)
def test_what_is_no_picture_of_ours_is_refused(sent):
    with pytest.raises(BadPicture):
        crest(sent)
