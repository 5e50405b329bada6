"""What a proof file may be, judged by its content and never by its name. Pure."""

from io import BytesIO

import puremagic
from PIL import Image, UnidentifiedImageError

from ksr_saas.applications.errors import BadFile
from ksr_saas.kernel.errors import TooLarge

LARGEST = 10 * 1024 * 1024
MOST_FILES = 15
MOST_PIXELS = 40_000_000
TAKEN = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def media_type(content: bytes) -> str:
    """The type of a proof file. Raises BadFile, or TooLarge above 10 MB."""
    if len(content) > LARGEST:
        raise TooLarge
    if not content:
        raise BadFile("empty")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise BadFile("cut-off")
        return "application/pdf"
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError) as problem:
        raise BadFile("unknown") from problem
    if found not in ("image/jpeg", "image/png"):
        raise BadFile("type")
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadFile("pixels")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as problem:
        raise BadFile("picture") from problem
    return found
