"""What a city says to families: typed, judged, kept version by version, shown."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import Account
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.kernel.reading import Question
from ksr_saas.notices.models import Article, ArticleKind

LONGEST_TITLE, LONGEST_BODY, MOST_PLACE = 140, 6000, 999

_newest = (
    select(Article)
    .distinct(Article.article_id)
    .order_by(Article.article_id, Article.number.desc())
    .subquery()
)
Current = aliased(Article, _newest)
SHOWN = (Current.article_id, Current.title, Current.body, Current.shown_from)
_today = bindparam("today", type_=Article.shown_from.type)
_fresh = and_(
    Current.kind == ArticleKind.NEWS,
    Current.shown_from <= _today,
    or_(Current.shown_until.is_(None), Current.shown_until >= _today),
)
_order = (Current.pinned.desc(), Current.shown_from.desc(), Current.place, Current.article_id)
NEWS = Question(
    select(*SHOWN).where(_fresh, Current.taken_down.is_(False)).order_by(*_order).limit(100)
)
FRONT = Question(
    select(*SHOWN, Current.kind)
    .where(or_(_fresh, Current.kind == ArticleKind.START), Current.taken_down.is_(False))
    .order_by(*_order)
    .limit(100)
)
PLACED = Question(
    select(*SHOWN)
    .where(
        Current.kind == bindparam("kind", type_=Article.kind.type), Current.taken_down.is_(False)
    )
    .order_by(Current.place, Current.article_id)
    .limit(200)
)


class Shown(msgspec.Struct, frozen=True):
    """An article in the reader's language; `language` is "pl" where it is not translated."""

    id: UUID
    title: str
    body: str
    language: str
    day: date | None


def shown(rows: Sequence[Sequence[Any]], language: str) -> list[Shown]:
    """Rows that begin with SHOWN; title and body always come from one language."""
    found = []
    for key, title, body, day, *_ in rows:
        spoken = language if title.get(language) and body.get(language) else "pl"
        found.append(Shown(key, title[spoken], body[spoken], spoken, day))
    return found


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """An article as typed; days are as the browser sends them, `since` the number it began from."""

    title: dict[str, str]
    body: dict[str, str]
    shown_from: str = ""
    shown_until: str = ""
    pinned: bool = False
    place: str = "0"
    since: int = 0

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "Typed":
        since = text(form, "widziane", 6)
        return cls(
            title={one: text(form, f"tytul_{one}", LONGEST_TITLE) for one in LANGUAGES},
            body={one: paragraph(form, f"tresc_{one}", LONGEST_BODY) for one in LANGUAGES},
            shown_from=text(form, "od", 10),
            shown_until=text(form, "do", 10),
            pinned=text(form, "przypiete") == "tak",
            place=text(form, "kolejnosc", 3) or "0",
            since=int(since) if since.isascii() and since.isdecimal() else 0,
        )

    @classmethod
    def of(cls, kept: Article) -> "Typed":
        """A form filled from what is kept."""
        return cls(
            title={one: kept.title.get(one, "") for one in LANGUAGES},
            body={one: kept.body.get(one, "") for one in LANGUAGES},
            shown_from=kept.shown_from.isoformat() if kept.shown_from else "",
            shown_until=kept.shown_until.isoformat() if kept.shown_until else "",
            pinned=kept.pinned,
            place=str(kept.place),
            since=kept.number,
        )

    def problems(self, kind: ArticleKind) -> Problems:
        """Everything wrong at once, in the order of the form."""
        found = Problems()
        if not self.title["pl"]:
            found.add("tytul_pl", N_("Wpisz tytuł po polsku."))
        if not self.body["pl"]:
            found.add("tresc_pl", N_("Wpisz treść po polsku."))
        for one in LANGUAGES[1:]:
            if bool(self.title[one]) != bool(self.body[one]):
                found.add(f"tytul_{one}", N_("Przetłumacz i tytuł, i treść albo nic."))
        if kind is not ArticleKind.NEWS:
            if not (self.place.isascii() and self.place.isdecimal()):
                found.add("kolejnosc", N_("Wpisz liczbę od 0 do 999."))
            return found
        begin, end = _day(self.shown_from), _day(self.shown_until)
        if begin is None:
            found.add("od", N_("Wybierz dzień, od którego to pokazać."))
        if self.shown_until and end is None:
            found.add("do", N_("Wybierz dzień albo zostaw puste."))
        if begin and end and end < begin:
            found.add("do", N_("Ostatni dzień nie może być przed pierwszym."))
        return found


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


class Listed(msgspec.Struct, frozen=True):
    """An article on the office's list, as saved last."""

    article: Article
    author: str


async def listed(session: AsyncSession, kind: ArticleKind) -> list[Listed]:
    """All articles of a kind: what is shown first, then the rest, as families see them."""
    rows = await session.execute(
        select(Current, Account.given_name + " " + Account.family_name)
        .outerjoin(Account, Account.id == Current.saved_by)
        .where(Current.kind == kind)
        .order_by(
            Current.taken_down,
            Current.place,
            Current.pinned.desc(),
            Current.shown_from.desc(),
            Current.article_id,
        )
    )
    return [Listed(one, author or "") for one, author in rows.tuples()]


async def newest(session: AsyncSession, article_id: UUID) -> Listed:
    """An article as saved last. Raises NotFound."""
    rows = await session.execute(
        select(Article, Account.given_name + " " + Account.family_name)
        .outerjoin(Account, Account.id == Article.saved_by)
        .where(Article.article_id == article_id)
        .order_by(Article.number.desc())
        .limit(1)
    )
    row = rows.tuples().first()
    if row is None:
        raise NotFound
    return Listed(row[0], row[1] or "")


async def save(
    session: AsyncSession,
    article_id: UUID,
    kind: ArticleKind,
    typed: Typed,
    actor: Actor,
    *,
    taken_down: bool = False,
) -> bool:
    """Keep a form without problems as the next version.

    False, and nothing kept, where somebody else has saved the article since.
    """
    saved = await session.scalar(
        insert(Article)
        .values(
            id=uuid4(),
            article_id=article_id,
            number=typed.since + 1,
            kind=kind,
            title={lang: said for lang, said in typed.title.items() if said},
            body={lang: said for lang, said in typed.body.items() if said},
            shown_from=_day(typed.shown_from),
            shown_until=_day(typed.shown_until),
            pinned=typed.pinned,
            place=int(typed.place),
            taken_down=taken_down,
            saved_by=actor.account_id,
        )
        .on_conflict_do_nothing()
        .returning(Article.id)
    )
    if saved is None:
        return False
    record(
        session,
        "notices.take-down" if taken_down else "notices.say",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="article",
        object_id=article_id,
        number=typed.since + 1,
    )
    return True
