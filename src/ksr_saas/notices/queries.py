"""Reads of what a city says and shows of itself."""

from typing import Any
from uuid import UUID

import msgspec
from asyncpg import UndefinedTableError
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.models import Account
from ksr_saas.kernel.reading import Ask, Question
from ksr_saas.notices.models import Crest, Look

LOOK = Question(
    select(
        Look.brand,
        Look.brand_ink,
        Look.brand_soft,
        Look.crest_id,
        Look.help_phone,
        Look.help_email,
        Look.office,
    )
    .order_by(Look.number.desc())
    .limit(1)
)
CREST = Question(select(Crest.store_name).where(Crest.id == bindparam("crest_id")))
MOST_VERSIONS = 50


class LookVersion(msgspec.Struct, frozen=True):
    """A look as it was saved, by whom and when."""

    look: Look
    author: str


def crest_address(crest_id: UUID) -> str:
    """Where a crest is served; it never changes, so it may be kept for ever."""
    return f"/herb/{crest_id}"


async def own(ask: Ask) -> dict[str, Any]:
    """What the city changed of the `City` that its files make; empty where it changed nothing.

    A schema that has not been migrated yet has nothing to say either.
    """
    try:
        rows = await ask(LOOK)
    except UndefinedTableError:
        return {}
    found: dict[str, Any] = {}
    for brand, ink, soft, crest_id, phone, email, office in rows:
        found = {"brand": brand, "brand_ink": ink, "brand_soft": soft, "phone": phone}
        found |= {"email": email, "office": office}
        if crest_id is not None:
            found["crest"] = crest_address(crest_id)
    return found


async def crest_file(ask: Ask, crest_id: UUID) -> str | None:
    """The name of a crest in the file store; None where there is no such crest."""
    rows = await ask(CREST, crest_id=crest_id)
    return str(rows[0][0]) if rows else None


async def is_crest(session: AsyncSession, crest_id: UUID) -> bool:
    """Whether this city has such a crest."""
    return await session.get(Crest, crest_id) is not None


def _named() -> Any:
    return (Account.given_name + " " + Account.family_name).label("author")


async def looks(session: AsyncSession) -> list[LookVersion]:
    """The last fifty looks, the newest first; the author is empty where the account is gone."""
    rows = await session.execute(
        select(Look, _named())
        .outerjoin(Account, Account.id == Look.saved_by)
        .order_by(Look.number.desc())
        .limit(MOST_VERSIONS)
    )
    return [LookVersion(look, author or "") for look, author in rows.tuples()]
