"""What the slice brings to the house."""

from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.staffing.messages import FACTOR_TAKEN, FACTOR_TAKEN_SSO, INVITED, WELCOMED
from ksr_saas.staffing.web.mine import MyRoles
from ksr_saas.staffing.web.office import Inviting, Staff
from ksr_saas.staffing.web.rights import Rights


class StaffingPlugin(SlicePlugin):
    """Accounts of staff, one's own roles, and the table of rights.

    The pages about accounts belong to no portal: an institution's director and the office use them.
    """

    pages = {Portal.PUBLIC: (Staff, Inviting, MyRoles), Portal.OFFICE: (Rights,)}
    messages = (INVITED, WELCOMED, FACTOR_TAKEN, FACTOR_TAKEN_SSO)
