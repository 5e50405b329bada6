"""What a city keeps of its own look."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words


class Crest(TenantModel):
    """A crest or logo as it is served: a PNG of ours, made from what somebody sent."""

    __tablename__ = "crest"

    store_name: Mapped[str]
    sent_by: Mapped[UUID]


class Look(TenantModel):
    """How the city's pages look, each time it was saved; the highest number holds.

    Where there is none, what the municipality's files say holds. Colours are `#rrggbb`. Without a
    crest the one of the files stays. `office` is the name of the office, in Polish.
    """

    __tablename__ = "look"

    number: Mapped[int] = mapped_column(unique=True)
    brand: Mapped[str]
    brand_ink: Mapped[str]
    brand_soft: Mapped[str]
    crest_id: Mapped[UUID | None] = mapped_column(ForeignKey("crest.id"))
    help_phone: Mapped[str]
    help_email: Mapped[str]
    office: Mapped[str]
    saved_by: Mapped[UUID]


class ArticleKind(StrEnum):
    """What a city says: something new, the answer to what families ask, or a part of a page.

    START stands on the first page, PRIVACY under the information about data (who the controllers
    are, art. 13 GDPR), ACCESSIBILITY under the declaration of accessibility.
    """

    NEWS = "news"
    QUESTION = "question"
    START = "start"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"


class Article(TenantModel):
    """What a city says to families, each time it was saved; the highest number of an article holds.

    `title` and `body` are plain text by language, Polish always among them. News are shown from
    the first to the last of two days, both included, pinned ones first; all others by their
    `place`. What was taken down is kept.
    """

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    article_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[ArticleKind] = mapped_column(words(ArticleKind))
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[dict[str, str]] = mapped_column(JSONB)
    shown_from: Mapped[date | None]
    shown_until: Mapped[date | None]
    pinned: Mapped[bool]
    place: Mapped[int]
    taken_down: Mapped[bool]
    saved_by: Mapped[UUID]


class CityFile(TenantModel):
    """A document of the city for families, each time it was sent; the highest number holds.

    A PDF of the file store. `title` is by language, Polish always among them; `note` says in Polish
    what changed. What was taken down is kept, and so is every earlier version.
    """

    __tablename__ = "city_file"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    file_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    note: Mapped[str]
    store_name: Mapped[str]
    size: Mapped[int]
    taken_down: Mapped[bool]
    saved_by: Mapped[UUID]
