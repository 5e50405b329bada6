"""django-tenants asks the database for the host at every request; this remembers it, as we do."""

import time

from django_tenants.middleware import TenantMainMiddleware

KEPT = 3.0  # seconds, as in ksr_saas.tenancy.directory


class RememberingTenantMiddleware(TenantMainMiddleware):
    kept: dict = {}

    def get_tenant(self, domain_model, hostname):
        found = self.kept.get(hostname)
        if found and time.monotonic() - found[0] < KEPT:
            return found[1]
        tenant = super().get_tenant(domain_model, hostname)
        self.kept[hostname] = (time.monotonic(), tenant)
        return tenant
