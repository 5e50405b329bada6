"""What messages there are. Subjects and texts carry no personal data (domain.md 3.7)."""

import msgspec


class MessageKind(msgspec.Struct, frozen=True):
    """`code` is stored with every message. `subject` and `body` are Polish source texts with
    %(name)s placeholders for a number, a date, or the address of a page.
    """

    code: str
    subject: str
    body: str
