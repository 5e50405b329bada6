"""What the slice brings to the house."""

from ksr_saas.notifications.web.office import UnsentMessages
from ksr_saas.portals import Portal, SlicePlugin


class NotificationsPlugin(SlicePlugin):
    """The coordinator's decision about unsent messages."""

    pages = {Portal.OFFICE: (UnsentMessages,)}
