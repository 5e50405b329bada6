"""What the slice brings to the house."""

from ksr_saas.appeals.messages import DECIDED, EXPLAINED
from ksr_saas.appeals.web.family import MyAppeals
from ksr_saas.appeals.web.institution import AppealsHere
from ksr_saas.applications.news import kinds_of
from ksr_saas.portals import Portal, SlicePlugin


class AppealsPlugin(SlicePlugin):
    """Reasons, appeals and their decisions."""

    pages = {Portal.FAMILY: (MyAppeals,), Portal.INSTITUTION: (AppealsHere,)}
    messages = kinds_of(EXPLAINED, DECIDED)
