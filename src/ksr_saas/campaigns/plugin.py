"""What the slice brings to the house."""

from ksr_saas.campaigns.web.public import Dates
from ksr_saas.portals import Portal, SlicePlugin


class CampaignsPlugin(SlicePlugin):
    """The calendar for everybody."""

    pages = {Portal.PUBLIC: (Dates,)}
