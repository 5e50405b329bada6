"""A crest or logo: judged by its content, and made anew so that nothing else comes along. Pure."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from ksr_saas.notices.errors import BadPicture

LARGEST = 2 * 1024 * 1024
SMALLEST_SIDE, LONGEST_SIDE = 64, 4000  # pixels, of what is sent
SERVED_SIDE = 512
FORMATS = ("PNG", "JPEG", "WEBP")


def crest(content: bytes) -> bytes:
    """The picture as a PNG of at most 512 pixels a side, without metadata. Raises BadPicture.

    SVG is not taken: it may carry scripts and addresses, and a picture of this size needs none.
    """
    if not content or len(content) > LARGEST:
        raise BadPicture("size")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if not all(SMALLEST_SIDE <= side <= LONGEST_SIDE for side in picture.size):
                raise BadPicture("pixels")
            made = ImageOps.exif_transpose(picture).convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as problem:
        raise BadPicture("picture") from problem
    made.thumbnail((SERVED_SIDE, SERVED_SIDE))
    made.info.clear()
    out = BytesIO()
    made.save(out, "PNG", optimize=True)
    return out.getvalue()
