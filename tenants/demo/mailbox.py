"""The demonstration's mail server: keeps every message as a file and sends none."""

import logging
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keep:
    """Writes each message to a folder, named by the moment it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        draft = self.folder / f"{time.time_ns()}.part"
        draft.write_bytes(raw)
        draft.rename(draft.with_suffix(".eml"))
        return "250 OK"


def mailbox(folder: Path, port: int) -> Controller:
    """A mail server on the loopback, not started yet."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd notes every recipient
    return Controller(Keep(folder), hostname="127.0.0.1", port=port)
