"""What a family changed between two versions that it signed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, ApplicationVersion
from ksr_saas.criteria import stored
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.kernel.i18n import in_language
from ksr_saas.offer.models import FULL_NAME, Institution, Unit
from ksr_saas.people.pesel import masked

Lines = tuple[str, ...]
Named = Callable[[str], str]


class Changed(StrEnum):
    """What differs, in the order in which it is told."""

    NAME = "name"
    IDENTITY = "identity"
    BORN = "born"
    ADDRESS = "address"
    GUARDIANS = "guardians"
    WISHES = "wishes"
    CLAIMS = "claims"
    CERTIFICATE = "certificate"
    FILES = "files"


class Difference(msgspec.Struct, frozen=True):
    """One thing that differs, line by line before and after.

    Of FILES the numbers gone and new; of CERTIFICATE nothing more, for it is compared anew.
    """

    what: Changed
    before: Lines
    after: Lines


class Change(msgspec.Struct, frozen=True):
    """The newest version against the one before.

    `differences` are empty where the family signed the same again, and where the older version
    cannot be read any more.
    """

    number: int
    at: datetime
    differences: tuple[Difference, ...]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], *, unit: Named, claim: Named
) -> Iterator[Difference]:
    """What differs between two snapshots.

    `unit` names a unit by its id, `claim` a claim as the snapshot has it ("code at amount").
    """
    for what, read in _PARTS.items():
        old, new = read(before), read(after)
        if old != new:
            yield Difference(what, old, new)
    old, new = tuple(before["wishes"]), tuple(after["wishes"])
    if old != new:
        yield Difference(Changed.WISHES, tuple(map(unit, old)), tuple(map(unit, new)))
    old, new = _claims(before), _claims(after)
    if old != new:
        gone = tuple(claim(one) for one in old if one not in new)
        come = tuple(claim(one) for one in new if one not in old)
        yield Difference(Changed.CLAIMS, gone, come)
    if before.get("certificate") != after.get("certificate"):
        yield Difference(Changed.CERTIFICATE, (), ())
    had, has = set(before["files"]), set(after["files"])
    if had != has:
        yield Difference(Changed.FILES, (str(len(had - has)),), (str(len(has - had)),))


def _of_child(*names: str) -> Callable[[Mapping[str, Any]], Lines]:
    def read(snapshot: Mapping[str, Any]) -> Lines:
        child = snapshot["child"]
        return (" ".join(str(child[name]) for name in names if child[name]),)

    return read


def _identity(snapshot: Mapping[str, Any]) -> Lines:
    child = snapshot["child"]
    return (child["document"] or masked(child["pesel"]),)


def _address(snapshot: Mapping[str, Any]) -> Lines:
    return (", ".join(snapshot["child"]["address"]),)


def _guardians(snapshot: Mapping[str, Any]) -> Lines:
    return tuple(
        ", ".join(filter(None, (f"{given} {family}", *rest)))
        for given, family, *rest in snapshot["guardians"]
    )


def _claims(snapshot: Mapping[str, Any]) -> Lines:
    return tuple(" ".join(one) for one in snapshot["claims"])


_PARTS: dict[Changed, Callable[[Mapping[str, Any]], Lines]] = {
    Changed.NAME: _of_child("given_name", "second_name", "family_name"),
    Changed.IDENTITY: _identity,
    Changed.BORN: _of_child("birth_date"),
    Changed.ADDRESS: _address,
    Changed.GUARDIANS: _guardians,
}


async def last_change(
    session: AsyncSession, application: Application, *, opened: Collection[str]
) -> Change | None:
    """What the newest version changed; None for an application that has one version only.

    Sensitive criteria are named where they are among the `opened`.
    """
    newest = (application.snapshot or {}).get("version", 1)
    if newest == 1:
        return None
    rows = await session.scalars(
        select(ApplicationVersion)
        .where(
            ApplicationVersion.application_id == application.id,
            ApplicationVersion.number.in_((newest - 1, newest)),
        )
        .order_by(ApplicationVersion.number)
    )
    versions = list(rows)
    if not versions or versions[-1].number != newest:
        return None
    found: tuple[Difference, ...] = ()
    if len(versions) > 1 and "child" in versions[0].snapshot:
        before, after = versions[0].snapshot, versions[1].snapshot
        rulebook = stored.read(application.campaign.rulebook)
        units, places = await _names(session, before, after)
        found = tuple(
            differences(
                before,
                after,
                unit=lambda key: units.get(key, "—"),
                claim=lambda said: _claim_words(said, rulebook, places, opened),
            )
        )
    return Change(newest, versions[-1].submitted_at, found)


async def _names(
    session: AsyncSession, *snapshots: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """Units and institutions by id."""
    wanted = {UUID(one) for snapshot in snapshots for one in snapshot["wishes"]}
    rows = await session.execute(
        select(Unit.id, FULL_NAME, Institution.id, Institution.name)
        .join(Institution, Institution.id == Unit.institution_id)
        .where(Unit.id.in_(wanted))
    )
    found = rows.tuples().all()
    return (
        {str(unit): name for unit, name, _, _ in found},
        {str(place): name for _, _, place, name in found},
    )


def _claim_words(
    said: str, rulebook: Rulebook, places: Mapping[str, str], opened: Collection[str]
) -> str:
    """The criterion with its institution and amount; a covered one without either."""
    code, at, amount = said.split(" ")
    criterion = rulebook.criterion(code)
    if criterion is None or (criterion.sensitive and code not in opened):
        return ""
    return ", ".join(filter(None, (in_language(criterion.name), places.get(at), amount)))
