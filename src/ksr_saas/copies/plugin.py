"""What the slice brings to the house."""

from ksr_saas.copies.web.family import MyCopy
from ksr_saas.portals import Portal, SlicePlugin


class CopiesPlugin(SlicePlugin):
    """A copy of one's data."""

    pages = {Portal.FAMILY: (MyCopy,)}
