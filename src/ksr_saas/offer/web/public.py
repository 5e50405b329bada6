"""What everybody may see: recruitments, an institution, notices."""

from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.queries import all_campaigns
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.notices.articles import FRONT, shown
from ksr_saas.notices.models import ArticleKind
from ksr_saas.offer import queries
from ksr_saas.offer.catalogue import together

ON_FIRST_PAGE = 3  # the newest news


class PublicPages(Controller):
    """Pages without login."""

    path = "/"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:start")
    async def start(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaigns = await all_campaigns(db_session)
        rows = await db_session.execute(FRONT.statement, {"today": clock.today()})
        said = rows.tuples().all()
        own = [row for row in said if row[-1] is ArticleKind.START]
        news = [row for row in said if row[-1] is ArticleKind.NEWS]
        return page(
            request,
            "public/start.html",
            campaigns=[campaign_view(one, now=clock.now()) for one in campaigns],
            news=shown(news[:ON_FIRST_PAGE], i18n.language.get()),
            own=shown(own, i18n.language.get()),
        )

    @get("/placowki/{institution_id:uuid}", name="public:institution")
    async def institution(
        self,
        request: HTMXRequest,
        institution_id: FromPath[UUID],
    ) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            institution, offers = await queries.institution(ask, institution_id)
        return page(
            request,
            "public/institution.html",
            kept=True,
            institution=institution,
            offers=[(one, together(one.units)) for one in offers],
        )
