"""The criteria that an act sets, the same in every city, from the tables beside this module."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
STATUTORY, POINTS = NATIONAL = ("statutory.toml", "points.toml")
CATCHMENT = "catchment.toml"  # where primary schools begin; a city words its own


def table(name: str) -> list[dict[str, Any]]:
    """The criteria of one of these files, as they stand there."""
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / name).read_text("utf-8"))["criteria"]
    return found
