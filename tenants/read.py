"""Reading a municipality's files. A wrong one is refused with file, line and reason."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import BadTimetable, Stage
from ksr_saas.criteria import rulebook as rules
from ksr_saas.criteria.rulebook import BadRulebook, Rulebook
from ksr_saas.kernel.clock import WARSAW

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


class Tenant(msgspec.Struct, frozen=True):
    """Everything the files of one municipality say."""

    file: TenantFile
    rulebook: Rulebook
    campaign: CampaignFile


def _line(text: str, word: str) -> int:
    """The first line that names `word`; 1 when none does."""
    for number, line in enumerate(text.splitlines(), start=1):
        if word and re.search(rf"(?<![\w/]){re.escape(word)}(?![\w/])", line):
            return number
    return 1


def _refusal(file: Path, line: int, reason: str) -> BadFile:
    return BadFile(f"{file.parent.name}/{file.name}:{line}: {reason}")


def _load(file: Path) -> tuple[dict[str, Any], str]:
    try:
        text = file.read_text("utf-8")
        return tomllib.loads(text), text
    except FileNotFoundError as problem:
        raise _refusal(file, 1, "there is no such file") from problem
    except UnicodeDecodeError as problem:
        raise _refusal(file, 1, "the file is not UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"at line (\d+)", str(problem))
        raise _refusal(file, int(found[1]) if found else 1, str(problem)) from problem


def _convert(file: Path, text: str, raw: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise _refusal(file, _blamed(text, str(problem)), str(problem)) from problem


def _blamed(text: str, problem: str) -> int:
    """The line a message about `$.criteria[3].points` or an unknown field speaks of."""
    place = re.search(r"at `\$\.?([^`]*)`", problem)
    steps = re.findall(r"\w+|\[\d+\]", place[1]) if place else []
    field = re.search(r"field `(\w+)`", problem)
    start, lines = 0, text.splitlines()
    for table, index in zip(steps, steps[1:], strict=False):
        if index.startswith("["):
            heads = [n for n, line in enumerate(lines) if line.strip() == f"[[{table}]]"]
            if int(index[1:-1]) < len(heads):
                start = heads[int(index[1:-1])]
    wanted = field[1] if field else next((s for s in reversed(steps) if s[0] != "["), "")
    for number, line in enumerate(lines[start:], start=start + 1):
        if wanted and line.split("=")[0].strip() == wanted:
            return number
    return start + 1


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
            raise _refusal(file, _line(text, name), f"{name} must be a colour like #a8132a")
    for pair in (("brand", found.brand_ink), ("brand", "#ffffff")):
        if contrast(getattr(found, pair[0]), pair[1]) < ENOUGH:
            raise _refusal(
                file, _line(text, "brand"), f"brand is too light: its contrast is below {ENOUGH}"
            )
    return found


def read_rulebook(file: Path) -> Rulebook:
    """`rulebook.toml`, with the statutory criteria in front. Raises BadFile."""
    raw, text = _load(file)
    shared = file.parents[1] / "statutory.toml"
    statutory, _ = _load(shared if shared.exists() else Path(__file__).parent / shared.name)
    own = {"tier": "statutory", "kind": {"type": "declared"}}
    own["points"] = raw.pop("statutory_points", "")
    own["assumed"] = raw.pop("statutory_assumed", False)
    own["basis"] = "art. 131 ust. 2 ustawy – Prawo oświatowe"
    count = len(statutory["criteria"])
    raw["criteria"] = [one | own for one in statutory["criteria"]] + raw.get("criteria", [])
    try:
        found = msgspec.convert(raw, Rulebook, strict=False)
        rules.check(found)
    except msgspec.ValidationError as problem:
        said = re.sub(
            r"criteria\[(\d+)\]",
            lambda m: (
                f"criteria[{int(m[1]) - count}]" if int(m[1]) >= count else "statutory_points"
            ),
            str(problem),
        )
        raise _refusal(file, _blamed(text, said), said) from problem
    except BadRulebook as problem:
        code = str(problem).partition(":")[0]
        raise _refusal(file, _line(text, code), str(problem)) from problem
    return found


def read_campaign(file: Path) -> CampaignFile:
    """`timetable.toml`; its local times become moments. Raises BadFile."""
    raw, text = _load(file)
    for stage in raw.get("stages", []):
        for name in ("starts_at", "ends_at"):
            if hasattr(stage.get(name), "replace") and not isinstance(stage[name], str):
                stage[name] = stage[name].replace(tzinfo=WARSAW)
    found = _convert(file, text, raw, CampaignFile)
    try:
        timetable.check(found.stages)
    except BadTimetable as problem:
        code = re.split(r"[: ]", str(problem))[0]
        raise _refusal(file, _line(text, f'"{code}"') or 1, str(problem)) from problem
    return found


def read(folder: Path) -> Tenant:
    """The files of one municipality. Raises BadFile for the first wrong one."""
    return Tenant(
        read_tenant(folder / "tenant.toml"),
        read_rulebook(folder / "rulebook.toml"),
        read_campaign(folder / "timetable.toml"),
    )
