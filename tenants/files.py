"""Files of a municipality as text and tables. A wrong one is refused with file, line and reason."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ksr_saas.criteria import national
from tenants import lines

T = TypeVar("T")


class BadFile(ValueError):
    """A file of a municipality cannot be right: "path:line: reason"."""


def named(file: Path) -> str:
    """What a file is called in messages: a further level's folder stands in its city's."""
    further = (file.parents[1] / "tenant.toml").exists()
    return "/".join(file.parts[-3:] if further else file.parts[-2:])


def refusal(file: Path, line: int, reason: str) -> BadFile:
    """The message everybody reads: which file, which line, why."""
    return BadFile(f"{named(file)}:{line}: {reason}")


def load(file: Path) -> tuple[dict[str, Any], str]:
    """The tables of a file and its text. Raises BadFile."""
    try:
        text = file.read_text("utf-8")
        return tomllib.loads(text), text
    except FileNotFoundError as problem:
        raise refusal(file, 1, "there is no such file") from problem
    except UnicodeDecodeError as problem:
        raise refusal(file, 1, "the file is not UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"at line (\d+)", str(problem))
        raise refusal(file, int(found[1]) if found else 1, str(problem)) from problem


def convert(file: Path, text: str, raw: dict[str, Any], kind: type[T]) -> T:
    """The tables as a struct. Raises BadFile with the line that is wrong."""
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise refusal(file, lines.blamed(text, str(problem)), str(problem)) from problem


def nearest(file: Path, name: str) -> Path:
    """The shared file beside the municipality's folder, else the one of the program."""
    beside = file.parents[1] / name
    return beside if beside.exists() else national.FOLDER / name
