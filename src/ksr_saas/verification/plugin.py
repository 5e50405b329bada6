"""What the slice brings to the house."""

from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.verification.web.institution import MyDesk
from ksr_saas.verification.web.office import Overview
from ksr_saas.verification.web.timetable import Timetable


class VerificationPlugin(SlicePlugin):
    """Pages of institutions, and the city's overview of their work."""

    pages = {Portal.INSTITUTION: (MyDesk,), Portal.OFFICE: (Overview, Timetable)}
