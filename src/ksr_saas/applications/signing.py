"""Who signed what was handed in, and whether that is enough.

A recruitment may want the signatures of both parents, or a statement why one signs.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import queries
from ksr_saas.applications.errors import CannotCoSign
from ksr_saas.applications.models import Application, ApplicationVersion
from ksr_saas.applications.states import Status
from ksr_saas.audit.service import record
from ksr_saas.criteria import stored
from ksr_saas.criteria.procedure import Signature
from ksr_saas.identity.authorisation import Actor

SHORTEST_REASON = 10


class Signed(StrEnum):
    """How the newest version stands: ENOUGH, by BOTH, by one ALONE with a reason, or it WAITS."""

    ENOUGH = "enough"
    BOTH = "both"
    ALONE = "alone"
    WAITS = "waits"


def wants_both(application: Application) -> bool:
    """Whether the rules want both parents' signatures."""
    return stored.read(application.campaign.rulebook).signature is Signature.BOTH


async def newest(session: AsyncSession, application: Application) -> ApplicationVersion | None:
    """The version in force; None before the first one."""
    found: ApplicationVersion | None = await session.scalar(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application.id)
        .order_by(ApplicationVersion.number.desc())
        .limit(1)
    )
    return found


def standing(application: Application, version: ApplicationVersion | None) -> Signed:
    """Whether the version is signed as the rules want it; a draft needs nothing yet."""
    if version is None or not wants_both(application):
        return Signed.ENOUGH
    if version.second_signed_at is not None:
        return Signed.BOTH
    return Signed.ALONE if version.alone_because else Signed.WAITS


async def co_sign(
    session: AsyncSession, application_id: UUID, actor: Actor, *, now: datetime
) -> Application:
    """Add this parent's signature to what the other one handed in; a second call changes nothing.

    Raises NotFound, and CannotCoSign for whoever signed first and once it is decided.
    """
    application = await queries.own(session, actor, application_id, lock=True)
    version = await newest(session, application)
    if version is None or standing(application, version) is not Signed.WAITS:
        return application
    if application.status is not Status.SUBMITTED or version.signed_by == actor.account_id:
        raise CannotCoSign
    version.second_signed_by, version.second_signed_at = actor.account_id, now
    record(
        session,
        "applications.co-sign",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="application",
        object_id=application.id,
        subject_id=application.child_id,
        version=version.number,
    )
    return application
