"""Pictures of buildings, for everybody."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.visit import visit_of
from ksr_saas.premises.queries import photo

KEPT = "public, max-age=300"


class Photos(Controller):
    """The same for everybody; a new picture is seen after five minutes."""

    path = "/zdjecie"
    opt = {"right": Right.ANYONE, "no_session": True}

    @get("/{institution_id:uuid}", name="public:photo")
    async def large(
        self, request: HTMXRequest, institution_id: FromPath[UUID], files: NamedDependency[Files]
    ) -> Response[bytes]:
        return await _shown(request, institution_id, files, small=False)

    @get("/{institution_id:uuid}/male", name="public:photo:small")
    async def little(
        self, request: HTMXRequest, institution_id: FromPath[UUID], files: NamedDependency[Files]
    ) -> Response[bytes]:
        return await _shown(request, institution_id, files, small=True)


async def _shown(
    request: HTMXRequest, institution_id: UUID, files: Files, *, small: bool
) -> Response[bytes]:
    async with visit_of(request.scope).reading() as ask:
        name = await photo(ask, institution_id, small=small)
    return Response(files.get(name), media_type="image/jpeg", headers={"Cache-Control": KEPT})
