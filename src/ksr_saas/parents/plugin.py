"""What the slice brings to the house."""

from ksr_saas.parents.messages import CLOSED, FACTOR_TAKEN, INVITED
from ksr_saas.parents.web.institution import ParentsDesk
from ksr_saas.portals import Portal, SlicePlugin


class ParentsPlugin(SlicePlugin):
    """Accounts that institutions open for parents who have no eID."""

    pages = {Portal.INSTITUTION: (ParentsDesk,)}
    messages = (INVITED, FACTOR_TAKEN, CLOSED)
