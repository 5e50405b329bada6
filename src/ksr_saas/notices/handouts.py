"""Documents of the city for families: sent, kept version by version, given out."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import LANGUAGES, in_language
from ksr_saas.kernel.reading import Ask, Question
from ksr_saas.notices.errors import BadDocument
from ksr_saas.notices.models import CityFile

LARGEST = 10 * 1024 * 1024
TAIL = 2048  # bytes in which a PDF says that it ends

VERSIONS = Question(
    select(
        CityFile.file_id,
        CityFile.number,
        CityFile.title,
        CityFile.note,
        CityFile.size,
        CityFile.created_at,
        CityFile.taken_down,
    ).order_by(CityFile.file_id, CityFile.number.desc())
)
STORED = Question(
    select(CityFile.number, CityFile.store_name, CityFile.taken_down)
    .where(CityFile.file_id == bindparam("file_id"))
    .order_by(CityFile.number.desc())
)


class Version(msgspec.Struct, frozen=True):
    """A document as it was at one time."""

    file_id: UUID
    number: int
    title: dict[str, str]
    note: str
    size: int
    sent_at: Any
    taken_down: bool

    @property
    def name(self) -> str:
        """In the reader's language."""
        return in_language(self.title)

    @property
    def kilobytes(self) -> int:
        """At least one."""
        return max(1, self.size // 1024)


class Handout(msgspec.Struct, frozen=True):
    """A document with its versions, the newest first."""

    newest: Version
    older: tuple[Version, ...]


def together(rows: Sequence[Sequence[Any]]) -> list[Handout]:
    """Rows of VERSIONS by document, in the order of the newest title."""
    found: dict[UUID, list[Version]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Version(*row))
    made = [Handout(first, tuple(rest)) for first, *rest in found.values()]
    return sorted(made, key=lambda one: (one.newest.title["pl"].casefold(), one.newest.file_id))


async def stored(ask: Ask, file_id: UUID, number: int | None) -> str:
    """The store's name of a document's version, None the newest. Raises NotFound.

    Nothing is given out of a document that was taken down.
    """
    rows = await ask(STORED, file_id=file_id)
    if not rows or rows[0][2]:
        raise NotFound
    for there, name, _ in rows:
        if number in (None, there):
            return str(name)
    raise NotFound


def document(content: bytes) -> bytes:
    """A PDF as it was sent. Raises BadDocument."""
    whole = content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]
    if not whole or len(content) > LARGEST:
        raise BadDocument
    return content


class Typed(msgspec.Struct, frozen=True):
    """What is typed beside a document; `since` is the version it began from."""

    title: dict[str, str]
    note: str
    since: int

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "Typed":
        since = text(form, "widziane", 6)
        return cls(
            {one: text(form, f"tytul_{one}", 140) for one in LANGUAGES},
            text(form, "zmiana", 200),
            int(since) if since.isascii() and since.isdecimal() else 0,
        )

    def problems(self) -> Problems:
        """A document has a Polish title, and every further version says what changed."""
        found = Problems()
        if not self.title["pl"]:
            found.add("tytul_pl", N_("Wpisz tytuł po polsku."))
        if self.since and not self.note:
            found.add("zmiana", N_("Napisz, co się zmieniło."))
        return found


async def newest(session: AsyncSession, file_id: UUID) -> CityFile:
    """A document as sent last. Raises NotFound."""
    found: CityFile | None = await session.scalar(
        select(CityFile)
        .where(CityFile.file_id == file_id)
        .order_by(CityFile.number.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


async def save(
    session: AsyncSession,
    file_id: UUID,
    typed: Typed,
    kept: tuple[str, int],
    actor: Actor,
    *,
    taken_down: bool = False,
) -> bool:
    """Keep the next version of a document; `kept` is its name in the store and its size.

    False, and nothing kept, where somebody else has sent one since.
    """
    saved = await session.scalar(
        insert(CityFile)
        .values(
            id=uuid4(),
            file_id=file_id,
            number=typed.since + 1,
            title={lang: said for lang, said in typed.title.items() if said},
            note=typed.note,
            store_name=kept[0],
            size=kept[1],
            taken_down=taken_down,
            saved_by=actor.account_id,
        )
        .on_conflict_do_nothing()
        .returning(CityFile.id)
    )
    if saved is None:
        return False
    record(
        session,
        "notices.take-file-down" if taken_down else "notices.hand-out",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="city-file",
        object_id=file_id,
        number=typed.since + 1,
    )
    return True
