"""A picture of a building: judged by its content, made anew in two sizes. Pure."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from ksr_saas.premises.errors import BadPhoto

LARGEST = 10 * 1024 * 1024
SHORTEST_SIDE, LONGEST_SIDE = 320, 8000  # pixels, of what is sent
MOST_PIXELS = 40_000_000
SIDES = (1280, 400)  # of what is shown: on the page, in a list
FORMATS = ("PNG", "JPEG", "WEBP")
QUALITY = 80


def photo(content: bytes) -> tuple[bytes, ...]:
    """The picture as JPEG in each of SIDES, upright and without metadata. Raises BadPhoto."""
    if not content or len(content) > LARGEST:
        raise BadPhoto("size")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if (
                not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in picture.size)
                or picture.width * picture.height > MOST_PIXELS
            ):
                raise BadPhoto("pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as problem:
        raise BadPhoto("picture") from problem
    return tuple(_within(upright, side) for side in SIDES)


def _within(picture: Image.Image, side: int) -> bytes:
    made = picture.copy()
    made.thumbnail((side, side))
    made.info.clear()
    out = BytesIO()
    made.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
