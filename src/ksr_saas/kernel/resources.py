"""Where the data that travels with the code lies."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def share(name: str) -> Path:
    """Folder `name`: inside the package once installed, beside `src/` in a checkout."""
    installed = PACKAGE / "_share" / name
    return installed if installed.is_dir() else PACKAGE.parents[1] / name
