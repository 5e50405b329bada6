"""The contents of the product, in order; the web and the worker read it."""

from ksr_saas.appeals.plugin import AppealsPlugin
from ksr_saas.applications.plugin import ApplicationsPlugin
from ksr_saas.calculator.plugin import CalculatorPlugin
from ksr_saas.campaigns.plugin import CampaignsPlugin
from ksr_saas.catchments.plugin import CatchmentsPlugin
from ksr_saas.copies.plugin import CopiesPlugin
from ksr_saas.documents.kinds import DocumentKind
from ksr_saas.exchange.plugin import ExchangePlugin
from ksr_saas.guardians.plugin import GuardiansPlugin
from ksr_saas.identity.plugin import IdentityPlugin
from ksr_saas.notices.plugin import NoticesPlugin
from ksr_saas.notifications.kinds import MessageKind
from ksr_saas.notifications.plugin import NotificationsPlugin
from ksr_saas.offer.plugin import OfferPlugin
from ksr_saas.offering.plugin import OfferingPlugin
from ksr_saas.openings.plugin import OpeningsPlugin
from ksr_saas.papers.plugin import PapersPlugin
from ksr_saas.parents.plugin import ParentsPlugin
from ksr_saas.portals import SlicePlugin
from ksr_saas.premises.plugin import PremisesPlugin
from ksr_saas.results.plugin import ResultsPlugin
from ksr_saas.rulebooks.plugin import RulebooksPlugin
from ksr_saas.staffing.plugin import StaffingPlugin
from ksr_saas.verification.plugin import VerificationPlugin

PLUGINS: tuple[SlicePlugin, ...] = (
    CampaignsPlugin(),
    OfferPlugin(),
    CalculatorPlugin(),
    NoticesPlugin(),
    IdentityPlugin(),
    NotificationsPlugin(),
    StaffingPlugin(),
    ParentsPlugin(),
    CatchmentsPlugin(),
    ApplicationsPlugin(),
    GuardiansPlugin(),
    PapersPlugin(),
    OpeningsPlugin(),
    VerificationPlugin(),
    RulebooksPlugin(),
    ResultsPlugin(),
    AppealsPlugin(),
    CopiesPlugin(),
    OfferingPlugin(),
    PremisesPlugin(),
    ExchangePlugin(),
)
DOCUMENTS: dict[str, DocumentKind] = {
    kind.code: kind for plugin in PLUGINS for kind in plugin.documents
}
MESSAGES: dict[str, MessageKind] = {
    kind.code: kind for plugin in PLUGINS for kind in plugin.messages
}
