"""Sending the messages of one municipality, one after another over one connection."""

import aiosmtplib

from ksr_saas.notifications.errors import MailServerBusy
from ksr_saas.notifications.models import MessageStatus
from ksr_saas.notifications.service import flag_uncertain, settle, take
from ksr_saas.notifications.texts import compose
from ksr_saas.slices import MESSAGES
from worker.runtime import House, Work, tenant_actor

AT_ONCE = 20


@tenant_actor("notifications.send", time_limit=3600)
async def send_messages(work: Work) -> None:
    """Send everything queued in this municipality.

    Each batch is marked as being sent in a transaction of its own before the mail server is
    called. After a crash at most one batch is in doubt; what is in doubt is flagged, not repeated.
    """
    await flag_uncertain(work.session, now=work.house.clock.now())
    while await send_batch(work.house, work.schema):
        pass


async def send_batch(house: House, schema: str) -> int:
    """Send up to AT_ONCE messages; returns how many were taken.

    Raises MailServerBusy when the server cannot be reached: what was not handed over is queued
    again.
    """
    settings = house.settings
    try:
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host, port=settings.smtp_port, timeout=20, start_tls=False
        )
        await client.connect()
    except (aiosmtplib.SMTPException, OSError) as problem:
        raise MailServerBusy from problem
    taken = 0
    try:
        for _ in range(AT_ONCE):
            if not await send_one(house, schema, client):
                break
            taken += 1
    finally:
        client.close()
    return taken


async def send_one(house: House, schema: str, client: aiosmtplib.SMTP) -> bool:
    """Send the next queued message; False when there is none."""
    async with house.session(schema) as session, session.begin():
        found = await take(session, now=house.clock.now(), most=1)
    if not found:
        return False
    message = found[0]
    mail = compose(
        MESSAGES[message.kind],
        message_id=message.id,
        recipient=message.recipient,
        language=message.language,
        values=message.values,
        sender=house.settings.mail_from,
        clock=house.clock,
    )
    outcome = MessageStatus.SENT
    busy: Exception | None = None
    try:
        await client.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused:
        outcome = MessageStatus.FAILED
    except aiosmtplib.SMTPResponseException as problem:
        # An answer from the server means that it did not take the message.
        permanent = 500 <= problem.code < 600
        outcome = MessageStatus.FAILED if permanent else MessageStatus.QUEUED
        busy = None if permanent else problem
    except (aiosmtplib.SMTPException, OSError) as problem:
        outcome, busy = MessageStatus.UNCERTAIN, problem
    async with house.session(schema) as session, session.begin():
        await settle(session, [message.id], outcome, now=house.clock.now())
    if busy is not None:
        raise MailServerBusy from busy
    return True
