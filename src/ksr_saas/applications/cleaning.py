"""Makes proof files harmless, in a process of its own: `python -m ksr_saas.applications.cleaning`.

Pictures are drawn anew, without what a phone writes into them (place, time, device); several become
one PDF. PDFs are written anew without anything that acts by itself. A file that eats memory or time
kills this process only.

Standard input and output are MessagePack: a list of contents, and a `Cleaned` or a `Refused`.
"""

import resource
import sys
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import msgspec
import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from ksr_saas.applications.kept_files import Cleaned, Refused, Why

MOST_MEMORY = 1024**3
MOST_SECONDS = 15
MOST_PIXELS = 40_000_000
MOST_PAGES = 60
LONGEST_SIDE = 2600  # pixels: an A4 page at 220 dpi
QUALITY = 85
DPI = 200
# What acts when a document is opened, hides other files in it, or leads out of it.
ACTING_KEYS = (
    "/AA",
    "/AF",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/OpenAction",
    "/RichMediaContent",
    "/XFA",
)
ACTING_KINDS = {
    "/GoToE",
    "/GoToR",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/RichMedia",
    "/Sound",
    "/SubmitForm",
}
DEEPEST = 40


class _Unfit(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def clean(contents: Sequence[bytes]) -> Cleaned | Refused:
    """One PDF, one picture, or a PDF of several pictures, a page each."""
    try:
        if len(contents) == 1 and contents[0].startswith(b"%PDF-"):
            return Cleaned("application/pdf", _document(contents[0]))
        pictures = [_picture(one) for one in contents]
    except _Unfit as problem:
        return Refused(problem.why)
    out = BytesIO()
    if len(pictures) == 1:
        pictures[0].save(out, "JPEG", quality=QUALITY, optimize=True)
        return Cleaned("image/jpeg", out.getvalue())
    first, *rest = pictures
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=DPI, quality=QUALITY)
    return Cleaned("application/pdf", _document(out.getvalue()))


def _picture(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "HEIF")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _Unfit("pixels")
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _on_white(turned)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError) as problem:
        raise _Unfit("picture") from problem
    except Image.DecompressionBombError as problem:
        raise _Unfit("pixels") from problem


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        picture = paper
    return picture.convert("RGB")


def _document(content: bytes) -> bytes:
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not 1 <= len(pdf.pages) <= MOST_PAGES:
                raise _Unfit("pages")
            for one in pdf.objects:
                _tame(one, DEEPEST)
            for holder, key in ((pdf.Root, "/Metadata"), (pdf.trailer, "/Info")):
                if key in holder:
                    del holder[key]
            out = BytesIO()
            pdf.remove_unreferenced_resources()
            pdf.save(
                out,
                encryption=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
            )
    except pikepdf.PasswordError as problem:
        raise _Unfit("encrypted") from problem
    except (pikepdf.PdfError, ValueError, RuntimeError) as problem:
        raise _Unfit("cut-off") from problem
    return out.getvalue()


def _tame(thing: Any, deep: int) -> None:
    """Take what acts out of an object and of what it holds directly."""
    if isinstance(thing, pikepdf.Array):
        for one in thing:
            _inside(one, deep)
        return
    if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    if str(thing.get("/S", "")) in ACTING_KINDS:
        for key in list(thing.keys()):
            if key not in ("/Type", "/Length"):
                del thing[key]
        return
    for key in ACTING_KEYS:
        if key in thing:
            del thing[key]
    for key in list(thing.keys()):
        _inside(thing[key], deep)


def _inside(thing: Any, deep: int) -> None:
    # Indirect objects have their own turn, so nothing is walked twice and no ring is endless.
    if deep and isinstance(thing, pikepdf.Object) and not thing.is_indirect:
        _tame(thing, deep - 1)


def main() -> None:
    """Read, clean, write."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    register_heif_opener(thumbnails=False)
    contents = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[bytes])
    sys.stdout.buffer.write(msgspec.msgpack.encode(clean(contents)))


if __name__ == "__main__":
    main()
