"""A secondary recruitment with schools and their classes."""

from uuid import uuid4

from ksr_saas.campaigns.levels import Level
from ksr_saas.offer.kinds import InstitutionKind
from ksr_saas.offer.models import Unit
from tenants.commands import FOLDER
from tenants.read import read_rulebook
from tests.factories.recruitment import a_campaign, an_institution, an_offer, texts


async def a_secondary_campaign(session, *, code="licea-2027"):
    """An opened recruitment under the points of the whole country."""
    rules = read_rulebook(FOLDER / "wroclaw" / "secondary" / "rulebook.toml")
    made = await a_campaign(session, code=code, rulebook=rules)
    made.level, made.name = Level.SECONDARY, texts("Licea 2027")
    await session.flush()
    return made


async def a_school(session, campaign, name, *classes, **changes):
    """A liceum with these classes, each the fields that differ from a class of thirty places."""
    school = await an_institution(session, name)
    for field, value in ({"kind": InstitutionKind.LICEUM} | changes).items():
        setattr(school, field, value)
    session.add(an_offer(campaign, school))
    for n, fields in enumerate(classes):
        values = {"code": f"{n + 1}", "name": f"Oddział {n + 1}", "capacity": 30} | fields
        session.add(Unit(id=uuid4(), campaign_id=campaign.id, institution_id=school.id, **values))
    await session.flush()
    return school
