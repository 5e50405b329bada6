"""Pictures as people send them."""

from io import BytesIO

from PIL import Image


def a_picture(size=(120, 90), kind="PNG", colour=(10, 80, 160, 128), **saved):
    """A plain picture of one colour."""
    out = BytesIO()
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    Image.new(mode, size, colour[: len(mode)]).save(out, kind, **saved)
    return out.getvalue()
