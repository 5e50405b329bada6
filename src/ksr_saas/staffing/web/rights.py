"""The table of rights as a page and as a file, for whoever audits the municipality."""

import csv
import io
from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import ROLE_NAMES, Right, Role
from ksr_saas.identity.rights import TABLE, grantable
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.staffing import queries
from ksr_saas.staffing.views import cell, rows


class Rights(Controller):
    """Roles and what they may do."""

    path = "/uprawnienia"
    opt = {"right": Right.READ_RIGHTS}

    @get("/", name="office:rights")
    async def table(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        accounts = await queries.active_accounts(db_session, clock.today())
        return page(
            request,
            "office/rights.html",
            roles=[(ROLE_NAMES[role], accounts.get(role, 0)) for role in Role],
            rights=[
                (line.name, line.reason, [cell(line.held.get(role)) for role in Role])
                for line in TABLE.values()
            ],
            grants=[
                (ROLE_NAMES[giver], [ROLE_NAMES[given] for given in grantable(giver)])
                for giver in Role
                if grantable(giver)
            ],
            today=clock.today(),
        )

    @get("/plik", name="office:rights:csv")
    async def file(self, request: HTMXRequest, clock: NamedDependency[Clock]) -> Response[bytes]:
        """One line for every right and role, in the language of the page; for a spreadsheet."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow([_("Uprawnienie"), _("Rola"), _("Zakres"), _("Nadaje role"), _("Podstawa")])
        writer.writerows(rows())
        name = f"uprawnienia-{visit_of(request.scope).city.slug}-{clock.today()}.csv"
        return Response(
            out.getvalue().encode("utf-8-sig"),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
