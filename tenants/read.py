"""Reading a municipality's files. A wrong one is refused with file, line and reason."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from ksr_saas.applications.opening import obstacles
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria import stored
from ksr_saas.criteria.lint.finding import Finding, LastYear, Severity
from ksr_saas.criteria.lint.linter import lint
from ksr_saas.criteria.rulebook import Level, Rulebook, Tier
from ksr_saas.criteria.stored import UnknownSchema
from ksr_saas.kernel.clock import WARSAW
from tenants import lines

ENOUGH = 4.5  # contrast of text, WCAG 2.2 SC 1.4.3
LINEAR_BELOW = 0.04045  # sRGB, IEC 61966-2-1
COLOUR = re.compile(r"#[0-9a-f]{6}")
T = TypeVar("T")


class BadFile(ValueError):
    """A file of a municipality cannot be right: "path:line: reason"."""


class TenantFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the municipality is and how its pages look; `hosts` are labels under the base host."""

    slug: str
    name: str
    name_in: str
    hosts: tuple[str, ...]
    phone: str
    email: str
    crest: str
    brand: str
    brand_ink: str
    brand_soft: str


class CampaignFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recruitment and its timetable."""

    code: str
    school_year: str
    name: dict[str, str]
    stages: tuple[Stage, ...]


class Judged(msgspec.Struct, frozen=True):
    """A finding with the place in the files it speaks of."""

    file: Path
    line: int
    finding: Finding

    def text(self) -> str:
        """One line for people."""
        at = f"{self.file.parent.name}/{self.file.name}:{self.line}"
        return f"{at}: {self.finding.severity}: {self.finding.line()}"


class Tenant(msgspec.Struct, frozen=True):
    """A municipality with the first of its recruitments."""

    file: TenantFile
    rulebook: Rulebook
    campaign: CampaignFile


def refusal(file: Path, line: int, reason: str) -> BadFile:
    """The message everybody reads: which file, which line, why."""
    return BadFile(f"{file.parent.name}/{file.name}:{line}: {reason}")


def _load(file: Path) -> tuple[dict[str, Any], str]:
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


def _convert(file: Path, text: str, raw: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise refusal(file, lines.blamed(text, str(problem)), str(problem)) from problem


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def read_tenant(file: Path) -> TenantFile:
    """`tenant.toml`. Raises BadFile."""
    raw, text = _load(file)
    found = _convert(file, text, raw, TenantFile)
    for name in ("brand", "brand_ink", "brand_soft"):
        if not COLOUR.fullmatch(getattr(found, name)):
            raise refusal(file, lines.naming(text, name), f"{name} must be a colour like #a8132a")
    for pair in (("brand", found.brand_ink), ("brand", "#ffffff")):
        if contrast(getattr(found, pair[0]), pair[1]) < ENOUGH:
            raise refusal(
                file,
                lines.naming(text, "brand"),
                f"brand is too light: its contrast is below {ENOUGH}",
            )
    return found


def read_rulebook(file: Path) -> Rulebook:
    """`rulebook.toml` behind what is the same in every city; not yet judged. Raises BadFile."""
    raw, text = _load(file)
    shared = _shared(file, raw)
    raw["criteria"] = shared + raw.get("criteria", [])
    try:
        upgraded = stored.upgraded(raw)
        found = msgspec.convert(upgraded, Rulebook, strict=False)
    except msgspec.ValidationError as problem:
        said = re.sub(r"criteria\[(\d+)\]", lambda m: _own(int(m[1]), len(shared)), str(problem))
        raise refusal(file, lines.blamed(text, said), said) from problem
    except UnknownSchema as problem:
        raise refusal(file, lines.naming(text, "schema"), str(problem)) from problem
    if unknown := next(_unknown(upgraded, msgspec.to_builtins(found)), ""):
        raise refusal(file, lines.of(text, unknown), f"{unknown}: there is no such field")
    return found


def _shared(file: Path, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The criteria that an act sets: the seven of art. 131 (2), the points of art. 134."""
    level = raw.get("level", Level.PRESCHOOL)
    own = {
        "tier": Tier.STATUTORY,
        "kind": {"type": "declared"},
        "points": raw.pop("statutory_points", "1" if level == Level.SECONDARY else ""),
        "assumed": raw.pop("statutory_assumed", False),
        "basis": "art. 131 ust. 2 ustawy – Prawo oświatowe",
    }
    if level == Level.PRIMARY:
        return []
    seven = [one | own for one in _national(file, "statutory.toml")]
    return (_national(file, "points.toml") if level == Level.SECONDARY else []) + seven


def _national(file: Path, name: str) -> list[dict[str, Any]]:
    beside = file.parents[1] / name
    raw, _ = _load(beside if beside.exists() else Path(__file__).parent / name)
    found: list[dict[str, Any]] = raw["criteria"]
    return found


def _own(number: int, shared: int) -> str:
    """How the file itself would name the criterion with this number of all."""
    return f"criteria[{number - shared}]" if number >= shared else "statutory_points"


def _unknown(raw: object, known: object, path: str = "") -> Iterator[str]:
    """Paths of the fields that were written and not read."""
    match raw, known:
        case dict(), dict():
            for key, value in raw.items():
                at = f"{path}.{key}" if path else key
                if key not in known:
                    yield at
                else:
                    yield from _unknown(value, known[key], at)
        case list(), list() | tuple():
            for number, (one, other) in enumerate(zip(raw, known, strict=True)):
                name = one.get("code", number) if isinstance(one, dict) else number
                yield from _unknown(one, other, f"{path}[{name}]")


def read_campaign(file: Path) -> CampaignFile:
    """`timetable.toml`; its local times become moments. Not yet judged. Raises BadFile."""
    raw, text = _load(file)
    for stage in raw.get("stages", []):
        for name in ("starts_at", "ends_at"):
            if hasattr(stage.get(name), "replace") and not isinstance(stage[name], str):
                stage[name] = stage[name].replace(tzinfo=WARSAW)
    return _convert(file, text, raw, CampaignFile)


def judge(
    folder: Path, rulebook: Rulebook, campaign: CampaignFile | None, last: LastYear | None = None
) -> list[Judged]:
    """What the linter says of a recruitment whose files stand in `folder`, errors first."""
    found = []
    for finding in lint(
        rulebook,
        school_year=campaign.school_year if campaign else "",
        stages=campaign.stages if campaign else (),
        last_year=last,
    ):
        of_stages = finding.path.startswith("stages")
        file = folder / ("timetable.toml" if of_stages else "rulebook.toml")
        text = file.read_text("utf-8")
        line = lines.of(text, finding.path)
        if line == 1 and finding.path.endswith("].points"):
            line = lines.naming(text, "statutory_points")
        found.append(Judged(file, line, finding))
    return found


def read_recruitment(folder: Path) -> tuple[Rulebook, CampaignFile]:
    """Rulebook and timetable of one recruitment, without an error. Raises BadFile."""
    rulebook = read_rulebook(folder / "rulebook.toml")
    campaign = read_campaign(folder / "timetable.toml")
    for one in judge(folder, rulebook, campaign):
        if one.finding.severity is Severity.ERROR:
            raise refusal(one.file, one.line, one.finding.line())
    return rulebook, campaign


def unopened(folder: Path, rulebook: Rulebook) -> list[Judged]:
    """What keeps the recruitment in `folder` from being opened by this program, as notes."""
    file = folder / "rulebook.toml"
    text = file.read_text("utf-8")
    return [
        Judged(file, lines.of(text, one.path), replace(one, severity=Severity.NOTE))
        for one in obstacles(rulebook)
    ]


def openable(folder: Path, rulebook: Rulebook) -> None:
    """Raise BadFile when a recruitment would be opened with something no form asks for yet."""
    for one in unopened(folder, rulebook):
        raise refusal(one.file, one.line, one.finding.line())


def recruitments(folder: Path) -> list[Path]:
    """The folders with a rulebook: the municipality's own, and one for each further level."""
    return [one.parent for one in sorted(folder.glob("**/rulebook.toml"))]


def read(folder: Path) -> Tenant:
    """The files of one municipality. Raises BadFile for the first error in any recruitment."""
    file = read_tenant(folder / "tenant.toml")
    found = {one: read_recruitment(one) for one in [folder, *recruitments(folder)]}
    return Tenant(file, *found[folder])
