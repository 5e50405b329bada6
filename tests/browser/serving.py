"""The web of the browser tests: two small towns, one newcomer, the demonstration's shortcut."""

from ksr_saas.app import create_app
from ksr_saas.settings import Settings
from tenants.demo.accounts import NEWCOMER
from tenants.demo.office import DemoPlugin

TOWNS = ("lesna", "polna")


def app():
    return create_app(
        Settings.from_env(),
        people=lambda _: [NEWCOMER],
        slugs=lambda: TOWNS,
        plugins=[DemoPlugin()],
    )
