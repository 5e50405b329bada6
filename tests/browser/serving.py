"""The web of the browser tests: two small towns, three newcomers, the demonstration's shortcut."""

from datetime import date

from ksr_saas.app import create_app
from ksr_saas.identity.eid.stand_in import Persona
from ksr_saas.people import pesel
from ksr_saas.settings import Settings
from tenants.demo.accounts import NEWCOMER
from tenants.demo.office import DemoPlugin

BORN = date(1991, 3, 8)
TOWNS = ("lesna", "polna")
OTHER_PARENT, THIRD_PARENT = (
    Persona(
        label=f"{given} Marzec",
        given_name=given,
        family_name="Marzec",
        pesel=pesel.make(BORN, serial),
        birth_date=BORN,
    )
    for given, serial in (("Teresa", 3001), ("Adam", 3002))
)


def app():
    return create_app(
        Settings.from_env(),
        people=lambda _: [NEWCOMER, OTHER_PARENT, THIRD_PARENT],
        slugs=lambda: TOWNS,
        plugins=[DemoPlugin()],
    )
