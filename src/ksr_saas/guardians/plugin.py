"""What the slice brings to the house."""

from ksr_saas.guardians.messages import INVITED
from ksr_saas.guardians.web.family import Access, Join
from ksr_saas.guardians.web.institution import CaseAccess
from ksr_saas.guardians.web.public import Joining
from ksr_saas.portals import Portal, SlicePlugin


class GuardiansPlugin(SlicePlugin):
    """Pages about who sees a child's case."""

    pages = {
        Portal.PUBLIC: (Joining,),
        Portal.FAMILY: (Access, Join),
        Portal.INSTITUTION: (CaseAccess,),
    }
    messages = (INVITED,)
