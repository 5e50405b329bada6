"""Proof files as they come in: judged by their content, never by a name, and made harmless."""

import asyncio
import os
import sys
from collections.abc import Sequence

import msgspec
import puremagic

from ksr_saas.applications.errors import BadFile
from ksr_saas.applications.kept_files import Cleaned, Refused
from ksr_saas.kernel.errors import TooLarge

LARGEST = 10 * 1024 * 1024
LARGEST_TOGETHER = 40 * 1024 * 1024  # photos of one document, as phones take them
MOST_FILES = 15
# The process that reads what strangers send knows no secret of ours.
HARMLESS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
MODULE = "ksr_saas.applications.cleaning"
LONGEST = 25  # seconds
TAKEN = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
PICTURES = {"image/jpeg", "image/png", "image/heic", "image/heif"}
HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
# More at once would only be slower: a picture keeps a core busy.
_at_once = asyncio.Semaphore(2)


def is_picture(content: bytes) -> bool:
    """Whether it is a picture, else it is a PDF. Raises BadFile, or TooLarge above 10 MB."""
    if len(content) > LARGEST:
        raise TooLarge
    if not content:
        raise BadFile("empty")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise BadFile("cut-off")
        return False
    if content[4:8] == b"ftyp" and content[8:12] in HEIF:
        return True
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError) as problem:
        raise BadFile("unknown") from problem
    if found not in PICTURES:
        raise BadFile("type")
    return True


def named(label: str, media_type: str) -> str:
    """The family's name of a file with the ending of what was made of it."""
    stem = label.rpartition(".")[0] or label or "plik"
    return f"{stem}.{TAKEN[media_type]}"


async def cleaned(contents: Sequence[bytes]) -> list[tuple[int, Cleaned]]:
    """What to keep of files sent together: each PDF, and the pictures, as one PDF if several.

    Each with the place of the first file that it was made from. Raises BadFile or TooLarge.
    """
    pictures = [is_picture(one) for one in contents]
    together = [place for place, picture in enumerate(pictures) if picture]
    groups = [[place] for place, picture in enumerate(pictures) if not picture]
    groups += [together] if together else []
    return [
        (group[0], await _clean([contents[place] for place in group])) for group in sorted(groups)
    ]


async def _clean(contents: Sequence[bytes]) -> Cleaned:
    async with _at_once:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in HARMLESS if name in os.environ},
        )
        try:
            said, _ = await asyncio.wait_for(
                process.communicate(msgspec.msgpack.encode(contents)), LONGEST
            )
        except TimeoutError as problem:
            raise BadFile("too-hard") from problem
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:  # out of memory or time
        raise BadFile("too-hard")
    answer = msgspec.msgpack.decode(said, type=Cleaned | Refused)
    if isinstance(answer, Refused):
        raise BadFile(answer.why)
    return answer
