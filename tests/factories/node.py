"""A node on a port of this machine, for municipalities that are registered with it."""

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from ksr_saas.identity.eid.keys import KeyPair
from ksr_saas.identity.eid.names import MD, SAMLP
from ksr_saas.identity.eid.provider import EidRefused
from ksr_saas.identity.eid.stand_in import (
    Artifacts,
    Persona,
    Scenario,
    ServiceProvider,
    StandIn,
)
from ksr_saas.kernel.clock import Clock
from tests.factories.eid import PERSONA

ENTITY = "node.example"


class ServedNode:
    """The stand-in behind real HTTP; `registered` are its service providers by issuer."""

    def __init__(self, port: int, folder: Path, pair: KeyPair) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.pair = pair
        self.registered: dict[str, ServiceProvider] = {}
        self.calls: list[str] = []
        self.stand_in = StandIn(
            environment="test",
            entity_id=ENTITY,
            sso_url=f"{self.base}/sso",
            artifact_url=f"{self.base}/artifact",
            logout_url=f"{self.base}/logout",
            key_pem=pair.key_pem,
            certificate_pem=pair.certificate_pem,
            artifacts=Artifacts(folder),
        )

    def metadata(self) -> bytes:
        pem = "".join(self.pair.certificate_pem.splitlines()[1:-1])
        soap, post = (f"urn:oasis:names:tc:SAML:2.0:bindings:{b}" for b in ("SOAP", "HTTP-POST"))
        return f"""<md:EntityDescriptor xmlns:md="{MD}" entityID="{ENTITY}">
<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}">
<md:KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
<X509Certificate>{pem}</X509Certificate></X509Data></KeyInfo></md:KeyDescriptor>
<md:ArtifactResolutionService Binding="{soap}" Location="{self.base}/artifact" index="0"/>
<md:SingleLogoutService Binding="{soap}" Location="{self.base}/logout"/>
<md:SingleSignOnService Binding="{post}" Location="{self.base}/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>""".encode()

    def login_page(self, form: dict[str, str]) -> bytes:
        """A page with one button, which posts the answer across sites."""
        answer = self.answer_to(form, PERSONA)
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in answer.fields.items()
        )
        start = f'<!doctype html><form method="post" action="{html.escape(answer.action)}">'
        return f"{start}{fields}<button>Sign in</button></form>".encode()

    def answer_to(self, form: dict[str, str], persona: Persona, scenario: str = "ok"):
        """What the browser brings back for a posted request."""
        now = Clock().now()
        request = self.stand_in.read(form, self.registered, now)
        provider = self.registered[request.issuer]
        return self.stand_in.answer(request, persona, Scenario(scenario), now, provider)


@contextmanager
def served_node(folder: Path, pair: KeyPair) -> Iterator[ServedNode]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            node.calls.append(self.path)
            if self.path == "/sso":
                self.page(200, "text/html", node.login_page(dict(parse_qsl(body.decode()))))
                return
            answer = node.stand_in.resolve if self.path == "/artifact" else node.stand_in.log_out
            try:
                found, status = answer(body, node.registered, Clock().now()), 200
            except EidRefused:
                found, status = b"", 403
            self.page(status, "text/xml", found)

        def page(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    node = ServedNode(server.server_port, folder, pair)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def query(address: str) -> dict[str, str]:
    """The fields in an address."""
    return dict(parse_qsl(address.partition("?")[2]))
