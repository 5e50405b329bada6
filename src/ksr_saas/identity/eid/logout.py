"""Ending the login at the node: a signed LogoutRequest by SOAP, and its signed answer."""

from datetime import datetime

from lxml import etree

from ksr_saas.identity.eid import node_call
from ksr_saas.identity.eid.back_channel import BackChannel
from ksr_saas.identity.eid.names import NAMEID_UNSPECIFIED, saml, samlp
from ksr_saas.identity.eid.provider import EidSettings


def log_out(
    name_id: str,
    session_index: str,
    settings: EidSettings,
    back_channel: BackChannel,
    now: datetime,
) -> None:
    """Ask the node to forget this login; EidRefused unless it confirms in a signed answer."""
    url = settings.logout_url
    asked = node_call.question("LogoutRequest", settings.logout_destination or url, settings, now)
    etree.SubElement(asked, saml("NameID"), {"Format": NAMEID_UNSPECIFIED}).text = name_id
    etree.SubElement(asked, samlp("SessionIndex")).text = session_index
    node_call.ask(asked, url, "LogoutResponse", settings, back_channel, now)
