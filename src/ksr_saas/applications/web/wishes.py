"""Choosing places: a list with search, and the ranked basket."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import queries
from ksr_saas.applications.errors import TooManyWishes
from ksr_saas.applications.looked_up import home_of, look_up
from ksr_saas.applications.models import Application
from ksr_saas.applications.own_school import own_school
from ksr_saas.applications.service import Applications, length, rulebook_of
from ksr_saas.applications.views import wish_views
from ksr_saas.applications.web.family import MINE, provide_applications
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.kinds import PreferenceRank
from ksr_saas.criteria.rulebook import Rulebook, Scope
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.offer.models import Unit

SHOWN = 30


def order_counts(rulebook: Rulebook) -> dict[str, Any]:
    """What the order of the list does beside deciding which place is taken: what it earns.

    `ranked` are the points by place, `first` whether a criterion counts at the first place only.
    """
    ranked = [one.kind.by_rank for one in rulebook.criteria if isinstance(one.kind, PreferenceRank)]
    first = any(one.reach is Scope.FIRST_PREFERENCE for one in rulebook.criteria)
    return {"ranked": ranked[0] if ranked else (), "first": first}


LONGEST_LIMIT = 50  # what is more is no limit anybody could reach


def last_threshold(unit: Unit) -> tuple[str, Decimal] | None:
    """The newest school year whose lowest points are known, with them."""
    if not unit.thresholds:
        return None
    year = max(unit.thresholds)
    return year, Decimal(unit.thresholds[year])


class MyWishes(Controller):
    """The preferences of one application."""

    path = "/wnioski/{application_id:uuid}/placowki"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/", name="family:wishes")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        return await self._list(
            request,
            db_session,
            application,
            text(request.query_params, "szukaj"),
            now=clock.now(),
        )

    async def _list(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        application: Application,
        words: str,
        *,
        now: datetime,
        refusal: TooManyWishes | None = None,
    ) -> Response[Any]:
        found = await self._offered(request, session, application, words)
        rulebook = rulebook_of(application.campaign)
        taken = {wish.unit_id for wish in application.wishes}
        return page(
            request,
            "family/wishes.html",
            "choosing",
            status=refusal.status if refusal else 200,
            application_id=application.id,
            wishes=wish_views(application, rulebook),
            most=rulebook.max_preferences,
            limited=rulebook.max_preferences <= LONGEST_LIMIT,
            count=length(application.wishes, rulebook),
            refusal=bool(refusal),
            order=order_counts(rulebook),
            by_distance=bool(found) and found[0][1] is not None,
            own=await self._own(request, session, application, now),
            query=words,
            more=len(found) > SHOWN,
            units=[
                {
                    "id": unit.id,
                    "name": unit.full_name,
                    "street": unit.institution.street,
                    "district": unit.institution.district,
                    "places": unit.places,
                    "away": away,
                    "threshold": last_threshold(unit),
                    "chosen": unit.id in taken,
                }
                for unit, away in found[:SHOWN]
            ],
        )

    @post("/", name="family:wishes:change", status_code=200)
    async def change(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.to_edit(application_id, actor, now=clock.now())
        form = await request.form()
        words = text(form, "szukaj")
        try:
            unit_id = UUID(text(form, "oferta"))
        except ValueError as problem:
            raise NotFound from problem
        match text(form, "co"):
            case "dodaj":
                try:
                    await applications.add_wish(application, unit_id)
                except TooManyWishes as refusal:
                    return await self._list(
                        request,
                        db_session,
                        application,
                        words,
                        now=clock.now(),
                        refusal=refusal,
                    )
            case "usun":
                applications.remove_wish(application, unit_id)
            case "wyzej":
                applications.move_wish(application, unit_id, -1)
            case "nizej":
                applications.move_wish(application, unit_id, 1)
            case _:
                raise NotFound
        await look_up(db_session, application, home=visit_of(request.scope).city.name)
        applications.saved(application, now=clock.now())
        if "hx-request" not in request.headers:
            return go(f"/rodzina/wnioski/{application_id}/placowki?szukaj={words}")
        await db_session.flush()
        db_session.expire_all()
        fresh = await queries.own(db_session, actor, application_id)
        return await self._list(request, db_session, fresh, words, now=clock.now())

    @staticmethod
    async def _offered(
        request: HTMXRequest, session: AsyncSession, application: Application, words: str
    ) -> list[tuple[Unit, int | None]]:
        """What can be chosen, one more than is shown: the nearest first where home is known."""
        home = visit_of(request.scope).city.name
        here = await home_of(session, application, home=home)
        if here is not None:
            near = await queries.nearest_units(
                session, application.campaign_id, here, words=words, most=SHOWN + 1
            )
            return [(unit, away) for unit, away in near]
        units = await queries.units_to_choose(
            session, application.campaign_id, words=words, most=SHOWN + 1
        )
        return [(unit, None) for unit in units]

    @staticmethod
    async def _own(
        request: HTMXRequest, session: AsyncSession, application: Application, now: datetime
    ) -> dict[str, Any] | None:
        """What the page says of the school of the child's catchment; None where nothing."""
        home = visit_of(request.scope).city.name
        own = await own_school(session, application, now=now, home=home)
        if own is None:
            return None
        name = ""
        units: list[Unit] = []
        if own.school is not None:
            name, units = await queries.units_at(session, application.campaign_id, own.school)
        taken = {wish.unit_id for wish in application.wishes}
        then = timetable.stage(application.campaign.stages, StageCode.SUBMISSION)
        wrong = own.wrong([wish.unit.institution_id for wish in application.wishes])
        return {
            "name": name,
            "certain": own.certain,
            "alone": own.alone,
            "then": then.starts_at if then else None,
            "wrong": wrong.value if wrong and application.wishes else "",
            "units": [
                {"id": unit.id, "name": unit.full_name} for unit in units if unit.id not in taken
            ],
        }
