"""What the slice brings to the house."""

from ksr_saas.exchange.web.office import Imports
from ksr_saas.portals import Portal, SlicePlugin


class ExchangePlugin(SlicePlugin):
    """Files that come in."""

    pages = {Portal.OFFICE: (Imports,)}
