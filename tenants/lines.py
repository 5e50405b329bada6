"""Where in a file of a municipality something stands, by what a message says of it."""

import re

STEP = re.compile(r"(\w+)(?:\[([^\]]+)\])?")


def naming(text: str, word: str) -> int:
    """The first line that names `word`; 1 when none does."""
    for number, line in enumerate(text.splitlines(), start=1):
        if word and re.search(rf"(?<![\w/]){re.escape(word)}(?![\w/])", line):
            return number
    return 1


def blamed(text: str, problem: str) -> int:
    """The line a message about `$.criteria[3].points` or an unknown field speaks of."""
    place = re.search(r"at `\$\.?([^`]*)`", problem)
    field = re.search(r"field `(\w+)`", problem)
    path = place[1] if place else ""
    return of(text, f"{path}.{field[1]}" if field else path)


def of(text: str, path: str) -> int:
    """The line of a path like `criteria[3].points` or `stages[results].starts_at`.

    A table of several is named by its number from 0 or by its code. Where the last step has no line
    of its own, the line of what it belongs to; 1 where nothing is found.
    """
    lines = [line.strip() for line in text.splitlines()]
    start, end = 0, len(lines)
    for name, index in STEP.findall(path):
        if index and (heads := [n for n, one in enumerate(lines) if one == f"[[{name}]]"]):
            chosen = _chosen(lines, heads, index)
            if chosen is None:
                return naming(text, index)
            start, end = chosen
        else:
            found = (n for n in range(start, end) if lines[n].split("=")[0].strip() == name)
            start = next(found, start)
    return start + 1


def _chosen(lines: list[str], heads: list[int], index: str) -> tuple[int, int] | None:
    """First and last line of the table with this number or code."""
    ends = [*heads[1:], len(lines)]
    for number, (head, end) in enumerate(zip(heads, ends, strict=True)):
        code = next((one for one in lines[head:end] if re.match(r"code\s*=", one)), "")
        if index == str(number) or f'"{index}"' in code:
            return head, end
    return None
