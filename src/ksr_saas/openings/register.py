"""The record of acts as whoever oversees it reads it: no child, no name, only what was done."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.rules import number_parts, number_text
from ksr_saas.audit.heads import BadHead, HeadLog
from ksr_saas.audit.models import AuditEvent, AuditSeal, AuditWaiting
from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.i18n import _
from ksr_saas.offer.models import Institution
from ksr_saas.openings.wording import ACT_WORDS, ROLE_WORDS, reason_words, role_words


class Wanted(msgspec.Struct, frozen=True):
    """Which acts are asked for; an empty field asks for all.

    `before` is a position, 0 for the newest. A `number` that no case has finds nothing.
    """

    act: str = ""
    number: str = ""
    day: str = ""
    role: str = ""
    before: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Wanted":
        """What an address asks for; what cannot be meant is left out."""
        act, role, day = text(asked, "czyn", 40), text(asked, "rola", 16), text(asked, "dzien", 10)
        before = text(asked, "przed", 18)
        return cls(
            act if act in ACT_WORDS else "",
            text(asked, "numer", 60),
            day if _day(day) else "",
            role if role in ROLE_WORDS else "",
            int(before) if before.isascii() and before.isdigit() else 0,
        )

    def codes(self) -> dict[str, Any]:
        """What is asked for, as the record may keep it: nothing that somebody made up."""
        parts = number_parts(self.number)
        return {
            "only_act": self.act,
            "only_number": number_text(*parts) if parts else "",
            "only_day": self.day,
            "only_role": self.role,
        }


class Entry(msgspec.Struct, frozen=True):
    """One act. `number` and `place` are empty where it was about no case or for no institution."""

    position: int
    at: datetime
    act: str
    number: str
    role: str
    place: str
    reason: str
    network: str


class SealState(msgspec.Struct, frozen=True):
    """How the record is sealed.

    `number` is 0 before the first seal. `kept_day` is when a head was last kept outside the
    database, None before the first; `agrees` says whether the seal of that number is still the
    same, and is False too when what was kept cannot be read.
    """

    number: int
    sealed_at: datetime | None
    sha256: str
    waiting: int
    kept_day: date | None
    agrees: bool


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _statement(wanted: Wanted, most: int) -> Select[*tuple[Any, ...]]:
    said = AuditEvent
    statement = (
        select(
            said.position,
            said.created_at,
            said.act,
            said.role,
            said.reason,
            said.network,
            Institution.name,
            Campaign.code,
            Application.number,
        )
        .outerjoin(Institution, Institution.id == said.acting_for)
        .outerjoin(
            Application, (said.object_kind == "application") & (Application.id == said.object_id)
        )
        .outerjoin(Campaign, Campaign.id == Application.campaign_id)
        .order_by(said.position.desc())
        .limit(most)
    )
    if wanted.act:
        statement = statement.where(said.act == wanted.act)
    if wanted.role:
        statement = statement.where(said.role == wanted.role)
    if wanted.before:
        statement = statement.where(said.position < wanted.before)
    if (day := _day(wanted.day)) is not None:
        start = datetime.combine(day, time(), WARSAW)
        end = datetime.combine(day + timedelta(days=1), time(), WARSAW)
        statement = statement.where(said.created_at >= start, said.created_at < end)
    if wanted.number:
        code, serial = number_parts(wanted.number) or ("", 0)
        statement = statement.where(Campaign.code == code, Application.number == serial)
    return statement


async def entries(session: AsyncSession, wanted: Wanted, *, most: int) -> list[Entry]:
    """The acts asked for, the newest first."""
    rows = await session.execute(_statement(wanted, most))
    return [
        Entry(
            position,
            at,
            _(ACT_WORDS[act]) if act in ACT_WORDS else act,
            number_text(code or "", number),
            role_words(role),
            place or "",
            reason_words(reason),
            network,
        )
        for position, at, act, role, reason, network, place, code, number in rows.tuples()
    ]


async def seal_state(session: AsyncSession, log: HeadLog) -> SealState:
    """The newest seal, what waits for the next, and whether the head kept outside still fits."""
    newest = (
        await session.execute(
            select(AuditSeal.number, AuditSeal.sealed_at, AuditSeal.sha256)
            .order_by(AuditSeal.number.desc())
            .limit(1)
        )
    ).one_or_none()
    waiting = await session.scalar(select(func.count()).select_from(AuditWaiting)) or 0
    number, sealed_at, sha256 = newest.tuple() if newest else (0, None, "")
    try:
        lines = log.lines()
    except (BadHead, ValueError):
        return SealState(number, sealed_at, sha256, waiting, None, agrees=False)
    if not lines:
        return SealState(number, sealed_at, sha256, waiting, None, agrees=True)
    day, kept = lines[-1]
    found = await session.scalar(select(AuditSeal.sha256).where(AuditSeal.number == kept.number))
    return SealState(number, sealed_at, sha256, waiting, day, agrees=found == kept.sha256)
