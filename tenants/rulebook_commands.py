"""`ksr rulebook …`: what the linter says of a municipality's files."""

import sys
from pathlib import Path

import msgspec

from ksr_saas.criteria.lint.finding import LastYear, Severity
from tenants import read
from tenants.read import BadFile, Judged

USAGE = "usage: ksr rulebook check FILE|FOLDER|SLUG [--last-year FILE]\n"
FOLDER = Path(__file__).parent


def findings(place: Path, last: LastYear | None = None) -> list[Judged]:
    """Of one rulebook with the timetable beside it, or of every recruitment in a folder.

    Raises BadFile for a file that cannot be read at all.
    """
    folders = read.recruitments(place) if place.is_dir() else [place.parent]
    if not folders:
        raise read.refusal(place / "rulebook.toml", 1, "there is no such file")
    found = []
    for folder in folders:
        rulebook = read.read_rulebook(place if place.is_file() else folder / "rulebook.toml")
        timetable = folder / "timetable.toml"
        campaign = read.read_campaign(timetable) if timetable.exists() else None
        found += read.judge(folder, rulebook, campaign, last)
        found += read.unopened(folder, rulebook)
    return found


def check(place: Path, last_year: Path | None) -> int:
    """Print every finding; 1 when one of them is an error."""
    last = None
    if last_year is not None:
        try:
            last = msgspec.json.decode(last_year.read_bytes(), type=LastYear)
        except (OSError, msgspec.MsgspecError) as problem:
            raise read.refusal(last_year, 1, str(problem)) from problem
    found = findings(place, last)
    for one in found:
        sys.stdout.write(f"{one.text()}\n")
    counts = {s: sum(one.finding.severity is s for one in found) for s in Severity}
    told = ", ".join(f"{severity}s: {count}" for severity, count in counts.items())
    sys.stdout.write(f"{told}\n")
    return 1 if counts[Severity.ERROR] else 0


def rulebook(arguments: list[str]) -> int:
    """`ksr rulebook`; returns the exit status."""
    match arguments:
        case ["check", place]:
            last_year = None
        case ["check", place, "--last-year", file]:
            last_year = Path(file)
        case _:
            sys.stderr.write(USAGE)
            return 2
    where = Path(place) if Path(place).exists() else FOLDER / place
    try:
        return check(where, last_year)
    except BadFile as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
