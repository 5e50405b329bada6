"""Heads of the chain kept outside the database, where its administrator cannot rewrite them."""

import os
from datetime import date
from pathlib import Path

import msgspec


class BadHead(ValueError):
    """Not NUMBER:SHA256."""


class Head(msgspec.Struct, frozen=True):
    """The newest seal of a day."""

    number: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> "Head":
        """The head written as NUMBER:SHA256. Raises BadHead."""
        number, _, sha256 = text.partition(":")
        if not number.isdigit() or len(sha256) != 64:
            raise BadHead(text)
        return cls(int(number), sha256)

    def __str__(self) -> str:
        return f"{self.number}:{self.sha256}"


class HeadLog:
    """The file of one municipality: a line for each day, "2027-04-01 12:ab…", only added to."""

    def __init__(self, home: Path, slug: str) -> None:
        self.file = home / "audit-heads" / f"{slug}.log"

    def lines(self) -> list[tuple[date, Head]]:
        """What was kept, oldest first; empty before the first. Raises BadHead."""
        if not self.file.exists():
            return []
        found = []
        for line in self.file.read_text().splitlines():
            day, _, rest = line.partition(" ")
            found.append((date.fromisoformat(day), Head.of(rest)))
        return found

    def add(self, day: date, head: Head) -> None:
        """Keep the head of a day, durably."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.file.open("a") as out:
            out.write(f"{day.isoformat()} {head}\n")
            out.flush()
            os.fsync(out.fileno())
