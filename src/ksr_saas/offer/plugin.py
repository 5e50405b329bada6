"""What the slice brings to the house."""

from ksr_saas.offer.web.offers import OfferPages, UnitPage
from ksr_saas.offer.web.public import PublicPages
from ksr_saas.portals import Portal, SlicePlugin


class OfferPlugin(SlicePlugin):
    """Pages for everybody."""

    pages = {Portal.PUBLIC: (PublicPages, OfferPages, UnitPage)}
