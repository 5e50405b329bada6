"""What the process that cleans proof files answers; it alone loads the libraries for that."""

from typing import Literal

import msgspec

Why = Literal["cut-off", "encrypted", "pages", "picture", "pixels"]


class Cleaned(msgspec.Struct, frozen=True, tag="cleaned"):
    """A file to keep; `media_type` is that of what was made."""

    media_type: str
    content: bytes


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why there is none."""

    why: Why
