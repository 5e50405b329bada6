"""Whose e-mail, phone and address a parent may see in an application that two parents share.

An address is no less than a phone to somebody who is hidden from: both are their person's alone.
"""

import re
from collections.abc import Collection, Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import with_access
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import Account
from ksr_saas.identity.service import UNREACHABLE
from ksr_saas.people.models import Child, Guardian
from ksr_saas.people.sameness import same_adult


def at(guardians: Sequence[Guardian], position: int) -> Guardian | None:
    """The guardian at this position of an application, if there is one."""
    return next((one for one in guardians if one.position == position), None)


def may_see(guardian: Guardian, actor: Actor) -> bool:
    """Whether the e-mail, phone and address are this parent's own, or were entered by them."""
    return actor.account_id == (guardian.account_id or guardian.typed_by)


def may_enter(guardians: Sequence[Guardian], position: int, actor: Actor) -> bool:
    """Whether this parent may say who the other one is: nobody has, or they have."""
    guardian = at(guardians, position)
    return guardian is None or may_see(guardian, actor)


def seat(guardians: Sequence[Guardian], actor: Actor) -> int | None:
    """The position at which this parent stands, or would: the last one that is nobody's yet.

    None where both are other people's, who need not have access any more.
    """
    for one in guardians:
        if one.account_id == actor.account_id:
            return one.position
    if not guardians:
        return 1
    taken = {one.position for one in guardians if one.account_id is not None}
    return max({1, 2} - taken, default=None)


async def recognise(session: AsyncSession, application_ids: Collection[UUID]) -> None:
    """Find everybody with access among the guardians of these applications, by name.

    Where names leave a doubt nobody is taken for anybody. What another parent had entered is the
    person's own from then on, but for what that parent repeated of themselves.
    """
    await session.flush()  # who has just been let in
    access = with_access()
    rows = await session.execute(
        select(Guardian, Account, Child)
        .join(Application, Application.id == Guardian.application_id)
        .join(Child, Child.id == Application.child_id)
        .join(access, access.c.child_id == Application.child_id)
        .join(Account, Account.id == access.c.account_id)
        .where(Application.id.in_(application_ids), ~UNREACHABLE)
        .order_by(Guardian.application_id, Account.id, Guardian.position)
    )
    for _, group in groupby(rows.tuples(), key=lambda row: (row[0].application_id, row[1].id)):
        found = list(group)
        guardians, account, child = [row[0] for row in found], found[0][1], found[0][2]
        if any(one.account_id == account.id for one in guardians):
            continue
        named = [one for one in guardians if one.account_id is None and same_adult(one, account)]
        if len(named) == 1:
            _hand_over(named[0], account.id, guardians, child)


def _hand_over(
    guardian: Guardian, account_id: UUID, guardians: Sequence[Guardian], child: Child
) -> None:
    guardian.account_id = account_id
    for one in guardians:
        if one is guardian or guardian.typed_by in (None, account_id):
            continue
        if guardian.email.casefold() == one.email.casefold():
            guardian.email = ""
        if _digits(guardian.phone) == _digits(one.phone):
            guardian.phone = ""
        where = guardian.street, guardian.postal_code, guardian.town
        if where == (one.street, one.postal_code, one.town) and where != (
            child.street,
            child.postal_code,
            child.town,
        ):
            guardian.street = guardian.postal_code = guardian.town = ""


def _digits(phone: str) -> str:
    """The last nine digits: people write the country's number or not."""
    return re.sub(r"\D", "", phone)[-9:]
