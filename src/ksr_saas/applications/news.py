"""News of a case, told to everybody who sees it."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import with_access
from ksr_saas.applications.rules import number_text
from ksr_saas.identity.models import Account
from ksr_saas.identity.service import UNREACHABLE
from ksr_saas.notifications.kinds import MessageKind
from ksr_saas.notifications.service import Recipient, queue_all
from ksr_saas.people.models import Guardian


class News(msgspec.Struct, frozen=True):
    """What is said to whoever has a login, and instead of it about paper nobody has taken over.

    That one names no page, because there is none its reader could open. It is None where only
    somebody with a login can have done what is told.
    """

    kind: MessageKind
    on_paper: MessageKind | None = None


def kinds_of(*news: News) -> tuple[MessageKind, ...]:
    """The messages in which these are told."""
    return tuple(kind for one in news for kind in (one.kind, one.on_paper) if kind is not None)


class Addressee(NamedTuple):
    """One person to tell about one application; `email` is empty where none was given.

    `on_paper` says that nobody has taken the case over, so they have no login.
    """

    application_id: UUID
    number: int | None
    account_id: UUID
    language: str
    email: str
    on_paper: bool


async def addressees(session: AsyncSession, which: ColumnElement[bool]) -> list[Addressee]:
    """Everybody with access to the applications for which `which` holds, by number.

    Each has the address they gave in the application, else their account's. Of a case on paper it
    is the first guardian alone, who handed it in: what else stands there nobody has confirmed.
    """
    access = with_access()
    own = or_(
        Guardian.account_id == Account.id,
        and_(UNREACHABLE, Guardian.position == 1),
    )
    rows = await session.execute(
        select(
            Application.id,
            Application.number,
            Account.id,
            Account.language,
            Guardian.email,
            Account.email,
            UNREACHABLE,
        )
        .join(access, access.c.child_id == Application.child_id)
        .join(Account, Account.id == access.c.account_id)
        .outerjoin(Guardian, and_(Guardian.application_id == Application.id, own))
        .where(which, or_(Account.active, UNREACHABLE))
        .order_by(Application.number, Account.id)
    )
    return [
        Addressee(application, number, account, language, given or known, on_paper)
        for application, number, account, language, given, known, on_paper in rows.tuples()
    ]


async def tell(
    session: AsyncSession,
    news: News,
    which: ColumnElement[bool],
    *,
    code: str,
    occasion: str,
    address: Callable[[UUID], str],
) -> int:
    """Tell the news of the applications for which `which` holds; returns how many were added.

    `code` is their recruitment's, `address` gives the page of a case. Nobody is told the same news
    of the same `occasion` twice.
    """
    await session.flush()  # the number, and who has access by now
    mails: dict[str, list[Recipient]] = {}
    for one in await addressees(session, which):
        kind = news.on_paper if one.on_paper else news.kind
        if kind is None:
            continue
        values: dict[str, Any] = {"number": number_text(code, one.number)}
        if not one.on_paper:
            values["address"] = address(one.application_id)
        key = f"{one.application_id}:{occasion}:{one.account_id}"
        mails.setdefault(kind.code, []).append(
            (key, one.account_id, one.email, one.language, values)
        )
    return sum([await queue_all(session, kind, found) for kind, found in mails.items()])
