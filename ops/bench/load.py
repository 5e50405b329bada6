"""A small load generator: prepared requests over kept connections, in a process of its own.

One JSON order on standard input, one JSON answer on standard output.
"""

import asyncio
import json
import sys
import time
from itertools import cycle

import uvloop

SAMPLE = 50  # every so many answers the body is read
WORST = 100  # answers that failed before a round is given up


class Order(dict):
    """`port`, `seconds`, `connections`, `requests`: [head of the request, marker of its answer]."""


class Visitor(asyncio.Protocol):
    """One connection that asks again as soon as it has been answered."""

    def __init__(self, round_) -> None:
        self.round = round_
        self.got = bytearray()
        self.wanted = -1

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.request, self.marker = next(self.round.requests)
        self.begun = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.got += data
        if self.wanted < 0:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return
            self.wanted = end + 4 + length_of(self.got[:end])
        if len(self.got) < self.wanted:
            return
        self.round.answered(self)
        self.got.clear()
        self.wanted = -1
        if self.round.over():
            self.transport.close()
        else:
            self.ask()

    def connection_lost(self, _) -> None:
        self.round.lost()


def length_of(head: bytes) -> int:
    """What Content-Length says."""
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError("an answer has no Content-Length")
    return int(lower[at + 17 :].split(b"\r\n", 1)[0])


class Round:
    """A time in which connections ask; then the answers are counted."""

    def __init__(self, order) -> None:
        self.requests = cycle([(head.encode(), mark.encode()) for head, mark in order["requests"]])
        self.end = time.perf_counter() + order["seconds"]
        self.times: list[float] = []
        self.failures: list[str] = []
        self.open = order["connections"]
        self.done = asyncio.get_running_loop().create_future()

    def over(self) -> bool:
        return time.perf_counter() >= self.end or len(self.failures) >= WORST

    def answered(self, visitor: Visitor) -> None:
        self.times.append(time.perf_counter() - visitor.begun)
        if not visitor.got.startswith(b"HTTP/1.1 200 "):
            self.failures.append(visitor.got[:60].decode(errors="replace"))
        elif len(self.times) % SAMPLE == 1 and visitor.marker not in visitor.got:
            self.failures.append("an answer does not show what was asked for")

    def lost(self) -> None:
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)


async def run(order) -> dict:
    """Answers a second, 95th percentile in milliseconds, and what went wrong."""
    made = Round(order)
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    for _ in range(order["connections"]):
        await loop.create_connection(lambda: Visitor(made), "127.0.0.1", order["port"])
    await asyncio.wait_for(made.done, order["seconds"] + 30)
    times = sorted(made.times)
    return {
        "answers": len(times),
        "per_second": len(times) / (time.perf_counter() - begun),
        "p95": times[len(times) * 95 // 100] * 1000 if times else 0.0,
        "failures": made.failures,
    }


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
