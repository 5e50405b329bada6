"""The link for a municipality's administrator, made by whoever runs the service."""

from uuid import uuid4

from sqlalchemy import select

from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.staff import invitation
from ksr_saas.identity.ways import Way
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from ksr_saas.settings import Settings
from tenants import provision


async def administrator(
    settings: Settings, slug: str, *, email: str, given: str, family: str, clock: Clock
) -> str:
    """A link for setting a password; the account is made, or renewed, if it is an
    administrator's.

    Raises Unfit for an unknown municipality, or for an account that has another role.
    """
    known = {row["slug"]: row["schema"] for row in await provision.listed(settings)}
    if slug not in known:
        raise provision.Unfit(f"There is no municipality {slug}.")
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        async with pinned_session(engine, known[slug]) as session, session.begin():
            account = await session.scalar(select(Account).where(Account.login == email))
            if account is None:
                account = Account(
                    id=uuid4(),
                    kind=AccountKind.STAFF,
                    login=email,
                    given_name=given,
                    family_name=family,
                    email=email,
                )
                session.add(account)
                await session.flush()
                session.add(Grant(account_id=account.id, role=Role.ADMINISTRATOR))
                await session.flush()
            mine = Grant.account_id == account.id, Grant.role == Role.ADMINISTRATOR
            if await session.scalar(select(Grant).where(*mine)) is None:
                raise provision.Unfit(f"{email} has another role in {slug}.")
            # Whoever asks here may be locked out because the city's own provider is.
            if account.sign_in is not Way.HERE:
                account.sign_in = Way.BOTH
            account.valid_until = next_expiry(clock.today())
            account.last_in_on = None
            link, token = invitation(account.id, invited_by=None, now=clock.now())
            session.add(link)
            record(session, "identity.invite-administrator", kind="account", object_id=account.id)
    finally:
        await engine.dispose()
    host = f"{slug}.{settings.base_host}"
    return settings.address(host, f"/zaproszenie?bilet={token}")
