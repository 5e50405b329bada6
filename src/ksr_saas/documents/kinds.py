"""What a document is: a code, a template, and the function that gathers its facts."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession


class DocumentKind(msgspec.Struct, frozen=True):
    """`code` is stored with every document issued, so it never changes meaning.

    `template` is a typst file under `templates/documents`; `gather` finds what is printed about
    the subject with the given id.
    """

    code: str
    template: str
    gather: Callable[[AsyncSession, UUID], Awaitable[msgspec.Struct]]
