"""The way to a node or provider and back, the same for families and for staff."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from litestar import Request
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from msgspec import json
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity.eid.person import Vouched
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.eid.provider import EidProvider, EidRefused, EidSettings
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.identity.errors import EidFailed
from ksr_saas.identity.models import Account, EidRequest
from ksr_saas.identity.service import begin_eid, eid_request
from ksr_saas.identity.web.cookies import flow_cookie
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import CSP

P = TypeVar("P", bound=Vouched)


def clientele_of(found: EidSettings) -> Clientele:
    """Whom a registration signs in."""
    return Clientele.FAMILIES if found.staff is None else Clientele.STAFF


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def leave_for(
    request: HTMXRequest,
    session: AsyncSession,
    clock: Clock,
    found: EidSettings,
    provider: EidProvider[Vouched],
    *,
    return_to: str,
) -> Response[Any]:
    """The page whose form takes the browser to the provider."""
    book: EidBook = request.app.state.eid
    clientele = clientele_of(found)
    opened, browser = await begin_eid(session, clientele, return_to=return_to, now=clock.now())
    form = await book.run(
        provider.begin,
        request_id=opened.request_id,
        acs_url=found.acs_url,
        return_state=opened.request_id,
        now=clock.now(),
    )
    response = page(request, "public/to_eid.html", form=form)
    # The one page from which a form may leave for this provider.
    response.headers["Content-Security-Policy"] = CSP.format(forms=f" {origin(form.action)}")
    response.cookies.append(flow_cookie(request, clientele, browser))
    return response


async def checked_answer(
    request: HTMXRequest,
    session: AsyncSession,
    clock: Clock,
    found: EidSettings,
    provider: EidProvider[P],
    form: Mapping[str, str],
    *,
    by_get: bool,
) -> tuple[P, EidRequest]:
    """The person an answer names, and the open request it answers, locked.

    The open request is looked up before the node is called, so that nobody makes us call it for
    nothing, and again after it, because no transaction waits for a node. Raises EidRefused or
    EidFailed.
    """
    book: EidBook = request.app.state.eid
    clientele = clientele_of(found)
    claimed = provider.claimed(form, by_get=by_get)
    async with visit_of(request.scope).another_session() as look, look.begin():
        await eid_request(look, clientele, claimed, now=clock.now())
    person = await book.run(
        provider.finish,
        form,
        request_id=claimed,
        acs_url=found.acs_url,
        now=clock.now(),
        by_get=by_get,
    )
    return person, await eid_request(session, clientele, claimed, now=clock.now())


def sealed_session(settings: Settings, person: Vouched, account: Account) -> bytes:
    """How the provider names this login, sealed for the account."""
    named = json.encode([person.name_id, person.session_index]).decode()
    return Vault(settings, "eid-session").seal(named, f"account:{account.id}")


async def note_refusal(
    request: Request[Any, Any, Any], clientele: Clientele, refusal: EidRefused | EidFailed
) -> None:
    """Keep the reason of a refused login in the audit record although the request is undone."""
    reason = refusal.reason if isinstance(refusal, EidRefused) else str(refusal)
    async with visit_of(request.scope).another_session() as session, session.begin():
        record(
            session,
            "identity.sso-refused" if clientele is Clientele.STAFF else "identity.eid-refused",
            reason=reason,
        )
