"""A figure: what was measured, against the limit that the project set itself."""

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """`value` is a median in `unit`; it must be at most, or at least, `limit`."""

    name: str
    value: float
    unit: str
    limit: float
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """One line for people."""
        sign = "≥" if self.at_least else "≤"
        verdict = "ok" if self.holds else "SHORT"
        note = f"   {self.note}" if self.note else ""
        value, limit = f"{self.value:.2f} {self.unit}", f"{sign} {self.limit:g}"
        return f"{self.name:34} {value:>12}   {limit:>7}   {verdict}{note}"
