"""Deeds on accounts of staff. Each is done by somebody else than the account's owner."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import GRANTS, Actor
from ksr_saas.identity.models import Account, AccountKind, FactorReset, Grant, Invitation
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.staff import invitation
from ksr_saas.kernel.errors import Forbidden, IllegalMove, NotFound
from ksr_saas.notifications.service import Recipient, queue_all
from ksr_saas.staffing import queries
from ksr_saas.staffing.errors import OwnAccount, SecondPersonNeeded, ShortStaffReason
from ksr_saas.staffing.messages import FACTOR_TAKEN, INVITED
from ksr_saas.staffing.rules import Line, Verdict, judge

CONFIRM_WITHIN = timedelta(days=1)
SHORTEST_REASON = 10

Address = Callable[[str], str]


async def verdicts(session: AsyncSession, lines: Collection[Line], actor: Actor) -> list[Verdict]:
    """What would become of each line if it were invited now; nothing is stored."""
    return judge(
        lines,
        places=await queries.places(session),
        taken=await queries.taken(session, {one.email.lower() for one in lines}),
        grantable=GRANTS.get(actor.role, ()),
    )


async def invite(
    session: AsyncSession,
    lines: Collection[Line],
    actor: Actor,
    *,
    now: datetime,
    today: date,
    address: Address,
) -> list[Verdict]:
    """Make accounts of the lines that can be taken and send their links; returns all verdicts.

    `address` makes an absolute address of a path. Two invitations at once wait for each other, so
    that a login is never made twice.
    """
    lock = func.hashtext(func.current_schema() + ":staffing")
    await session.execute(select(func.pg_advisory_xact_lock(lock)))
    found = await verdicts(session, lines, actor)
    mails: list[Recipient] = []
    rows: list[Account | Grant | Invitation] = []
    for one in found:
        if one.problem or one.role is None:
            continue
        if not actor.may_grant(one.role):
            raise Forbidden
        email = one.line.email.lower()
        account = Account(
            id=uuid4(),
            kind=AccountKind.STAFF,
            login=email,
            given_name=one.line.given_name,
            family_name=one.line.family_name,
            email=email,
            valid_until=next_expiry(today),
        )
        link, token = invitation(account.id, invited_by=actor.account_id, now=now)
        link.id = uuid4()
        rows += [
            account,
            Grant(account_id=account.id, role=one.role, institution_id=one.institution_id),
            link,
        ]
        mails.append(_mail(link, account, token, address))
        _note(session, actor, "staffing.invite", account.id, role_given=one.role.value)
    session.add_all(rows)
    await session.flush()
    await queue_all(session, INVITED.code, mails)
    return found


def _mail(link: Invitation, account: Account, token: str, address: Address) -> Recipient:
    values = {"address": address(f"/zaproszenie?bilet={token}")}
    return (str(link.id), account.id, account.email, account.language or "pl", values)


def _note(
    session: AsyncSession, actor: Actor, act: str, account_id: UUID, **detail: str | int
) -> None:
    record(
        session,
        act,
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="account",
        object_id=account_id,
        **detail,
    )


async def somebody_else(session: AsyncSession, account_id: UUID, actor: Actor) -> Account:
    """The account, locked. Raises OwnAccount, Forbidden for a role above, NotFound."""
    account = await session.scalar(
        select(Account)
        .where(Account.id == account_id, Account.kind == AccountKind.STAFF)
        .with_for_update()
    )
    if account is None:
        raise NotFound
    if account.id == actor.account_id:
        raise OwnAccount
    roles = await session.scalars(select(Grant.role).where(Grant.account_id == account_id))
    if not all(actor.may_grant(role) for role in roles):
        raise Forbidden
    return account


async def invite_again(
    session: AsyncSession, account_id: UUID, actor: Actor, *, now: datetime, address: Address
) -> None:
    """Send a new link for setting a password; older links are void. The factor stays."""
    account = await somebody_else(session, account_id, actor)
    await _void_links(session, account_id, now=now)
    link, token = invitation(account.id, invited_by=actor.account_id, now=now)
    link.id = uuid4()
    session.add(link)
    await queue_all(session, INVITED.code, [_mail(link, account, token, address)])
    _note(session, actor, "staffing.invite-again", account_id)


async def _void_links(session: AsyncSession, account_id: UUID, *, now: datetime) -> None:
    await session.execute(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )


async def renew(session: AsyncSession, account_id: UUID, actor: Actor, *, today: date) -> None:
    """Let the account live until the end of the next school year."""
    account = await somebody_else(session, account_id, actor)
    account.valid_until = next_expiry(today)
    _note(session, actor, "staffing.renew", account_id)


async def close(session: AsyncSession, account_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Close the account: its sessions end and its links are void."""
    account = await somebody_else(session, account_id, actor)
    account.active = False
    await sessions.end_others(session, account_id, keep=None)
    await _void_links(session, account_id, now=now)
    _note(session, actor, "staffing.close", account_id)


async def reopen(session: AsyncSession, account_id: UUID, actor: Actor) -> None:
    """Open a closed account again, with its old password and factor."""
    account = await somebody_else(session, account_id, actor)
    account.active = True
    _note(session, actor, "staffing.reopen", account_id)


async def ask_reset(
    session: AsyncSession, account_id: UUID, actor: Actor, reason: str, *, now: datetime
) -> None:
    """Ask another coordinator to take a lost factor away. Raises ShortStaffReason."""
    await somebody_else(session, account_id, actor)
    if len(reason) < SHORTEST_REASON:
        raise ShortStaffReason
    if await queries.open_reset(session, account_id, now=now) is not None:
        raise IllegalMove
    session.add(
        FactorReset(
            account_id=account_id,
            reason=reason,
            asked_by=actor.account_id,
            expires_at=now + CONFIRM_WITHIN,
        )
    )
    _note(session, actor, "staffing.reset-asked", account_id)


async def confirm_reset(
    session: AsyncSession, account_id: UUID, actor: Actor, *, now: datetime, address: Address
) -> None:
    """Take the factor away as the second of two coordinators; the account's sessions end.

    Raises SecondPersonNeeded to the one who asked, IllegalMove when nothing is asked.
    """
    account = await somebody_else(session, account_id, actor)
    asked = await queries.open_reset(session, account_id, now=now)
    if asked is None:
        raise IllegalMove
    if asked.asked_by == actor.account_id:
        raise SecondPersonNeeded
    await session.execute(
        update(FactorReset)
        .where(FactorReset.id == asked.id)
        .values(confirmed_by=actor.account_id, closed_at=now)
    )
    await second_factor.forget(session, account)
    await sessions.end_others(session, account_id, keep=None)
    values = {"address": address("/pracownik/logowanie")}
    told = (str(asked.id), account_id, account.email, account.language, values)
    await queue_all(session, FACTOR_TAKEN.code, [told])
    _note(session, actor, "staffing.reset-confirmed", account_id)


async def refuse_reset(
    session: AsyncSession, account_id: UUID, actor: Actor, *, now: datetime
) -> None:
    """Close the request without taking the factor away; the one who asked may do so too."""
    await somebody_else(session, account_id, actor)
    await session.execute(
        update(FactorReset)
        .where(FactorReset.account_id == account_id, FactorReset.closed_at.is_(None))
        .values(closed_at=now)
    )
    _note(session, actor, "staffing.reset-refused", account_id)
