"""An offer comes from a file: all of it or nothing, and the same file changes nothing twice."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ksr_saas.audit.models import AuditEvent
from ksr_saas.campaigns.errors import ShortReason
from ksr_saas.campaigns.levels import Level
from ksr_saas.exchange import offer_import
from ksr_saas.exchange.errors import Faulty
from ksr_saas.exchange.offer_import import Choices
from ksr_saas.exchange.table import read
from ksr_saas.offer.kinds import InstitutionKind, Pool, Scored, UnitKind
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.offer.states import OfferState
from ksr_saas.results.models import Placement
from tests.factories.recruitment import NOW, a_campaign, a_coordinator, an_application

WARSAW = Path(__file__).parents[2] / "tenants/warszawa/secondary/offer.csv"
HEAD = (
    "kod placówki;nazwa placówki;typ placówki;adres;latitude;longitude;kod oddziału;"
    "nazwa oddziału;rodzaj oddziału;liczba miejsc"
)
MISIE = "p77;Przedszkole Misie;przedszkole;ul. Polna 1, 00-001 Warszawa;52,2;21,0"
BOTH = f"{HEAD}\n{MISIE};a;Krasnale;ogólnodostępny;25\n{MISIE};b;Skrzaty;integracyjny;20\n"


@dataclass
class Town:
    session: object
    campaign: object
    actor: object

    async def look(self, text):
        content = text if isinstance(text, bytes) else text.encode()
        return (await offer_import.looked_at(self.session, self.campaign, read(content)))[1]

    async def take(self, text, **choices):
        made = await self.look(text)
        return await offer_import.take(
            self.session, self.campaign, made, Choices(**choices), self.actor, now=NOW
        )

    async def units(self):
        here = select(Unit).where(Unit.campaign_id == self.campaign.id).order_by(Unit.code)
        found = await self.session.scalars(here.execution_options(populate_existing=True))
        return list(found)

    async def states(self):
        here = select(Offer.state).where(Offer.campaign_id == self.campaign.id)
        return Counter(await self.session.scalars(here))


@pytest.fixture
async def town(session):
    campaign = await a_campaign(session, code="import")
    campaign.opened_at = None
    await session.flush()
    return Town(session, campaign, await a_coordinator(session))


@pytest.fixture
async def warsaw(town):
    town.campaign.level = Level.SECONDARY
    await town.session.flush()
    return town


async def test_the_whole_offer_of_warsaw_comes_in_without_a_manual_fix(warsaw):
    taken = await warsaw.take(WARSAW.read_bytes())

    assert (taken.added, taken.changed, taken.offers) == (161 + 1018, 0, 161)
    assert await warsaw.states() == {OfferState.CLOSED: 161}
    units = await warsaw.units()
    assert (len(units), sum(one.places for one in units)) == (1018, 24594)
    assert Counter((one.kind, one.pool) for one in units if one.kind is UnitKind.INTEGRATION) == {
        (UnitKind.INTEGRATION, Pool.GENERAL): 55,
        (UnitKind.INTEGRATION, Pool.CERTIFICATE): 49,
    }
    by_code = {one.code: one for one in units}
    first = by_code["53982"]
    assert first.thresholds == {"2025/2026": "141.05"}
    assert first.scored == (Scored(("geografia",)), Scored(("język angielski",)))
    assert (first.first_languages, first.second_languages) == (["angielski"], ["hiszpański"])
    assert by_code["53832"].occupations == ["Fryzjer", "Sprzedawca", "Kucharz", "Cukiernik"]
    school = await warsaw.session.scalar(select(Institution).where(Institution.code == "602"))
    assert (school.kind, school.street, school.postal_code, school.town, school.district) == (
        InstitutionKind.LICEUM,
        "ul. Anieli Krzywoń 3",
        "01-391",
        "Warszawa",
        "Bemowo",
    )
    assert not school.made_up


async def test_the_same_file_changes_nothing_the_second_time(warsaw):
    await warsaw.take(WARSAW.read_bytes(), accept=True)
    assert await warsaw.states() == {OfferState.ACCEPTED: 161}
    version = select(func.sum(Offer.version)).where(Offer.campaign_id == warsaw.campaign.id)
    before = await warsaw.session.scalar(version)

    for accept in (True, False):
        made = await warsaw.look(WARSAW.read_bytes())
        assert not made.changes and not made.gone and not made.issues
        taken = await warsaw.take(WARSAW.read_bytes(), accept=accept)
        assert (taken.added, taken.changed, taken.removed, taken.offers) == (0, 0, 0, 0)

    assert await warsaw.session.scalar(version) == before
    assert await warsaw.states() == {OfferState.ACCEPTED: 161}


async def test_what_changes_is_shown_and_closes_the_offer_until_the_city_accepts_it(town):
    await town.take(BOTH, accept=True)
    changed = BOTH.replace("ogólnodostępny;25", "ogólnodostępny;22").replace("00-001", "00-002")

    made = await town.look(changed)
    (institution,), (unit,) = made.changed_institutions, made.changed_units
    assert [(d.field, d.before, d.after) for d in institution.differences] == [
        ("postal_code", "00-001", "00-002")
    ]
    assert unit.label == "Przedszkole Misie: Krasnale"
    assert [(d.field, d.before, d.after) for d in unit.differences] == [("capacity", 25, 22)]
    taken = await town.take(changed)

    assert (taken.added, taken.changed, taken.offers) == (0, 2, 1)
    assert [one.capacity for one in await town.units()] == [22, 20]
    assert await town.states() == {OfferState.CLOSED: 1}
    assert (await town.take(changed, accept=True)).offers == 1
    assert await town.states() == {OfferState.ACCEPTED: 1}


async def test_one_wrong_row_keeps_the_whole_file_out(town):
    wrong = BOTH.replace("integracyjny;20", "integracyjny;0")
    made = await town.look(wrong)
    assert [(one.row, one.field) for one in made.issues] == [(3, "capacity")]
    with pytest.raises(Faulty):
        await town.take(wrong, accept=True)
    assert await town.units() == []
    assert not await town.states()


async def test_units_that_a_file_does_not_have_go_only_when_asked_and_never_when_wanted(town):
    await town.take(BOTH + f"{MISIE};c;Muminki;specjalny;8\n", accept=True)
    wanted = next(one for one in await town.units() if one.code == "b")
    await an_application(town.session, town.campaign, [wanted])
    half = "\n".join(BOTH.splitlines()[:2])

    gone = {one.label.split(": ")[1]: one.kept for one in (await town.look(half)).gone}
    assert gone == {"Skrzaty": True, "Muminki": False}
    assert (await town.take(half)).removed == 0
    assert len(await town.units()) == 3
    assert (await town.take(half, remove=True)).removed == 1
    assert [one.code for one in await town.units()] == ["a", "b"]


async def test_there_are_never_fewer_places_than_children_who_got_one(town):
    await town.take(BOTH, accept=True)
    unit = next(one for one in await town.units() if one.code == "a")
    unit.continuing = 4
    for _ in range(3):
        application = await an_application(town.session, town.campaign, [unit])
        town.session.add(
            Placement(
                application_id=application.id,
                campaign_id=town.campaign.id,
                unit_id=unit.id,
                changed_at=NOW,
            )
        )
    await town.session.flush()

    assert not (await town.look(BOTH.replace(";25", ";7"))).issues
    (issue,) = (await town.look(BOTH.replace(";25", ";6"))).issues
    assert (issue.row, issue.field, issue.values) == (2, "capacity", {"qualified": 3, "places": 2})
    (issue,) = (await town.look(BOTH.replace(";25", ";3"))).issues
    assert issue.values == {"continuing": 4, "capacity": 3}


async def test_after_the_opening_a_change_needs_a_reason_which_stands_on_the_record(town):
    town.campaign.opened_at = NOW
    with pytest.raises(ShortReason):
        await town.take(BOTH, reason="krótko")
    assert await town.units() == []
    await town.take(BOTH, reason="Uchwała nr 3/2027", accept=True)

    (event,) = await town.session.scalars(
        select(AuditEvent).where(AuditEvent.object_id == town.campaign.id)
    )
    assert (event.act, event.reason, event.role) == ("exchange.offer", "written", "coordinator")
    assert event.detail == {
        "added": 3,
        "changed": 0,
        "removed": 0,
        "offers": 1,
        "accepted": True,
    }


async def test_an_institution_is_found_by_its_rspo_number_whatever_its_code(town):
    await town.take(BOTH)
    institution = await town.session.scalar(select(Institution).where(Institution.code == "p77"))
    institution.rspo = "123456"
    await town.session.flush()

    made = await town.look("Numer RSPO,kod grupy,Miejsca\n0123456,a,24\n")

    assert not made.issues
    assert [one.differences[0].after for one in made.changed_units] == [24]
    assert [one.label for one in made.gone] == ["Przedszkole Misie: Skrzaty"]


async def test_a_code_and_a_number_of_two_institutions_are_not_taken_for_one(town):
    await town.take(BOTH + MISIE.replace("p77", "p78").replace("Misie", "Żabki") + ";;;;10\n")
    other = await town.session.scalar(select(Institution).where(Institution.code == "p78"))
    other.rspo = "123456"
    await town.session.flush()

    (issue,) = (await town.look("kod placówki;RSPO;kod oddziału;miejsca\np77;123456;a;25")).issues

    assert (issue.row, issue.field) == (2, "rspo")


async def test_a_new_institution_that_is_known_by_its_code_alone_is_incomplete(town):
    (issue,) = (await town.look("kod placówki;liczba miejsc;nazwa placówki\np99;25;Nowe")).issues
    assert issue.values == {"missing": ("kind", "street", "postal_code", "town", "lat", "lon")}
