"""`make bench`: the figures the project set itself, measured on this machine."""

import sys
from pathlib import Path

import msgspec

from ops.bench import demo, eid, evaluation, logins, migrations, offer_search, offers, page, record

MEASURES = {
    "page": page.measure,
    "migrations": migrations.measure,
    "demo": demo.measure,
    "eid": eid.measure,
    "logins": logins.measure,
    "record": record.measure,
    "evaluation": evaluation.measure,
    "offers": offers.measure,
    "offer_search": offer_search.measure,
}
USAGE = f"usage: bench [--json FILE] [{' '.join(MEASURES)}]\n"


def main(arguments: list[str]) -> int:
    """0 when every limit is kept."""
    file = None
    if arguments[:1] == ["--json"] and len(arguments) > 1:
        file, arguments = Path(arguments[1]), arguments[2:]
    if set(arguments) - MEASURES.keys():
        sys.stderr.write(USAGE)
        return 2
    figures = []
    for name in arguments or MEASURES:
        found = MEASURES[name]()
        figures += found
        sys.stdout.write("".join(f"{one.line()}\n" for one in found))
        sys.stdout.flush()
    if file:
        file.write_bytes(msgspec.json.encode(figures))
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
