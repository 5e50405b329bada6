"""The demonstration's mailbox: every message that was sent, for everybody to read."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from litestar import Controller, get
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.web import page

SHOWN = 100


def read(file: Path) -> EmailMessage:
    """A stored message."""
    with file.open("rb") as source:
        found = BytesParser(policy=policy.default).parse(source)
    assert isinstance(found, EmailMessage)
    return found


def head(message: EmailMessage) -> dict[str, Any]:
    """What the pages show of a message; `lang` is the language it was written in."""
    return {
        "to": message["To"],
        "subject": message["Subject"],
        "date": message["Date"].datetime,
        "lang": message["Content-Language"] or "pl",
    }


class MailPages(Controller):
    """The list and one message. Served outside production only."""

    path = "/poczta"
    opt = {"right": Right.ANYONE, "host_free": True}

    @get("/", name="stand-in:mail")
    async def all_mail(self, request: HTMXRequest) -> Response[Any]:
        folder: Path = request.app.state.settings.home / "mail"
        files = sorted(folder.glob("*.eml"), reverse=True) if folder.is_dir() else []
        rows = [{"name": file.stem} | head(read(file)) for file in files[:SHOWN]]
        return page(request, "public/mail.html", rows=rows, count=len(files))

    @get("/{name:str}", name="stand-in:mail:one")
    async def one(self, request: HTMXRequest, name: FromPath[str]) -> Response[Any]:
        file: Path = request.app.state.settings.home / "mail" / f"{name}.eml"
        if not name.replace("-", "").isalnum() or not file.is_file():
            raise NotFound
        message = read(file)
        body = message.get_body(("plain",))
        return page(
            request,
            "public/mail_one.html",
            mail=head(message),
            body=body.get_content() if body else "",
        )
