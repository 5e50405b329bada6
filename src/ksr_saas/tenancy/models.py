"""The catalogue: which municipalities there are, where they answer, in what state they are."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import ControlModel, words
from ksr_saas.tenancy.states import MunicipalityState

CONTROL = "control"
DIRECTORY = "ksr_directory"


class Municipality(ControlModel):
    """A municipality (gmina) and the schema that holds its data.

    `revision` is the migration its schema stands at; `brand` is what its pages look like
    and which doors they have.
    """

    __tablename__ = "municipality"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    schema: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MunicipalityState] = mapped_column(
        words(MunicipalityState), default=MunicipalityState.ACTIVE
    )
    revision: Mapped[str] = mapped_column(default="")
    brand: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Host(ControlModel):
    """A host name at which a municipality answers; exact, lower case, without port."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(unique=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"))


class ControlEvent(ControlModel):
    """What the vendor did to which municipality; rows are only added."""

    __tablename__ = "control_event"

    actor: Mapped[str]
    act: Mapped[str]
    municipality: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
