"""What the linter says of a municipality's files, with the lines it speaks of."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ksr_saas.applications.opening import obstacles
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria.lint.finding import Finding, LastYear, Severity
from ksr_saas.criteria.lint.linter import lint
from ksr_saas.criteria.national import NATIONAL
from ksr_saas.criteria.rulebook import Rulebook
from tenants import lines
from tenants.files import named, nearest, refusal


class Judged(msgspec.Struct, frozen=True):
    """A finding with the place in the files it speaks of."""

    file: Path
    line: int
    finding: Finding

    def text(self) -> str:
        """One line for people."""
        return f"{named(self.file)}:{self.line}: {self.finding.severity}: {self.finding.line()}"


def judge(
    file: Path,
    rulebook: Rulebook,
    *,
    school_year: str = "",
    stages: Sequence[Stage] = (),
    last: LastYear | None = None,
) -> list[Judged]:
    """What the linter says of the rulebook in `file` and the timetable beside it, errors first."""
    found = lint(rulebook, school_year=school_year, stages=stages, last_year=last)
    return [Judged(*_place(file, one.path), one) for one in found]


def _place(rulebook: Path, path: str) -> tuple[Path, int]:
    """The file and the line a finding speaks of; what an act sets stands in a shared file."""
    file = rulebook.with_name("timetable.toml") if path.startswith("stages") else rulebook
    text = file.read_text("utf-8")
    code = re.match(r"criteria\[(\w+)\]", path)
    if code and f'"{code[1]}"' not in text:
        if path.endswith("].points") and "statutory_points" in text:
            return file, lines.naming(text, "statutory_points")
        for name in NATIONAL:
            shared = nearest(file, name)
            if f'"{code[1]}"' in (text := shared.read_text("utf-8")):
                return shared, lines.of(text, path)
    return file, lines.of(text, path)


def unopened(file: Path, rulebook: Rulebook) -> list[Judged]:
    """What keeps the recruitment of `file` from being opened by this program, as notes."""
    return [
        Judged(*_place(file, one.path), msgspec.structs.replace(one, severity=Severity.NOTE))
        for one in obstacles(rulebook)
    ]


def openable(file: Path, rulebook: Rulebook) -> None:
    """Raise BadFile when a recruitment would be opened with something no form asks for yet."""
    for one in unopened(file, rulebook):
        raise refusal(one.file, one.line, one.finding.line())
