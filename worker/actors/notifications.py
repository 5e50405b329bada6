"""Sending the messages of one municipality, one after another."""

import time
from contextlib import suppress

import aiosmtplib

from ksr_saas.kernel.jobs import later
from ksr_saas.notifications import service
from ksr_saas.notifications.errors import MailServerBusy
from ksr_saas.notifications.models import Message, MessageStatus
from ksr_saas.notifications.texts import compose
from ksr_saas.slices import MESSAGES
from worker.runtime import House, Work, tenant_actor

ROUND = 30.0  # seconds; the rest is another job, so that no transaction rests for long
AT_ONCE = 20  # messages over one connection
MOST_REFUSALS = 12  # of one message, REST apart
A_DAY_LONG = 100  # tries of a job, a quarter of an hour apart at the end
CLOSING = 421  # the mail server takes leave (RFC 5321)


async def give_up(work: Work) -> None:
    """The mail server has been away for a day: the coordinator sees it and decides."""
    await service.flag_uncertain(work.session, now=work.house.clock.now())
    await service.give_up(work.session, now=work.house.clock.now())


@tenant_actor("notifications.send", on_give_up=give_up, most_tries=A_DAY_LONG)
async def send_messages(work: Work) -> None:
    """Send what is queued in this municipality, unless somebody is at it.

    Each message is marked as being sent, in a transaction of its own, before the mail server is
    called. After a crash that message is in doubt; what is in doubt is flagged, not repeated.
    """
    if not await service.alone(work.session):
        return
    house = work.house
    async with house.session(work.schema) as session, session.begin():
        await service.flag_uncertain(session, now=house.clock.now())
        if not await service.is_waiting(session, now=house.clock.now()):
            return
    end = time.monotonic() + ROUND
    while await send_batch(house, work.schema, end):
        if is_over(house, end):
            later(work.session, "notifications.send")
            return


def is_over(house: House, end: float) -> bool:
    """Whether this job should leave the rest to another."""
    return house.stopping.is_set() or time.monotonic() > end


async def send_batch(house: House, schema: str, end: float) -> bool:
    """Send up to AT_ONCE messages over one connection, not past `end`; False when none is left.

    Raises MailServerBusy when the server cannot be reached: what was not handed over is queued
    again.
    """
    settings = house.settings
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host, port=settings.smtp_port, timeout=20, start_tls=False
    )
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError) as problem:
        raise MailServerBusy from problem
    try:
        for count in range(AT_ONCE):
            if not client.is_connected and not count:
                raise MailServerBusy
            if not client.is_connected or is_over(house, end):
                return True
            if not await send_one(house, schema, client):
                return False
        return True
    finally:
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
        client.close()


async def send_one(house: House, schema: str, client: aiosmtplib.SMTP) -> bool:
    """Send the next message; False when there is none. Raises MailServerBusy."""
    async with house.session(schema) as session, session.begin():
        message = await service.take(session, now=house.clock.now())
    if message is None:
        return False
    busy = False
    try:
        outcome = await hand_over(house, message, client)
    except MailServerBusy:
        outcome, busy = MessageStatus.QUEUED, True
    except (aiosmtplib.SMTPException, OSError):
        # It fell silent: nobody knows whether it took the message.
        outcome, busy = MessageStatus.UNCERTAIN, True
    async with house.session(schema) as session, session.begin():
        await service.settle(session, message.id, outcome, now=house.clock.now())
    if busy:
        raise MailServerBusy
    return True


async def hand_over(house: House, message: Message, client: aiosmtplib.SMTP) -> MessageStatus:
    """Give one message to the mail server; what becomes of it by the server's answer.

    Raises MailServerBusy for an answer that is about us and not about the message, and what the
    library raises where no answer came.
    """
    try:
        mail = compose(
            MESSAGES[message.kind],
            message_id=message.id,
            recipient=message.recipient,
            language=message.language,
            values=message.values,
            sender=house.settings.mail_from,
            clock=house.clock,
        )
        await client.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as refusal:
        code = refusal.recipients[0].code
    except aiosmtplib.SMTPDataError as refusal:
        code = refusal.code
    except aiosmtplib.SMTPResponseException as refusal:
        raise MailServerBusy from refusal
    except (aiosmtplib.SMTPNotSupported, LookupError, TypeError, ValueError):
        # No words for it, or an address that cannot be one: another try would be the same.
        return MessageStatus.FAILED
    else:
        return MessageStatus.SENT
    if code == CLOSING:
        raise MailServerBusy
    for_good = code >= 500 or message.tries >= MOST_REFUSALS
    return MessageStatus.FAILED if for_good else MessageStatus.QUEUED
