"""What a municipality's files say."""

import re
from pathlib import Path
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria import stored
from ksr_saas.criteria.lint.finding import Severity
from ksr_saas.criteria.national import POINTS, STATUTORY
from ksr_saas.criteria.rulebook import Rulebook, Tier
from ksr_saas.criteria.stored import UnknownSchema
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.notices.colours import HEX, TEXT, contrast
from tenants import lines
from tenants.files import convert, load, nearest, refusal
from tenants.judging import judge


class TenantFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the municipality is and how its pages look; `hosts` are labels under the base host.

    With `local_accounts` institutions may open accounts for parents who have no eID.
    """

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
    local_accounts: bool = False


class CampaignFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recruitment and its timetable."""

    code: str
    school_year: str
    name: dict[str, str]
    stages: tuple[Stage, ...]


class Tenant(msgspec.Struct, frozen=True):
    """A municipality with the first of its recruitments."""

    file: TenantFile
    rulebook: Rulebook
    campaign: CampaignFile


def read_tenant(file: Path) -> TenantFile:
    """`tenant.toml`. Raises BadFile."""
    raw, text = load(file)
    found = convert(file, text, raw, TenantFile)
    for name in ("brand", "brand_ink", "brand_soft"):
        if not HEX.fullmatch(getattr(found, name)):
            raise refusal(file, lines.naming(text, name), f"{name} must be a colour like #a8132a")
    for pair in (("brand", found.brand_ink), ("brand", "#ffffff")):
        if contrast(getattr(found, pair[0]), pair[1]) < TEXT:
            raise refusal(
                file,
                lines.naming(text, "brand"),
                f"brand is too light: its contrast is below {TEXT}",
            )
    return found


def read_rulebook(file: Path) -> Rulebook:
    """`rulebook.toml` behind what is the same in every city; not yet judged. Raises BadFile."""
    raw, text = load(file)
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
    if unknown := next(stored.unread(upgraded, msgspec.to_builtins(found)), ""):
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
    }
    if level == Level.PRIMARY:
        return []
    seven = [one | own for one in _national(file, STATUTORY)]
    return (_national(file, POINTS) if level == Level.SECONDARY else []) + seven


def _national(file: Path, name: str) -> list[dict[str, Any]]:
    raw, _ = load(nearest(file, name))
    found: list[dict[str, Any]] = raw["criteria"]
    return found


def _own(number: int, shared: int) -> str:
    """How the file itself would name the criterion with this number of all."""
    return f"criteria[{number - shared}]" if number >= shared else "statutory_points"


def read_campaign(file: Path) -> CampaignFile:
    """`timetable.toml`; its local times become moments. Not yet judged. Raises BadFile."""
    raw, text = load(file)
    for stage in raw.get("stages", []):
        for name in ("starts_at", "ends_at"):
            if hasattr(stage.get(name), "replace") and not isinstance(stage[name], str):
                stage[name] = stage[name].replace(tzinfo=WARSAW)
    return convert(file, text, raw, CampaignFile)


def read_recruitment(folder: Path) -> tuple[Rulebook, CampaignFile]:
    """Rulebook and timetable of one recruitment, without an error. Raises BadFile."""
    file = folder / "rulebook.toml"
    rulebook = read_rulebook(file)
    campaign = read_campaign(folder / "timetable.toml")
    for one in judge(file, rulebook, school_year=campaign.school_year, stages=campaign.stages):
        if one.finding.severity is Severity.ERROR:
            raise refusal(one.file, one.line, one.finding.line())
    return rulebook, campaign


def recruitments(folder: Path) -> list[Path]:
    """The folders with a rulebook: the municipality's own, and one for each further level."""
    return [one.parent for one in sorted(folder.glob("**/rulebook.toml"))]


def read(folder: Path) -> Tenant:
    """The files of one municipality. Raises BadFile for the first error in any recruitment."""
    file = read_tenant(folder / "tenant.toml")
    found = {one: read_recruitment(one) for one in [folder, *recruitments(folder)]}
    return Tenant(file, *found[folder])
