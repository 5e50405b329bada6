"""What the signed-in person may do with offers now, and the form of one unit in both portals."""

from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, as_typed, paragraph
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.offer.kinds import UNIT_KINDS, Pool, Prerequisite, UnitKind
from ksr_saas.offer.models import Unit
from ksr_saas.offering import rules
from ksr_saas.offering.forms import UnitForm
from ksr_saas.offering.queries import OfferView
from ksr_saas.offering.rules import SHORTEST_REASON, Told, UnitLike
from ksr_saas.offering.service import Offers, birth_years
from ksr_saas.offering.units import (
    FIELDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    POOL_WORDS,
    PREREQUISITE_WORDS,
    Difference,
    UnitValues,
    differences,
)
from ksr_saas.settings import Settings

W = TypeVar("W", bound=StrEnum)


async def provide_offers(
    request: HTMXRequest,
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Offers:
    """Links in messages lead to the configured host, not the one asked for."""
    settings: Settings = request.app.state.settings
    host = f"{visit_of(request.scope).city.slug}.{settings.base_host}"
    return Offers(
        db_session, actor, now=clock.now(), address=lambda path: settings.address(host, path)
    )


OFFERS = {"offers": Provide(provide_offers)}
REASON_NEEDED = N_("Napisz dlaczego: co najmniej 10 znaków, bez danych osobowych.")
NOTHING_CHANGED = N_("Nic się nie zmieniło. Popraw to, o co prosisz.")


class Counted(msgspec.Struct, frozen=True):
    """What the typed numbers make: None where they cannot be read."""

    places: int | None
    all_places: int | None
    cautions: tuple[Told, ...]


def counted(form: UnitForm, units: dict[UUID, Unit], key: UUID | None) -> Counted:
    """Free places of the unit and of the whole offer, and what to tell about the unit."""
    numbers = form.numbers()
    if numbers is None or numbers[1] > numbers[0]:
        return Counted(None, None, ())
    others = [one for one in units.values() if one.id != key]
    typed = UnitValues(
        capacity=numbers[0],
        continuing=numbers[1],
        code=form.fields["kod"],
        kind=_among(UnitKind, form.fields["rodzaj"], UnitKind.GENERAL),
        group=form.fields["wspolny"],
        pool=_among(Pool, form.fields["pula"], Pool.GENERAL),
    )
    level = form.level
    together: list[UnitLike] = [typed]
    together += [one for one in others if typed.group and one.group == typed.group]
    return Counted(
        typed.places,
        typed.places + sum(one.places for one in others),
        tuple(rules.cautions(level, together)),
    )


def _among(of: type[W], typed: str, usual: W) -> W:
    return of(typed) if typed in set(of) else usual


class UnitPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where the form of a unit stands and what it is for.

    `asks` is "" where the form simply saves, "request" for a request to the city, "reason" for the
    city's own change after the recruitment was opened.
    """

    campaign: Campaign
    view: OfferView
    units: dict[UUID, Unit]
    key: UUID | None
    address: str
    back: str
    asks: str = ""

    def ensure_there(self) -> None:
        """Raise NotFound for a unit that is not of this offer."""
        if self.key is not None and self.key not in self.units:
            raise NotFound

    @property
    def unit(self) -> Unit | None:
        """The unit that is changed; None for a new one."""
        return self.units.get(self.key) if self.key else None

    @property
    def values(self) -> UnitValues | None:
        """What the unit is."""
        return UnitValues.of(self.unit) if self.unit else None

    def qualified(self) -> int:
        """Children with a place in the unit."""
        return sum(one.qualified for one in self.view.units if one.id == self.key)

    def checked(self, form: UnitForm, problems: Problems) -> UnitValues | None:
        """The values of the form, or None with its problems."""
        return form.values(
            self.values,
            problems,
            birth_years=birth_years(self.campaign),
            codes={one.code for one in self.units.values() if one.id != self.key},
            qualified=self.qualified(),
        )

    def answer(
        self,
        request: HTMXRequest,
        form: UnitForm,
        problems: Problems | None = None,
        *,
        reason: str = "",
        changed: list[Difference] | None = None,
        stamp: str | None = None,
        block: str | None = None,
    ) -> Response[Any]:
        """The page; `changed` is what somebody else saved since the form was shown."""
        problems, values = problems or Problems(), self.values
        return page(
            request,
            "shared/offer_unit.html",
            block,
            status=409 if changed else 422 if problems else 200,
            offer=self.view,
            title=values.title if values else _("Nowy oddział"),
            address=self.address,
            back=self.back,
            asks=self.asks,
            has=FIELDS[self.campaign.level],
            form=form.fields,
            ticked=form.prerequisites,
            kinds=[(one.value, _(KIND_WORDS[one])) for one in UNIT_KINDS[self.campaign.level]],
            pools=[(one.value, _(POOL_WORDS[one])) for one in Pool],
            prerequisites=[(one.value, _(PREREQUISITE_WORDS[one])) for one in Prerequisite],
            languages=LANGUAGE_WORDS,
            years=", ".join(map(str, sorted(birth_years(self.campaign), reverse=True))),
            counted=counted(form, self.units, self.key),
            seen=stamp if stamp is not None else values.stamp if values else "",
            changed=changed or [],
            reason=reason,
            problems=problems,
            errors=problems.by_field(),
        )

    def counting(self, request: HTMXRequest, sent: Any) -> Response[Any]:
        """What the typed numbers come to; nothing is saved."""
        form, seen = UnitForm.read(sent, self.campaign.level), as_typed(sent, "widziane")
        return self.answer(request, form, reason=reason_of(sent), stamp=seen, block="counted")


async def typed_unit(request: HTMXRequest, of: UnitPage) -> UnitValues | Response[Any]:
    """The checked values of the sent form, or the page that says why they are not taken.

    Somebody else's change since the form was shown is set beside what was typed; saving again then
    means it.
    """
    sent = await request.form()
    form, problems = UnitForm.read(sent, of.campaign.level), Problems()
    reason, seen = reason_of(sent), as_typed(sent, "widziane")
    values = of.checked(form, problems)
    if of.asks and len(reason) < SHORTEST_REASON:
        problems.add("powod", REASON_NEEDED)
    if problems or values is None:
        return of.answer(request, form, problems, reason=reason, stamp=seen)
    now = of.values
    if now is not None and now.stamp != seen and (found := differences(now, values)):
        return of.answer(request, form, reason=reason, changed=found)
    if of.asks == "request" and values == now:
        problems.add("miejsca", NOTHING_CHANGED)
        return of.answer(request, form, problems, reason=reason)
    return values


def reason_of(sent: Any) -> str:
    """The reason or comment in a form."""
    return paragraph(sent, "powod", 1000)
