"""Pages that everybody sees are read without a session, and see no more than a session would."""

from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import bindparam, func, select, table, text, update

from ksr_saas.kernel.database import Pin, Unpinned, make_engine, pinned_session
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.reading import Question, pinned_reading
from ksr_saas.kernel.visit import City, Visit
from ksr_saas.offer import queries
from ksr_saas.offer.catalogue import Catalogue, Shelf
from ksr_saas.offer.models import Institution, InstitutionKind, Offer, Unit
from ksr_saas.offer.states import OfferState
from tenants import provision
from tests.factories.recruitment import a_campaign, a_unit

CITY = City("resko", "Resko", "w Lipnie", "", "", "brand/konsola.svg", "#000", "#fff", "#eee")
WHO = Question(select(func.current_user(), func.current_setting("transaction_read_only")))
KIND = Question(
    select(Institution.id, Institution.kind, Institution.lat, Institution.created_at).where(
        Institution.kind == bindparam("kind"), Institution.id == bindparam("id")
    )
)


@pytest.fixture(scope="module")
async def unit(settings):
    """A unit of a municipality that holds nothing else."""
    await provision.create(settings, "resko", "Resko", ["resko.localhost"], {})
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, "t_resko") as session:
        made = await a_unit(session, await a_campaign(session), places=7)
        await session.commit()
    await engine.dispose()
    return made


@pytest.fixture
async def engine(settings, cities):
    """An engine with a single connection: whoever wanted two would wait for ever."""
    made = make_engine(settings.login_url("ksr_web"), pool_size=1)
    yield made
    await made.dispose()


def visit(engine, role="t_resko"):
    return Visit(CITY, engine=engine, role=role, path=role, revision="r1", writable=True)


async def test_an_institution_is_read_with_its_offers(engine, unit):
    async with visit(engine).reading() as ask:
        found, offers = await queries.institution(ask, unit.institution_id)
        with pytest.raises(NotFound):
            await queries.institution(ask, unit.id)
    assert found.kind is InstitutionKind.PRESCHOOL
    assert [(one.code, one.places) for one in offers] == [("przedszkola-2027", 7)]


async def test_it_gives_the_same_values_as_a_session(engine, unit):
    values = {"kind": InstitutionKind.PRESCHOOL, "id": unit.institution_id}
    async with pinned_session(engine, "t_resko") as session:
        expected = [tuple(row) for row in await session.execute(KIND.statement, values)]
    async with visit(engine).reading() as ask:
        assert await ask(KIND, **values) == expected
    assert len(expected) == 1


async def test_it_is_the_municipality_and_changes_nothing(engine, unit):
    async with visit(engine).reading() as ask:
        assert await ask(WHO) == [("t_resko", "on")]
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == "ksr_web"


async def test_it_cannot_read_another_municipality(engine, unit):
    foreign = Question(select(text("1")).select_from(table("child", schema="t_pila")))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with visit(engine).reading() as ask:
            await ask(foreign)
    async with visit(engine).reading() as ask:
        assert await ask(WHO) == [("t_resko", "on")]


async def test_without_a_municipality_it_is_an_error(engine):
    with pytest.raises(Unpinned):
        async with pinned_reading(engine, Pin("", "")):
            pass


async def test_who_is_signed_in_is_answered_by_the_session_at_hand(engine, unit):
    signed_in = visit(engine)
    await signed_in.session.execute(text("SELECT 1"))
    async with signed_in.reading() as ask:
        _, offers = await queries.institution(ask, unit.institution_id)
        assert await ask(WHO) == [("t_resko", "off")]
    await signed_in.close()
    assert offers[0].places == 7


async def test_the_offer_is_read_anew_only_when_it_has_changed(engine, unit):
    shelf = Shelf()

    async def places():
        async with visit(engine).reading() as ask:
            found = await queries.catalogue(ask, unit.campaign_id, schema="t_resko", shelf=shelf)
            return found, [one.places for one in found.institutions[0].units]

    first, free = await places()
    again, _ = await places()
    assert again is first
    assert free == [7]
    async with pinned_session(engine, "t_resko") as session:
        await session.execute(update(Unit).where(Unit.id == unit.id).values(continuing=3))
        await session.commit()
    changed, free = await places()
    assert changed is not first
    assert free == [4]
    async with pinned_session(engine, "t_resko") as session:
        await session.execute(update(Offer).values(state=OfferState.RETURNED))
        await session.commit()
    async with visit(engine).reading() as ask:
        found = await queries.catalogue(ask, unit.campaign_id, schema="t_resko", shelf=shelf)
    assert found.institutions == ()


def test_a_shelf_forgets_what_was_not_asked_for_and_mixes_no_municipalities():
    shelf, key = Shelf(most=2), uuid4()
    made = [Catalogue(()) for _ in range(3)]
    shelf.keep("t_a", key, "1", made[0])
    shelf.keep("t_b", key, "1", made[1])
    assert shelf.find("t_a", key, "1") is made[0]
    assert shelf.find("t_a", key, "2") is None
    shelf.keep("t_c", key, "1", made[2])
    assert shelf.find("t_b", key, "1") is None
    assert shelf.find("t_a", key, "1") is made[0]
