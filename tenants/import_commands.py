"""`ksr offer import …` and `ksr institutions import …`: files of the office without its pages."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.queries import prepared_or_opened
from ksr_saas.exchange import offer_import, queries, register, table, wording
from ksr_saas.exchange.offer_import import Choices
from ksr_saas.exchange.offer_plan import Change
from ksr_saas.exchange.offer_rows import Issue
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import KsrError, NotFound
from ksr_saas.kernel.i18n import _
from ksr_saas.portals import keys_of
from ksr_saas.settings import BadSettings, Settings
from tenants import provision

OFFER_USAGE = (
    "usage: ksr offer import CITY CAMPAIGN FILE [--dry-run] [--accept] [--remove] [--reason TEXT]\n"
)
REGISTER_USAGE = "usage: ksr institutions import CITY FILE [--dry-run]\n"
MOST_FAULTS = 100  # printed


class Wishes(msgspec.Struct, frozen=True):
    """What was asked for on the command line."""

    dry_run: bool = False
    choices: Choices = Choices()


async def _with_city(
    settings: Settings, slug: str, deed: Callable[[AsyncSession], Awaitable[int]]
) -> int:
    """Do something in one transaction of a municipality. Raises Unfit for an unknown one."""
    schema = await provision.schema_of(settings, slug)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        async with pinned_session(engine, schema) as session, session.begin():
            return await deed(session)
    finally:
        await engine.dispose()


def _contents(file: Path) -> table.Table:
    """The table in a file. Raises Unfit, or Unreadable."""
    try:
        return table.read(file.read_bytes(), file.name)
    except OSError as problem:
        raise provision.Unfit(f"{file} cannot be read: {problem.strerror}.") from problem


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _say_issues(issues: Iterable[Issue], called: Mapping[str, str]) -> int:
    """Print what is wrong; how much."""
    told = list(wording.told(issues, called))
    for one in told[:MOST_FAULTS]:
        _say(f"{one.row}: {one.column}: {one.words}" if one.column else f"{one.row}: {one.words}")
    return len(told)


def _say_changes(changes: Iterable[Change]) -> None:
    for one in changes:
        for part in wording.shown(one.differences):
            _say(f"{one.row}: {one.label}: {part.attribute}: {part.before} → {part.after}")


async def import_offer(
    session: AsyncSession, code: str, found: table.Table, wishes: Wishes, clock: Clock
) -> int:
    """Take an offer for the recruitment `code`; 1 when rows are wrong. Raises KsrError."""
    try:
        campaign = await prepared_or_opened(session, code, lock=True)
    except NotFound:
        raise provision.Unfit(f"There is no recruitment {code}.") from None
    await queries.hold_offers(session, campaign.id)
    read, made = await offer_import.looked_at(session, campaign, found)
    if _say_issues(made.issues, read.called):
        return 1
    if read.unread:
        _say(f"not read: {', '.join(read.unread)}")
    _say_changes((*made.changed_institutions, *made.changed_units))
    for one in made.gone:
        _say(f"not in the file: {one.label}")
    _say(
        f"rows: {len(read.lines)}, places: {made.seats}, new institutions:"
        f" {len(made.new_institutions)}, new units: {len(made.new_units)}, changed:"
        f" {len(made.changed_institutions) + len(made.changed_units)}, not in the file:"
        f" {len(made.gone)}"
    )
    if wishes.dry_run:
        return 0
    now = clock.now()
    taken = await offer_import.take(session, campaign, made, wishes.choices, None, now=now)
    _say(
        f"added: {taken.added}, changed: {taken.changed}, removed: {taken.removed},"
        f" offers: {taken.offers}"
    )
    return 0


async def import_register(session: AsyncSession, found: table.Table, *, dry_run: bool) -> int:
    """Take every difference of the register; new institutions are listed only: it has no points."""
    made = await register.looked_at(session, found)
    _say_issues(made.issues, made.called)
    for one in made.proposals:
        for part in wording.shown(one.differences):
            _say(f"{one.label}: {part.attribute}: {part.before} → {part.after}")
        if one.closed:
            _say(f"{one.label}: {_('w rejestrze zlikwidowana')} {one.closed}")
    for entry in made.new:
        _say(f"new: {entry.rspo} {entry.values['name']}")
    ticked = {f"{one.id}:{d.field}" for one in made.proposals for d in one.differences}
    many = 0
    if ticked and not dry_run:
        many = await register.take(session, made, register.Chosen(ticked, {}), None)
    _say(f"unchanged: {made.same}, new: {len(made.new)}, others: {made.others}, written: {many}")
    return 0


def _wishes(options: list[str]) -> Wishes | None:
    """What the options ask for; None for one that is not known."""
    rest = list(options)
    reason = ""
    if "--reason" in rest[:-1]:
        at = rest.index("--reason")
        reason = rest[at + 1]
        del rest[at : at + 2]
    if set(rest) - {"--dry-run", "--accept", "--remove"}:
        return None
    choices = Choices(accept="--accept" in rest, remove="--remove" in rest, reason=reason)
    return Wishes("--dry-run" in rest, choices)


def _run(deed: Callable[[Settings], Awaitable[int]]) -> int:
    async def run() -> int:
        return await deed(Settings.from_env())

    try:
        return asyncio.run(run())
    except (BadSettings, provision.Unfit) as problem:
        sys.stderr.write(f"{problem}\n")
    except KsrError as refusal:
        sys.stderr.write(f"{_(refusal.message) % refusal.values}\n")
    return 1


def offer(arguments: list[str]) -> int:
    """`ksr offer`; returns the exit status."""
    match arguments:
        case ["import", slug, code, file, *options]:
            wishes = _wishes(options)
        case _:
            wishes = None
    if wishes is None:
        sys.stderr.write(OFFER_USAGE)
        return 2

    async def deed(settings: Settings) -> int:
        found = _contents(Path(file))
        return await _with_city(
            settings, slug, lambda session: import_offer(session, code, found, wishes, Clock())
        )

    return _run(deed)


def institutions(arguments: list[str]) -> int:
    """`ksr institutions`; returns the exit status."""
    match arguments:
        case ["import", slug, file]:
            dry_run = False
        case ["import", slug, file, "--dry-run"] | ["import", "--dry-run", slug, file]:
            dry_run = True
        case _:
            sys.stderr.write(REGISTER_USAGE)
            return 2

    async def deed(settings: Settings) -> int:
        found = _contents(Path(file))
        return await _with_city(
            settings, slug, lambda session: import_register(session, found, dry_run=dry_run)
        )

    return _run(deed)
