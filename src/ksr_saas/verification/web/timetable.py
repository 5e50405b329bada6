"""The city moves its stages: typed, looked at, then saved with a reason."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns import rules, timetable
from ksr_saas.campaigns.errors import ShortReason, StageBehind
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import by_code, chosen
from ksr_saas.campaigns.rules import Refused
from ksr_saas.campaigns.service import ensure_reason, shift_stage
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.campaigns.views import Choice, campaign_view, choices, stage_view
from ksr_saas.campaigns.wording import WRONG_WORDS
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import go, page
from ksr_saas.verification.shifting import Plan, plan, touched

FIELDS = ("od_dnia", "od_godziny", "do_dnia", "do_godziny")
FIELD_OF = {"start": "od_dnia", "end": "do_dnia", "hours": "godziny"}
CHANGED = 409
EVERYBODY, BEGUN = "wszyscy", "zaczete"


class Timetable(Controller):
    """The stages of the latest recruitment."""

    path = "/harmonogram"
    opt = {"right": Right.SUPERVISE}

    @get("/", name="office:timetable")
    async def stages(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign, every = await chosen(db_session, text(request.query_params, "nabor", 60))
        return _list(request, campaign, clock, which=choices(every, campaign))

    @post("/{code:str}", name="office:timetable:extend")
    async def extend(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Longer after an outage, for all or who had begun: first what it means, then saved."""
        form, now = await request.form(), clock.now()
        saves = "zapisz" in form
        campaign = await by_code(db_session, code, lock=saves)
        published = campaign.published_at is not None
        stage = rules.extendable(campaign.stages, published=published, now=now)
        if stage is None:
            raise StageBehind
        typed, problems = (
            {name: text(form, name, 8) for name in ("godziny", "dla_kogo")},
            Problems(),
        )
        if changed := rules.since(text(form, "widziane", 2000), campaign.stages):
            return _list(request, campaign, clock, typed=typed, changed=changed)
        begun = typed["dla_kogo"] == BEGUN
        try:
            stages = rules.extended(
                campaign.stages, stage, typed["godziny"], now=now, for_begun=begun
            )
        except Refused as refused:
            problems.add(FIELD_OF[refused.at], WRONG_WORDS[refused.wrong])
            return _list(request, campaign, clock, typed=typed, problems=problems)
        found, reason = plan(campaign, stage.code, stages), text(form, "powod")
        if saves and not found.broken and _enough(reason):
            shift_stage(
                db_session,
                campaign,
                stage.code,
                stages,
                reason,
                actor,
                now=now,
                extension=True,
                for_begun=begun,
            )
            return go(f"/organ/harmonogram?nabor={campaign.code}")
        return await _preview(
            request,
            db_session,
            campaign,
            stage,
            found,
            typed=typed,
            address=f"/organ/harmonogram/{code}",
            reason=reason if saves else None,
            for_all=True,
        )

    @get("/{code:str}/{stage:str}", name="office:timetable:stage")
    async def show(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        stage: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign = await by_code(db_session, code)
        return _form(request, campaign, _movable(campaign, stage, clock), clock)

    @post("/{code:str}/{stage:str}", name="office:timetable:shift")
    async def shift(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        stage: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Other times for a stage: first what they mean, then saved."""
        form, now = await request.form(), clock.now()
        saves = "zapisz" in form
        campaign = await by_code(db_session, code, lock=saves)
        old, problems = _movable(campaign, stage, clock), Problems()
        typed = {name: text(form, name, 16) for name in FIELDS}
        if changed := rules.since(text(form, "widziane", 2000), campaign.stages):
            return _form(request, campaign, old, clock, typed=typed, changed=changed)
        try:
            stages = _moved(campaign, old, typed, clock)
        except Refused as refused:
            problems.add(FIELD_OF[refused.at], WRONG_WORDS[refused.wrong])
            return _form(request, campaign, old, clock, typed=typed, problems=problems)
        found, reason = plan(campaign, old.code, stages), text(form, "powod")
        if saves and not found.broken and _enough(reason):
            shift_stage(db_session, campaign, old.code, stages, reason, actor, now=now)
            return go(f"/organ/harmonogram?nabor={campaign.code}")
        return await _preview(
            request,
            db_session,
            campaign,
            old,
            found,
            typed=typed,
            address=f"/organ/harmonogram/{code}/{old.code}",
            reason=reason if saves else None,
        )


def _movable(campaign: Campaign, code: str, clock: Clock) -> Stage:
    """The stage of this code. Raises NotFound, or StageBehind for one that cannot be moved."""
    if code not in set(StageCode):
        raise NotFound
    found = timetable.stage(campaign.stages, StageCode(code))
    if found is None:
        raise NotFound
    published = campaign.published_at is not None
    if not rules.movable(campaign.stages, found.code, published=published, now=clock.now()):
        raise StageBehind
    return found


def _moved(
    campaign: Campaign, old: Stage, typed: Mapping[str, str], clock: Clock
) -> tuple[Stage, ...]:
    """The timetable with the typed times; of a stage that runs only the end is asked."""
    now, starts_at = clock.now(), old.starts_at
    if now < starts_at:
        starts_at = rules.read("start", typed["od_dnia"], typed["od_godziny"], old.starts_at)
    ends_at = rules.read("end", typed["do_dnia"], typed["do_godziny"], old.ends_at)
    return rules.moved(campaign.stages, old, starts_at, ends_at, now=now)


def _enough(reason: str) -> bool:
    try:
        ensure_reason(reason)
    except ShortReason:
        return False
    return True


def _status(problems: Problems, changed: tuple[Stage, ...]) -> int:
    return CHANGED if changed else 422 if problems else 200


def _list(
    request: HTMXRequest,
    campaign: Campaign | None,
    clock: Clock,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    changed: tuple[Stage, ...] = (),
    which: tuple[Choice, ...] = (),
) -> Response[Any]:
    problems, now = problems or Problems(), clock.now()
    if campaign is None:
        return page(request, "office/timetable.html", campaign=None)
    stages, published = campaign.stages, campaign.published_at is not None
    history = [(stage_view(one, now=now).name, change) for one in stages for change in one.changes]
    return page(
        request,
        "office/timetable.html",
        which=which,
        status=_status(problems, changed),
        campaign=campaign_view(campaign, now=now),
        movable={
            one.code
            for one in stages
            if rules.movable(stages, one.code, published=published, now=now)
        },
        extendable=rules.extendable(stages, published=published, now=now),
        history=sorted(history, key=lambda one: one[1].at, reverse=True),
        seen=rules.seen(stages),
        hours=(typed or {}).get("godziny", ""),
        for_whom=(typed or {}).get("dla_kogo") or EVERYBODY,
        changed=[stage_view(one, now=now) for one in changed],
        problems=problems,
        errors=problems.by_field(),
    )


def _form(
    request: HTMXRequest,
    campaign: Campaign,
    stage: Stage,
    clock: Clock,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    changed: tuple[Stage, ...] = (),
) -> Response[Any]:
    problems, now = problems or Problems(), clock.now()
    times = (*rules.told(stage.starts_at), *rules.told(stage.ends_at))
    return page(
        request,
        "office/timetable_stage.html",
        status=_status(problems, changed),
        campaign=campaign_view(campaign, now=now),
        stage=stage_view(stage, now=now),
        typed=typed or dict(zip(FIELDS, times, strict=True)),
        seen=rules.seen(campaign.stages),
        changed=[stage_view(one, now=now) for one in changed],
        problems=problems,
        errors=problems.by_field(),
    )


async def _preview(
    request: HTMXRequest,
    session: AsyncSession,
    campaign: Campaign,
    stage: Stage,
    found: Plan,
    *,
    typed: Mapping[str, str],
    address: str,
    reason: str | None,
    for_all: bool = False,
) -> Response[Any]:
    """What the change means; `reason` is None where it has not been asked for yet."""
    problems = Problems()
    if reason is not None and not _enough(reason):
        problems.add("powod", ShortReason.message)
    refused = bool(problems) or (reason is not None and bool(found.broken))
    return page(
        request,
        "office/timetable_preview.html",
        status=422 if refused else 200,
        campaign=campaign,
        stage=stage,
        plan=found,
        touched=await touched(session, campaign),
        typed=typed,
        address=address,
        reason=reason or "",
        for_all=for_all,
        seen=rules.seen(campaign.stages),
        problems=problems,
        errors=problems.by_field(),
    )
