"""The call from us to the node over real HTTP, and servers that misbehave."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ksr_saas.identity.eid import back_channel
from ksr_saas.identity.eid.provider import EidRefused

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            length = int(self.headers["Content-Length"])
            with suppress(OSError):
                answer(self, self.rfile.read(length))

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://node.localhost:{server.server_port}/artifact"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refusal(url: str) -> str:
    with pytest.raises(EidRefused) as caught:
        back_channel.post(url, b"<x/>")
    return caught.value.reason


def test_an_envelope_is_posted_as_soap_to_the_name_and_answered() -> None:
    def echo(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen = [handler.path, handler.headers["Content-Type"], handler.headers["SOAPAction"]]
        say(200, "|".join([*seen, handler.headers["Host"].split(":")[0]]).encode() + body)(
            handler, b""
        )

    with serving(echo) as url:
        found = back_channel.post(url, b"<x/>")
    assert found == b'/artifact|text/xml; charset=utf-8|""|node.localhost<x/>'


@pytest.mark.parametrize("status", [201, 302, 307, 400, 404, 500, 503])
def test_any_status_but_200_is_refused(status: int) -> None:
    with serving(say(status, b"<x/>")) as url:
        assert refusal(url) == "node-http-status"


def test_a_redirect_is_not_followed() -> None:
    with (
        serving(say(200, b"elsewhere")) as elsewhere,
        serving(say(307, Location=elsewhere)) as url,
    ):
        assert refusal(url) == "node-http-status"


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    sent = 0

    def pour(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        for _piece in range(1000):
            sent += handler.wfile.write(bytes(64 * 1024))

    with serving(pour) as url:
        assert refusal(url) == "too-large"
    assert sent < 16 * back_channel.MAX_BYTES


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for _ in range(40):
        handler.wfile.write(b"X: 1\r\n")
        time.sleep(0.05)


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def say_nothing(_: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


@pytest.mark.parametrize("way", [drip_headers, drip_body, say_nothing])
def test_a_slow_node_is_given_up(
    way: Callable[[BaseHTTPRequestHandler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_channel, "SECONDS", 0.4)
    with serving(lambda handler, _: way(handler)) as url:
        begun = time.monotonic()
        assert refusal(url) == "node-unreachable"
        assert time.monotonic() - begun < 0.9


def test_a_node_that_is_not_there_is_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert refusal(f"http://127.0.0.1:{probe.getsockname()[1]}/") == "node-unreachable"


def test_a_node_without_a_certificate_we_know_is_refused() -> None:
    with serving(say(200)) as url:
        assert refusal(url.replace("http://", "https://")) == "node-unreachable"
