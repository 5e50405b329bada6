"""A mail server of the tests: it is slow, refuses and falls silent as told, and it counts."""

import asyncio
from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller

from ksr_saas.embedded import any_free_port


class Post:
    """Takes every message after `pause` seconds; `taken` counts by Message-ID.

    `answers` are its words to single addresses; an empty one closes the connection instead, when
    the message has been handed over.
    """

    def __init__(self, pause=0.0, **answers):
        self.pause = pause
        self.answers = answers
        self.taken = Counter()
        self._controller = Controller(self, hostname="127.0.0.1", port=any_free_port())
        self._controller.start()
        self.port = self._controller.port

    def _answer(self, address):
        return self.answers.get(address.partition("@")[0], "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._answer(address) or "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        if not self._answer(envelope.rcpt_tos[0]):
            server.transport.abort()
        return "250 OK"

    def stop(self):
        if self._controller.server is not None:
            self._controller.stop()
