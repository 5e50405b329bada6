"""What the slice brings to the house."""

from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.premises.web.city import CityPremises
from ksr_saas.premises.web.mine import MyPremises
from ksr_saas.premises.web.public import Photos


class PremisesPlugin(SlicePlugin):
    """Institutions: what they tell of themselves, and the city's list."""

    pages = {
        Portal.PUBLIC: (Photos,),
        Portal.INSTITUTION: (MyPremises,),
        Portal.OFFICE: (CityPremises,),
    }
