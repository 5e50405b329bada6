"""Sets the project up on a bare machine and runs one of its commands.

Standard library only, because it runs before anything is installed. The environment `.venv` is made
from `uv.lock`, every package checked against its hash: by `uv` when it is there, else by a `uv`
that pip installs first.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
CHECKED = ("src", "worker", "tenants", "ops", "tests")
TYPED = ("src", "worker", "tenants")


class Refused(Exception):
    """The set-up cannot go on; one sentence says what to do."""


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the project; Refused when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=os.environ | environment, check=False
    )
    if done.returncode != 0:
        raise Refused(f"`{Path(str(command[0])).name}` failed ({done.returncode}): see above.")


def replace(*command: str | Path, **environment: str) -> None:
    """Become the command, so that signals reach it."""
    os.chdir(ROOT)
    os.execve(str(command[0]), [str(part) for part in command], os.environ | environment)


def stamp(groups: tuple[str, ...]) -> str:
    """What the environment was made from."""
    found = hashlib.sha256(" ".join(groups).encode())
    for name in ("uv.lock", "pyproject.toml"):
        found.update((ROOT / name).read_bytes())
    return found.hexdigest()


def locked_uv() -> tuple[str, list[str]]:
    """Version and hashes of the uv that the lock file names."""
    with (ROOT / "uv.lock").open("rb") as file:
        lock = tomllib.load(file)
    package = next(one for one in lock["package"] if one["name"] == "uv")
    return package["version"], [wheel["hash"] for wheel in package["wheels"]]


def find_uv() -> str:
    """A uv to install with, brought by pip where there is none."""
    if found := shutil.which("uv"):
        return found
    own = BIN / "uv"
    if not own.exists():
        venv.create(VENV, with_pip=True)
        version, hashes = locked_uv()
        wanted = VENV / "uv.txt"
        wanted.write_text(" ".join([f"uv=={version}", *(f"--hash={h}" for h in hashes)]) + "\n")
        run(BIN / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", wanted)
    return str(own)


def sync(*groups: str) -> None:
    """Make `.venv` hold the locked packages of the product and of `groups`."""
    if sys.version_info[:2] != (3, 11):
        raise Refused("Python 3.11 is needed: run this with python3.11.")
    done = VENV / f"stamp-{'-'.join(groups) or 'product'}"
    if done.exists() and done.read_text() == stamp(groups):
        return
    try:
        uv = find_uv()
        wanted = [part for group in groups for part in ("--group", group)]
        options = ["--frozen", "--inexact", "--no-default-groups", "--extra", "embedded"]
        quiet = [] if "-v" in sys.argv else ["--quiet"]
        run(uv, "sync", *quiet, *options, *wanted, "--python", sys.executable)
    except Refused as problem:
        raise Refused(f"The packages could not be installed. {problem}") from problem
    done.write_text(stamp(groups))


def chromium() -> None:
    """Make sure there is a browser for the tests; on Debian, as root, it is installed."""
    if any(Path(one).exists() for one in CHROMIUM):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Refused("The tests need Chromium: install the package `chromium`.")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for attempt in (1, 2):
        try:
            run("apt-get", "-qq", "update", **quiet)
            run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium", **quiet)
        except Refused:
            if attempt == 2:
                raise
        else:
            return


def test(arguments: list[str]) -> None:
    """Run the tests."""
    sync("dev")
    chromium()
    replace(BIN / "python", "-m", "pytest", *arguments)


def check(_: list[str]) -> None:
    """Run what a machine can judge without running the product."""
    sync("dev")
    run(BIN / "ruff", "check", *CHECKED)
    run(BIN / "ruff", "format", "--check", *CHECKED)
    run(BIN / "mypy", *TYPED)
    run(BIN / "lint-imports")
    run(BIN / "djlint", "templates", "--lint", "--quiet")
    run(BIN / "python", "-m", "ops.drift")


def demo(arguments: list[str]) -> None:
    """Serve a working city."""
    sync()
    replace(BIN / "ksr", "demo", "run", *arguments)


def bench(arguments: list[str]) -> None:
    """Measure."""
    sync("dev", "bench")
    replace(BIN / "python", "-m", "ops.bench", *arguments)


VERBS = {"test": test, "check": check, "demo": demo, "bench": bench}


def main() -> int:
    """Run the verb on the command line."""
    verb, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if verb not in VERBS:
        sys.stderr.write(f"usage: bootstrap.py {'|'.join(VERBS)}\n")
        return 2
    try:
        VERBS[verb](arguments)
    except Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
