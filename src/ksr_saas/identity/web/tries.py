"""One try to get in, counted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request

from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.errors import KsrError
from ksr_saas.kernel.visit import visit_of


@asynccontextmanager
async def one_try(
    request: Request[Any, Any, Any], login: str, wrong: type[KsrError]
) -> AsyncIterator[None]:
    """Count a try of `login` from this network, waiting as long as the count asks for.

    Raises `wrong` when there are no tries left; a `wrong` raised inside is noted as a failure.
    """
    throttle: Throttle = request.app.state.throttle
    address = request.client.host if request.client else ""
    who = (visit_of(request.scope).role, login, address)
    wait = await throttle.take(*who)
    if wait is None:
        raise wrong
    await asyncio.sleep(wait)
    try:
        yield
    except wrong:
        await throttle.failed(address)
        raise
    await throttle.succeeded(*who)
