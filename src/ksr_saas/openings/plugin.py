"""What the slice brings to the house."""

from ksr_saas.openings.web.family import WhoLooked
from ksr_saas.openings.web.office import Case
from ksr_saas.openings.web.record import Register
from ksr_saas.portals import Portal, SlicePlugin


class OpeningsPlugin(SlicePlugin):
    """The city's way into one case, the record of acts, and what families are told of it."""

    pages = {Portal.FAMILY: (WhoLooked,), Portal.OFFICE: (Case, Register)}
