"""What dresses every page of a city: its colours and its crest."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.notices import colours
from ksr_saas.notices.colours import Colours
from ksr_saas.notices.queries import crest_file

# In the dark scheme text is light, and so would be the tint behind it.
BRAND_CSS = (
    ":root{{--brand:{brand};--brand-ink:{brand_ink}}}"
    "@media(prefers-color-scheme:light){{:root{{--brand-soft:{brand_soft}}}}}"
)
FOR_EVER = "public, max-age=31536000, immutable"


class Dress(Controller):
    """Colours and crest, the same for everybody."""

    path = "/"
    opt = {"right": Right.ANYONE, "no_session": True}

    @get("/marka.css", name="public:brand")
    async def brand(self, request: HTMXRequest) -> Response[str]:
        """The colours that the address names; without them those of the city."""
        asked = colours.of_address(text(request.query_params, "barwy", 40))
        city = visit_of(request.scope).city
        worn = asked or Colours(city.brand, city.brand_ink, city.brand_soft)
        return Response(
            BRAND_CSS.format(
                brand=worn.brand, brand_ink=worn.brand_ink, brand_soft=worn.brand_soft
            ),
            media_type="text/css",
            headers={"Cache-Control": FOR_EVER if asked else "public, max-age=300"},
        )

    @get("/herb/{crest_id:uuid}", name="public:crest")
    async def crest(
        self, request: HTMXRequest, crest_id: FromPath[UUID], files: NamedDependency[Files]
    ) -> Response[bytes]:
        async with visit_of(request.scope).reading() as ask:
            name = await crest_file(ask, crest_id)
        if name is None:
            raise NotFound
        return Response(
            files.get(name), media_type="image/png", headers={"Cache-Control": FOR_EVER}
        )
