"""In what state a municipality can be."""

from enum import StrEnum


class MunicipalityState(StrEnum):
    """`read-only` serves pages and refuses every change; `suspended` serves one notice."""

    ACTIVE = "active"
    READ_ONLY = "read-only"
    SUSPENDED = "suspended"
