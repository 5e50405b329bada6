"""What the slice brings to the house."""

from ksr_saas.offering.messages import ACCEPTED, DECIDED, RETURNED
from ksr_saas.offering.web.institution import MyOffers
from ksr_saas.offering.web.office import CityChanges, CityOffers
from ksr_saas.offering.web.supplementary import Supplementary
from ksr_saas.portals import Portal, SlicePlugin


class OfferingPlugin(SlicePlugin):
    """The institution's and the city's work on the offer."""

    pages = {
        Portal.INSTITUTION: (MyOffers,),
        Portal.OFFICE: (CityOffers, CityChanges, Supplementary),
    }
    messages = (RETURNED, ACCEPTED, DECIDED)
