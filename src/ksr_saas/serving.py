"""What the web server loads."""

from ksr_saas.app import create_app
from ksr_saas.settings import Settings
from ksr_saas.supervision import tie_to_master
from ksr_saas.tenancy.gate import Gate


def app() -> Gate:
    """The web for real use: no personas, no stand-ins."""
    tie_to_master()
    return create_app(Settings.from_env())
