"""Claims that nobody makes: what the child's address says of the criteria.

Each is a claim like the family's own, so a commission decides on it and a change of the address
takes it away. Birth dates and the order of the list speak for themselves and need none.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, Claim, Outcome
from ksr_saas.applications.own_school import answer_of
from ksr_saas.criteria import stored
from ksr_saas.criteria.facts import ADDRESS, Asked, Child, Source
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.way import Verdict
from ksr_saas.criteria.worked_out import WorkedOut, asked_for, sources, worked_out
from ksr_saas.offer import places
from ksr_saas.offer.models import Institution, StreetPoint, Unit
from ksr_saas.offer.places import Point, StreetPart, folded


async def look_up(session: AsyncSession, application: Application, *, home: str) -> None:
    """Bring the claims of an application up to date with its address and its wishes.

    One whose finding is the same keeps what the commission decided. `home` is the municipality's
    own town.
    """
    rulebook = stored.read(application.campaign.rulebook)
    wanted = sources(rulebook) & ADDRESS
    if not wanted:
        return
    await session.flush()  # the wishes are asked about as they are now
    found: dict[tuple[str, UUID | None], WorkedOut] = {}
    if application.child.street:
        child, asked = await _known(session, application, wanted, home)
        found = {
            (one.code, one.at): one
            for one in worked_out(rulebook, child, asked)
            if one.source in ADDRESS and one.verdict is not Verdict.UNMET
        }
    ours = {one.code for one in rulebook.criteria if one.kind.source in ADDRESS}
    for claim in [one for one in application.claims if one.criterion in ours]:
        now = found.pop((claim.criterion, claim.institution_id), None)
        if now is None:
            application.claims.remove(claim)
        elif claim.found != (said := finding(now)):
            claim.found, claim.outcome, claim.reason = said, Outcome.PENDING, ""
    for one in found.values():
        application.claims.append(
            Claim(criterion=one.code, institution_id=one.at, found=finding(one))
        )


def finding(one: WorkedOut) -> dict[str, Any]:
    """What is kept of a finding: "verdict", and for distances "metres" and "rough"."""
    said: dict[str, Any] = {"verdict": one.verdict.value}
    return said if one.metres is None else said | {"metres": one.metres, "rough": one.rough}


async def _known(
    session: AsyncSession,
    application: Application,
    wanted: frozenset[Source],
    home: str,
) -> tuple[Child, list[Asked]]:
    at_home = folded(application.child.town) == folded(home)
    key, number = places.address(application.child.street)
    parts = []
    if at_home and wanted - {Source.CATCHMENT}:
        parts = places.nearest(await _parts(session, key), number)
    here = places.located(parts, number)
    exact = number is not None and any(one.first == one.last == number for one in parts)
    districts = {one.district for one in parts}
    district = districts.pop() if len(districts) == 1 else ""
    unknown = {Source.DISTRICT} if at_home and not district else set()
    school = None
    if Source.CATCHMENT in wanted:
        told = await answer_of(session, application, home=home)
        school = told.school if told else None
        if school is None:
            unknown.add(Source.CATCHMENT)
    child = Child(
        born=application.child.birth_date,
        district=district,
        catchment=school,
        unknown=frozenset(unknown),
    )
    return child, await _asked(session, application, here, exact=exact)


async def home_of(session: AsyncSession, application: Application, *, home: str) -> Point | None:
    """Where the child lives, as near as its street tells; None outside the town or when unknown."""
    if folded(application.child.town) != folded(home):
        return None
    key, number = places.address(application.child.street)
    return places.located(await _parts(session, key), number) if key else None


async def _parts(session: AsyncSession, key: str) -> list[StreetPart]:
    rows = await session.execute(
        select(
            StreetPoint.street,
            StreetPoint.first,
            StreetPoint.last,
            StreetPoint.lat,
            StreetPoint.lon,
            StreetPoint.district,
        ).where(StreetPoint.street_key == key)
    )
    return [StreetPart(*row) for row in rows.tuples()]


async def _asked(
    session: AsyncSession, application: Application, here: Point | None, *, exact: bool
) -> list[Asked]:
    rows = await session.execute(
        select(Unit.id, Institution)
        .join(Institution, Institution.id == Unit.institution_id)
        .where(Unit.id.in_([wish.unit_id for wish in application.wishes]))
    )
    at = dict(rows.tuples().all())
    return [
        asked(wish.rank, at[wish.unit_id], here=here, exact=exact)
        for wish in sorted(application.wishes, key=lambda one: one.rank)
    ]


def asked(
    rank: int, institution: Institution, *, here: Point | None = None, exact: bool = False
) -> Asked:
    """A wish as the rules know it; distances are from `here`, if that is known."""
    there = Point(institution.lat, institution.lon)
    return Asked(
        institution.id,
        rank,
        complex=institution.complex_id,
        district=institution.district,
        metres=places.metres(here, there) if here else None,
        rough=not exact,
    )


def codes_asked(rulebook: Rulebook) -> Sequence[str]:
    """The criteria that families answer, in the order of the rulebook."""
    return [one.code for one in asked_for(rulebook)]
