"""What the slice brings to the house."""

from ksr_saas.papers.messages import PAPER_TAKEN
from ksr_saas.papers.web.family import TakingOver
from ksr_saas.papers.web.institution import Letters, Typing
from ksr_saas.portals import Portal, SlicePlugin


class PapersPlugin(SlicePlugin):
    """Pages about applications on paper."""

    pages = {Portal.FAMILY: (TakingOver,), Portal.INSTITUTION: (Typing, Letters)}
    messages = (PAPER_TAKEN,)
