"""Issuing documents: asked for in the transaction of the deed, rendered by a worker."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import typst
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.documents.kinds import DocumentKind
from ksr_saas.documents.models import Document, DocumentStatus
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.jobs import later
from ksr_saas.kernel.resources import share

ACTOR = "documents.render"


async def issue(session: AsyncSession, kind: DocumentKind, subject_id: UUID, version: int) -> None:
    """Ask for a document about `subject_id`; it is ready some seconds after the commit."""
    document = Document(kind=kind.code, subject_id=subject_id, version=version)
    session.add(document)
    await session.flush()  # the job below names the row
    later(session, ACTOR, document_id=document.id)


async def issue_again(
    session: AsyncSession, kind: DocumentKind, subject_id: UUID, version: int
) -> None:
    """Ask for a document that could not be made, or never was; any other is left alone.

    The subject must be locked by the caller, so that two cannot be asked at once.
    """
    document = await newest(session, kind, subject_id)
    if document is None:
        await issue(session, kind, subject_id, version)
    elif document.status is DocumentStatus.FAILED:
        document.status = DocumentStatus.PENDING
        later(session, ACTOR, document_id=document.id)


async def give_up(session: AsyncSession, document_id: UUID) -> None:
    """Mark a document that could not be made, for its reader to see."""
    document = await session.get(Document, document_id, with_for_update=True)
    if document is not None and document.status is DocumentStatus.PENDING:
        document.status = DocumentStatus.FAILED


async def newest(session: AsyncSession, kind: DocumentKind, subject_id: UUID) -> Document | None:
    """The latest version of a document, ready or not."""
    found: Document | None = await session.scalar(
        select(Document)
        .where(Document.kind == kind.code, Document.subject_id == subject_id)
        .order_by(Document.version.desc())
        .limit(1)
    )
    return found


@cache
def compiler(template: str) -> typst.Compiler:
    """A compiled template; it can read nothing outside its folder."""
    root: Path = share("templates") / "documents"
    return typst.Compiler(input=str(root / template), root=str(root))


def pdf(template: str, facts: Mapping[str, Any]) -> bytes:
    """A document as tagged PDF/A (also PDF/UA-1); `facts` reach the template as JSON."""
    made = compiler(template).compile(
        format="pdf",
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
    )
    assert isinstance(made, bytes)
    return made


async def render(
    session: AsyncSession,
    document_id: UUID,
    kinds: Mapping[str, DocumentKind],
    files: Files,
    clock: Clock,
) -> None:
    """Render one document, unless that has been done; safe to repeat."""
    document = await session.get(Document, document_id, with_for_update=True)
    if document is None or document.status is not DocumentStatus.PENDING:
        return
    kind = kinds[document.kind]
    facts = await kind.gather(session, document.subject_id)
    document.store_name = files.put(pdf(kind.template, msgspec.to_builtins(facts)))
    document.status, document.made_at = DocumentStatus.READY, clock.now()
