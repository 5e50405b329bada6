"""Words of a municipality that people read, by language."""

from typing import TypeAlias

Texts: TypeAlias = dict[str, str]
LANGUAGES = ("pl", "uk", "en")
