"""`ksr console …`: who may sign in at the vendor's console; for whoever runs the servers."""

import asyncio
import sys
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import accounts
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.settings import BadSettings, Settings
from ksr_saas.tenancy.models import CONTROL

USAGE = "usage: ksr console invite E-MAIL [NAME] | list | close E-MAIL\n"


async def invited(settings: Settings, session: AsyncSession, login: str, name: str) -> int:
    """Print the link with which a person registers a passkey."""
    token = await accounts.invite(session, login, name, now=Clock().now())
    host = f"konsola.{settings.base_host}"
    sys.stdout.write(
        f"{settings.address(host, f'/zaproszenie?bilet={token}')}\n"
        "The link works once and for 24 hours.\n"
    )
    return 0


async def listed(_: Settings, session: AsyncSession) -> int:
    """Print every account with the number of its keys."""
    for login, name, keys in await accounts.listed(session):
        sys.stdout.write(f"{login:32} {name:24} {keys} keys\n")
    return 0


async def closed(_: Settings, session: AsyncSession, login: str) -> int:
    """Delete an account with its keys and sessions; 1 when there is none."""
    if await accounts.close(session, login):
        return 0
    sys.stderr.write(f"There is no account {login}.\n")
    return 1


def console(arguments: list[str]) -> int:
    """`ksr console`; returns the exit status."""
    match arguments:
        case ["invite", login, *name] if "@" in login and len(name) < 2:
            done = partial(invited, login=login.lower(), name=name[0] if name else login)
        case ["list"]:
            done = partial(listed)
        case ["close", login]:
            done = partial(closed, login=login.lower())
        case _:
            sys.stderr.write(USAGE)
            return 2

    async def run() -> int:
        settings = Settings.from_env()
        engine = make_engine(settings.login_url("ksr_console"), pool_size=1)
        try:
            made = pinned_session(engine, "ksr_control", path=CONTROL)
            async with made as session, session.begin():
                return await done(settings, session)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except BadSettings as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
