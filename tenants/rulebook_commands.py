"""`ksr rulebook …`: what the linter says of a municipality's files."""

import sys
from pathlib import Path

import msgspec

from ksr_saas.criteria.lint.finding import LastYear, Severity
from tenants import read
from tenants.files import BadFile, refusal
from tenants.judging import Judged, judge, unopened

USAGE = "usage: ksr rulebook check FILE|FOLDER|SLUG [--last-year FILE]\n"
FOLDER = Path(__file__).parent


def findings(place: Path, last: LastYear | None = None) -> list[Judged]:
    """Of one rulebook with the timetable beside it, or of every recruitment in a folder.

    Errors stand first. Raises BadFile for a file that cannot be read at all.
    """
    files = [place]
    if place.is_dir():
        files = [one / "rulebook.toml" for one in read.recruitments(place) or [place]]
    found = []
    for file in files:
        rulebook = read.read_rulebook(file)
        timetable = file.with_name("timetable.toml")
        campaign = read.read_campaign(timetable) if timetable.exists() else None
        found += judge(
            file,
            rulebook,
            school_year=campaign.school_year if campaign else "",
            stages=campaign.stages if campaign else (),
            last=last,
        )
        found += unopened(file, rulebook)
    severities = list(Severity)
    return sorted(found, key=lambda one: severities.index(one.finding.severity))


def check(place: Path, last_year: Path | None) -> int:
    """Print every finding; 1 when one of them is an error."""
    last = None
    if last_year is not None:
        try:
            last = msgspec.json.decode(last_year.read_bytes(), type=LastYear)
        except (OSError, msgspec.MsgspecError) as problem:
            raise refusal(last_year, 1, str(problem)) from problem
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
