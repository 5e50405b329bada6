"""The web of the demonstration: as in real use, with the stand-ins' people."""

from ksr_saas.app import create_app
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import Gate
from tenants.demo.accounts import TOWNS, people
from tenants.demo.office import DemoPlugin


def app() -> Gate:
    """The web with personas for login.gov.pl's stand-in and the demonstration's own pages."""
    return create_app(
        Settings.from_env(),
        people=people,
        slugs=lambda: ["wroclaw", *TOWNS],
        plugins=[DemoPlugin()],
    )
