"""Telling a municipality the head of its record of acts."""

import aiosmtplib
from sqlalchemy import select

from ksr_saas.audit.models import AuditSeal
from ksr_saas.kernel import i18n
from ksr_saas.kernel.database import pinned_session
from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind
from ksr_saas.notifications.texts import compose
from ksr_saas.tenancy.models import CONTROL, DIRECTORY, Municipality
from worker.runtime import Work, nothing, tenant_actor

HEAD = MessageKind(
    "audit-head",
    N_("Skrót dziennika zdarzeń nr %(number)s"),
    N_(
        "Dzień dobry,\n\nto jest skrót dziennika zdarzeń rekrutacji z %(sealed_at)s:\n\n"
        "%(number)s:%(sha256)s\n\n"
        "Prosimy zachować tę wiadomość. Dzięki niej można później sprawdzić, że nikt nie zmienił "
        "ani nie usunął zapisów sprzed tej chwili.\n"
    ),
)


# A head that did not leave is in the file all the same, and tomorrow's vouches for it.
@tenant_actor("audit.announce", on_give_up=nothing, time_limit=60)
async def announce_head(work: Work) -> None:
    """Mail one head to the municipality's contact address; twice does no harm."""
    async with pinned_session(work.house.engine, DIRECTORY, path=CONTROL) as session:
        brand = await session.scalar(
            select(Municipality.brand).where(Municipality.schema == work.schema)
        )
    recipient = (brand or {}).get("email")
    found = await work.session.scalar(
        select(AuditSeal).where(AuditSeal.number == work.job.payload["number"])
    )
    if not recipient or found is None:
        return
    settings = work.house.settings
    mail = compose(
        HEAD,
        message_id=work.job.id,
        recipient=recipient,
        language="pl",
        values={
            "number": str(found.number),
            "sha256": found.sha256,
            "sealed_at": i18n.moment(found.sealed_at, seconds=True),
        },
        sender=settings.mail_from,
        clock=work.house.clock,
    )
    await aiosmtplib.send(
        mail, hostname=settings.smtp_host, port=settings.smtp_port, timeout=20, start_tls=False
    )
