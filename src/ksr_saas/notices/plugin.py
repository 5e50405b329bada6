"""What the slice brings to the house."""

from ksr_saas.notices.web.handing_out import HandingOut
from ksr_saas.notices.web.look import LookPages
from ksr_saas.notices.web.public import Dress
from ksr_saas.notices.web.said import Said
from ksr_saas.notices.web.speaking import Speaking
from ksr_saas.portals import Portal, SlicePlugin


class NoticesPlugin(SlicePlugin):
    """How a city looks, and what it says of itself."""

    pages = {Portal.PUBLIC: (Dress, Said), Portal.OFFICE: (LookPages, Speaking, HandingOut)}
