"""Reads of the accounts of staff."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import ROLE_NAMES, Role
from ksr_saas.identity.models import Account, AccountKind, FactorReset, Grant, Invitation, Passkey
from ksr_saas.identity.rules import is_unused
from ksr_saas.identity.ways import Way
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Institution

PAGE = 50
AT_ONCE = 10_000  # parameters of one query


class GrantView(msgspec.Struct, frozen=True):
    """One role of an account; `institution` is empty for a role in the whole municipality."""

    id: UUID
    role: Role
    institution_id: UUID | None
    institution: str

    @property
    def role_name(self) -> str:
        """A Polish source text."""
        return ROLE_NAMES[self.role]


class MemberRow(msgspec.Struct, frozen=True):
    """A member of staff as one who looks after them may see; other roles are only `elsewhere`.

    `sign_in` is None when it is as the municipality says.
    """

    id: UUID
    name: str
    login: str
    grants: list[GrantView]
    elsewhere: bool
    valid_until: date | None
    unused: bool
    active: bool
    enrolled: bool
    has_password: bool
    sign_in: Way | None


class ResetView(msgspec.Struct, frozen=True):
    """An open request to take a lost factor away."""

    id: UUID
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    reason: str


def _granted(at: UUID | None, role: Role | None = None) -> ColumnElement[bool]:
    """Whether an account has a role in the institution `at` (None: anywhere), or this very role."""
    found = exists().where(Grant.account_id == Account.id)
    if at is not None:
        found = found.where(Grant.institution_id == at)
    return found.where(Grant.role == role) if role else found


def looked_after(at: UUID | None) -> Select[Account]:
    """The accounts of staff whom somebody looks after, of one institution or (None) of all."""
    return select(Account).where(Account.kind == AccountKind.STAFF, _granted(at))


async def grants(session: AsyncSession, accounts: Collection[UUID]) -> dict[UUID, list[GrantView]]:
    """The roles of these accounts, by account and in the order in which they were given."""
    rows = await session.execute(
        select(Grant, Institution.name)
        .outerjoin(Institution, Institution.id == Grant.institution_id)
        .where(Grant.account_id.in_(accounts))
        .order_by(Grant.created_at, Grant.id)
    )
    found: dict[UUID, list[GrantView]] = {one: [] for one in accounts}
    for one, name in rows:
        view = GrantView(one.id, one.role, one.institution_id, name or "")
        found[one.account_id].append(view)
    return found


async def _with_key(session: AsyncSession, accounts: Collection[UUID]) -> set[UUID]:
    """Which of these accounts have a passkey."""
    found = select(Passkey.account_id).where(Passkey.account_id.in_(accounts))
    return set(await session.scalars(found))


def _row(
    account: Account, roles: list[GrantView], at: UUID | None, *, has_key: bool, today: date
) -> MemberRow:
    here = [one for one in roles if at in (None, one.institution_id)]
    return MemberRow(
        account.id,
        account.name,
        account.login or "",
        here,
        len(here) < len(roles),
        account.valid_until,
        is_unused(account.last_in_on, today),
        account.active,
        account.totp is not None or has_key,
        account.password_hash is not None,
        account.sign_in,
    )


async def members(
    session: AsyncSession,
    at: UUID | None,
    *,
    wanted: str,
    role: Role | None,
    page: int,
    today: date,
) -> tuple[list[MemberRow], int]:
    """One page of staff, and how many match: in `role`, and with `wanted` in a name.

    Names are those of the person, the login and the institution. `at` as in `looked_after`.
    """
    asked = looked_after(at)
    if role:
        asked = asked.where(_granted(at, role))
    if wanted:
        asked = asked.where(_contains(wanted))
    count = await session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    accounts = list(
        await session.scalars(
            asked.order_by(Account.family_name, Account.given_name, Account.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
    )
    ids = [one.id for one in accounts]
    roles, keyed = await grants(session, ids), await _with_key(session, ids)
    return [
        _row(one, roles[one.id], at, has_key=one.id in keyed, today=today) for one in accounts
    ], count


def _contains(wanted: str) -> ColumnElement[bool]:
    full = Account.given_name + " " + Account.family_name
    place = (
        exists()
        .where(Grant.account_id == Account.id)
        .where(Institution.id == Grant.institution_id)
        .where(Institution.name.icontains(wanted, autoescape=True))
    )
    names = (column.icontains(wanted, autoescape=True) for column in (full, Account.login))
    return or_(*names, place)


async def member(
    session: AsyncSession, at: UUID | None, account_id: UUID, *, today: date
) -> MemberRow:
    """One member of staff among those looked after. Raises NotFound."""
    account = await session.scalar(looked_after(at).where(Account.id == account_id))
    if account is None:
        raise NotFound
    roles = (await grants(session, [account_id]))[account_id]
    keyed = bool(await _with_key(session, [account_id]))
    return _row(account, roles, at, has_key=keyed, today=today)


async def open_reset(session: AsyncSession, account_id: UUID, *, now: datetime) -> ResetView | None:
    """The request to take this account's factor away that waits for a second person.

    One of somebody whose own account was closed since is none.
    """
    row = (
        await session.execute(
            select(FactorReset, Account)
            .join(Account, Account.id == FactorReset.asked_by)
            .where(
                FactorReset.account_id == account_id,
                FactorReset.closed_at.is_(None),
                FactorReset.expires_at > now,
                Account.active,
            )
            .order_by(FactorReset.created_at.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    one, by = row
    return ResetView(one.id, one.asked_by, by.name, one.created_at, one.reason)


async def waiting_resets(
    session: AsyncSession, at: UUID | None, *, now: datetime
) -> list[tuple[UUID, str]]:
    """Whose lost factors wait for a second person: account and name."""
    rows = await session.execute(
        looked_after(at)
        .join(FactorReset, FactorReset.account_id == Account.id)
        .where(FactorReset.closed_at.is_(None), FactorReset.expires_at > now)
        .order_by(FactorReset.created_at)
    )
    return [(one.id, one.name) for one in rows.scalars()]


async def open_invitation(
    session: AsyncSession, account_id: UUID, *, now: datetime
) -> datetime | None:
    """Until when the newest unused invitation of this account works."""
    found: datetime | None = await session.scalar(
        select(func.max(Invitation.expires_at)).where(
            Invitation.account_id == account_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    return found


async def places(session: AsyncSession) -> dict[str, UUID]:
    """Institutions by code and by RSPO number, in small letters."""
    rows = await session.execute(select(Institution.code, Institution.rspo, Institution.id))
    return {name.lower(): at for code, rspo, at in rows.tuples() for name in (code, rspo) if name}


async def place_options(session: AsyncSession, at: UUID | None) -> list[tuple[str, str]]:
    """Codes and names of institutions, or of the one `at`, in the Polish order of names."""
    asked = select(Institution.code, Institution.name).order_by(Institution.sort_key)
    if at is not None:
        asked = asked.where(Institution.id == at)
    rows = await session.execute(asked)
    return [(code, name) for code, name in rows.tuples()]


async def taken(session: AsyncSession, logins: Collection[str]) -> set[str]:
    """Which of these logins are in use."""
    wanted, found = list(logins), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = await session.scalars(
            select(Account.login).where(Account.login.in_(wanted[start : start + AT_ONCE]))
        )
        found |= {one for one in rows if one}
    return found


async def active_accounts(session: AsyncSession, today: date) -> dict[Role, int]:
    """How many people may sign in today, by role; who has two roles is counted in both."""
    may = (Account.active, or_(Account.valid_until.is_(None), Account.valid_until >= today))
    rows = await session.execute(
        select(Grant.role, func.count(Grant.account_id.distinct()))
        .join(Account, Account.id == Grant.account_id)
        .where(*may)
        .group_by(Grant.role)
    )
    parents = select(func.count()).where(Account.kind == AccountKind.PARENT, *may)
    return dict(rows.tuples().all()) | {Role.PARENT: await session.scalar(parents) or 0}
