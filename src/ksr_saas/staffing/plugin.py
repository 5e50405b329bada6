"""What the slice brings to the house."""

from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.staffing.messages import FACTOR_TAKEN, INVITED
from ksr_saas.staffing.web.office import Inviting, Staff


class StaffingPlugin(SlicePlugin):
    """The coordinator's pages about staff."""

    pages = {Portal.OFFICE: (Staff, Inviting)}
    messages = (INVITED, FACTOR_TAKEN)
