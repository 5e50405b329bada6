"""The words of a message, in the recipient's language."""

from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.notifications.kinds import MessageKind


def compose(
    kind: MessageKind,
    *,
    message_id: UUID,
    recipient: str,
    language: str,
    values: dict[str, str],
    sender: str,
    clock: Clock,
) -> EmailMessage:
    """The e-mail; its Message-ID is the row's id, so that a repeated delivery can be recognised."""
    with i18n.speaking(language):
        subject = i18n._(kind.subject) % values
        body = i18n._(kind.body) % values
    made = EmailMessage()
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = subject
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<{message_id}@{sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body)
    made["Content-Language"] = language  # after the content, which clears every header of its own
    return made
