"""The way from us to the node, without the browser: one SOAP call."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from ksr_saas.identity.eid.provider import EidRefused
from ksr_saas.identity.eid.soap import CONTENT_TYPE

SECONDS: Final = 10.0  # for the whole call
MAX_BYTES: Final = 1024 * 1024

BackChannel = Callable[[str, bytes], bytes]
"""Posts an envelope to an address and returns the envelope of the answer, or raises EidRefused."""


def post(url: str, envelope: bytes) -> bytes:
    """Post over HTTP: certificates verified, no redirects, no proxy, bounded in time and size.

    Names under `localhost` are this machine, whatever the resolver thinks (RFC 6761, 6.3).
    """
    address = urlsplit(url)
    host = address.hostname or ""
    here = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    secure = address.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(here, address.port, timeout=SECONDS / 2)
    headers = {"Host": address.netloc, "Content-Type": CONTENT_TYPE, "SOAPAction": '""'}
    try:
        connection.connect()
        with _cut_off(connection.sock):
            connection.request("POST", address.path or "/", body=envelope, headers=headers)
            # An answer without a length takes the socket over and has to be closed itself.
            with connection.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise EidRefused("node-http-status")
                body = answer.read(MAX_BYTES + 1)
    except (OSError, http.client.HTTPException):
        raise EidRefused("node-unreachable") from None
    finally:
        connection.close()
    if len(body) > MAX_BYTES:
        raise EidRefused("too-large")
    return body


@contextmanager
def _cut_off(connected: socket.socket) -> Iterator[None]:
    """End the connection after its time: a node that drips is as good as one that is silent.

    Raises TimeoutError then, because a connection cut off looks like the end of an answer.
    """
    late = threading.Event()

    def shut() -> None:
        late.set()
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(SECONDS, shut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
    if late.is_set():
        raise TimeoutError
