"""What the slice brings to the house."""

from ksr_saas.applications.documents import RECEIPT
from ksr_saas.applications.messages import RETURNED, SUBMITTED, VERIFIED
from ksr_saas.applications.news import kinds_of
from ksr_saas.applications.web.certificate import MyCertificate
from ksr_saas.applications.web.claims import MyClaims
from ksr_saas.applications.web.family import MyApplications
from ksr_saas.applications.web.guardians import MyGuardians
from ksr_saas.applications.web.known import KnownChild
from ksr_saas.applications.web.submission import MySubmission
from ksr_saas.applications.web.wishes import MyWishes
from ksr_saas.portals import Portal, SlicePlugin


class ApplicationsPlugin(SlicePlugin):
    """Pages of families."""

    pages = {
        Portal.FAMILY: (
            MyApplications,
            MyGuardians,
            MyWishes,
            MyClaims,
            MyCertificate,
            MySubmission,
            KnownChild,
        )
    }
    documents = (RECEIPT,)
    messages = kinds_of(SUBMITTED, RETURNED, VERIFIED)
