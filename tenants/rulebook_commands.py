"""`ksr rulebook …`: what the linter says of files; a recruitment's rules as one file."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.criteria.lint.finding import LastYear, Severity
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import KsrError, NotFound
from ksr_saas.kernel.i18n import speaking
from ksr_saas.portals import keys_of
from ksr_saas.rulebooks import file
from ksr_saas.rulebooks.differences import differences
from ksr_saas.rulebooks.findings import findings as findings_of
from ksr_saas.rulebooks.service import Rules, in_force, written
from ksr_saas.rulebooks.views import diffs, in_words
from ksr_saas.settings import BadSettings, Settings
from tenants import provision, read
from tenants.files import BadFile, refusal
from tenants.judging import Judged, judge, unopened

USAGE = (
    "usage: ksr rulebook check FILE|FOLDER|SLUG [--last-year FILE] | export CITY CODE FILE"
    " | import CITY CODE FILE [--draft]\n"
)
FOLDER = Path(__file__).parent


def findings(place: Path, last: LastYear | None = None) -> list[Judged]:
    """Of one rulebook with the timetable beside it, or of every recruitment in a folder.

    Errors stand first. Raises BadFile for a file that cannot be read at all.
    """
    files = [place]
    if place.is_dir():
        files = [one / "rulebook.toml" for one in read.recruitments(place) or [place]]
    found = []
    for one in files:
        rulebook = read.read_rulebook(one)
        timetable = one.with_name("timetable.toml")
        campaign = read.read_campaign(timetable) if timetable.exists() else None
        found += judge(
            one,
            rulebook,
            school_year=campaign.school_year if campaign else "",
            stages=campaign.stages if campaign else (),
            last=last,
        )
        found += unopened(one, rulebook)
    severities = list(Severity)
    return sorted(found, key=lambda judged: severities.index(judged.finding.severity))


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


async def exported(settings: Settings, slug: str, code: str, place: Path) -> int:
    """Write what holds for a recruitment, or its draft, to a file."""
    async with _session(settings, slug) as session:
        campaign, draft = await Rules(session, None, now=datetime.now(UTC)).taken(code)
        place.write_text(file.written(written(campaign, draft) if draft else in_force(campaign)))
    sys.stdout.write(f"{slug}: {code} is in {place}\n")
    return 0


async def imported(settings: Settings, slug: str, code: str, place: Path, *, keep: bool) -> int:
    """Print what a file would change; only with `keep` it becomes the draft.

    1 when it cannot be taken; an error of the linter does not keep a draft from being one.
    """
    async with _session(settings, slug) as session:
        deeds = Rules(session, None, now=datetime.now(UTC))
        campaign, draft = await deeds.taken(code)
        before = written(campaign, draft) if draft else in_force(campaign)
        try:
            read_back = file.read(place.read_bytes(), campaign.level)
        except file.BadFile as bad:
            for wrong in bad.wrong:
                sys.stderr.write(f"{in_words(wrong)}\n")
            return 1
        for part, lines in diffs(differences(before, read_back)):
            for one in lines:
                sys.stdout.write(f"{part}: {one.title}: {one.before} -> {one.after}\n")
        for said in findings_of(read_back):
            sys.stdout.write(f"{said.severity}: {said.part}[{said.key}]: {said.why}\n")
        if keep:
            await deeds.load(campaign, draft, read_back)
            sys.stdout.write(f"{slug}: the draft of {code} is what the file says\n")
    return 0


@asynccontextmanager
async def _session(settings: Settings, slug: str) -> AsyncIterator[AsyncSession]:
    """A transaction in the municipality, in English. Raises Unfit for an unknown one."""
    schema = await provision.schema_of(settings, slug)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        with speaking("en"):
            async with pinned_session(engine, schema) as session, session.begin():
                yield session
    finally:
        await engine.dispose()


def _there_and_back(arguments: list[str]) -> int:
    try:
        settings = Settings.from_env()
        match arguments:
            case ["export", slug, code, place]:
                return asyncio.run(exported(settings, slug, code, Path(place)))
            case ["import", slug, code, place]:
                return asyncio.run(imported(settings, slug, code, Path(place), keep=False))
            case ["import", slug, code, place, "--draft"]:
                return asyncio.run(imported(settings, slug, code, Path(place), keep=True))
    except NotFound:
        sys.stderr.write(f"There is no recruitment {arguments[2]} in {arguments[1]}.\n")
        return 1
    except (BadSettings, provision.Unfit, KsrError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stderr.write(USAGE)
    return 2


def rulebook(arguments: list[str]) -> int:
    """`ksr rulebook`; returns the exit status."""
    if arguments[:1] in (["export"], ["import"]):
        return _there_and_back(arguments)
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
