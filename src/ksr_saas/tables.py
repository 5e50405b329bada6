"""All tables of the product, gathered for migrations."""

import ksr_saas.allocation.models
import ksr_saas.appeals.models
import ksr_saas.applications.models
import ksr_saas.audit.models
import ksr_saas.campaigns.models
import ksr_saas.catchments.models
import ksr_saas.console.models
import ksr_saas.documents.models
import ksr_saas.exchange.models
import ksr_saas.guardians.models
import ksr_saas.identity.eid.catalogue
import ksr_saas.identity.models
import ksr_saas.kernel.jobs
import ksr_saas.notices.models
import ksr_saas.notifications.models
import ksr_saas.offer.models
import ksr_saas.offering.models
import ksr_saas.openings.models
import ksr_saas.papers.models
import ksr_saas.parents.models
import ksr_saas.people.models
import ksr_saas.results.models
import ksr_saas.rulebooks.models
import ksr_saas.tenancy.models  # noqa: F401
from ksr_saas.kernel.database import ControlModel, TenantModel

CONTROL = ControlModel.metadata
TENANT = TenantModel.metadata
