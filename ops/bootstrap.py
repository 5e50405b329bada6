"""Sets the project up on a bare machine and runs one of its commands.

Standard library only, because it runs before anything is installed. The environment `.venv` is made
from `uv.lock`, every package checked against its hash: by `uv` when it is there, else by a `uv`
that pip installs first, checked the same way.
"""

from __future__ import annotations  # so that an older Python gets as far as being refused

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "stamp.json"
PYTHON = (3, 11)
CHROMIUM = Path("/usr/bin/chromium")
SIMPLESAMLPHP = VENV / "simplesamlphp"
PHP = ("php-cli", "php-xml", "php-mbstring", "php-curl", "php-sqlite3", "php-intl")
MODULES = {"dom", "mbstring", "curl", "pdo_sqlite", "intl"}
CHECKED = ("src", "worker", "tenants", "ops", "tests")
TYPED = ("src", "worker", "tenants")
USAGE = """usage: bootstrap.py VERB
  demo [...]     serve a working city
  test [...]     run the tests; arguments are pytest's
  check          run what a machine can judge without running the product
  bench [...]    measure
  sync           make .venv hold everything a developer needs
  run -- CMD     run a command in .venv
"""
# What pip and uv say when the index cannot be reached.
UNREACHABLE = (
    "dns error",
    "failed to fetch",
    "error sending request",
    "tcp connect error",
    "name resolution",
    "newconnectionerror",
    "connection refused",
    "network is unreachable",
    "could not connect",
)


class Refused(Exception):
    """The set-up cannot go on; one sentence says what to do."""


def environment() -> dict[str, str]:
    """Variables for what runs in `.venv`; another active environment does not matter."""
    others = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return others | {"PATH": path, "VIRTUAL_ENV": str(VENV)}


def run(*command: str | Path) -> None:
    """Run a command in the project; Refused when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=False)
    if done.returncode != 0:
        raise Refused(f"`{Path(command[0]).name}` failed ({done.returncode}): see above.")


def become(*command: str | Path) -> None:
    """Become the command, so that signals reach it."""
    os.chdir(ROOT)
    os.environ |= environment()
    sys.stdout.flush()
    try:
        os.execvp(command[0], [str(part) for part in command])
    except FileNotFoundError:
        raise Refused(f"There is no command {command[0]}.") from None


def install(*command: str | Path) -> None:
    """Run an installer; what it complains of is shown when it fails."""
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    # A project environment set elsewhere, or a Python fetched from elsewhere, would not be ours.
    kept |= {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        command, cwd=ROOT, env=kept, check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode == 0:
        return
    if any(sign in done.stderr.lower() for sign in UNREACHABLE):
        raise Refused(
            "The packages could not be fetched: the package index cannot be reached from here "
            "(the network, or a proxy that pip and uv do not know)."
        )
    sys.stderr.write(done.stderr)
    if "No space left" in done.stderr:
        raise Refused(f"The packages could not be installed: the disk of {VENV} is full.")
    raise Refused("The packages could not be installed; the reason is above.")


def locked_uv() -> tuple[str, list[str]]:
    """Version and hashes of the uv that the lock file names."""
    import tomllib

    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    package = next(one for one in lock["package"] if one["name"] == "uv")
    return package["version"], [wheel["hash"] for wheel in package["wheels"]]


@contextmanager
def found_uv() -> Iterator[str]:
    """A uv to install with, brought by pip for the occasion where there is none.

    It is brought into a new folder, never into `.venv`: the library's `venv`, let loose on a folder
    that has links to a Python, may write through them into that Python.
    """
    if found := shutil.which("uv") or shutil.which("uv", path=BIN):
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="ksr-uv-") as name:
        scratch = Path(name) / "venv"
        try:
            venv.create(scratch, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError:
            raise Refused(
                "This Python cannot make environments: install uv, "
                "or the package python3-venv on Debian and its kin."
            ) from None
        version, hashes = locked_uv()
        wanted = scratch / "uv.txt"
        wanted.write_text(" ".join([f"uv=={version}", *(f"--hash={h}" for h in hashes)]) + "\n")
        pip = (scratch / "bin" / "python", "-m", "pip", "install", "--quiet")
        install(*pip, "--require-hashes", "--only-binary=:all:", "--no-deps", "-r", wanted)
        yield str(scratch / "bin" / "uv")


def source() -> str:
    """Hash of what the environment is made from."""
    found = hashlib.sha256(str((sys.version_info[:2], ROOT)).encode())
    for name in ("uv.lock", "pyproject.toml"):
        found.update((ROOT / name).read_bytes())
    return found.hexdigest()


def installed() -> set[str]:
    """Groups that `.venv` already holds as locked, `product` among them; empty when it is old."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return set()
    return set(stamp["groups"]) if stamp["source"] == source() else set()


def sync(*groups: str) -> None:
    """Make `.venv` hold the locked packages of the product and of `groups`; others stay."""
    wanted = {"product", *groups}
    if wanted <= installed():
        return
    with (ROOT / "uv.lock").open() as lock:
        # Two commands started at once would make the same folder.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if wanted <= (already := installed()):
            return
        sys.stderr.write("Installing the packages; this takes a minute the first time.\n")
        options = ["--quiet", "--frozen", "--inexact", "--no-default-groups", "--extra", "embedded"]
        options += [part for group in groups for part in ("--group", group)]
        with found_uv() as uv:
            install(uv, "sync", *options, "--python", sys.executable)
        STAMP.write_text(json.dumps({"source": source(), "groups": sorted(wanted | already)}))


def apt(*words: str) -> bool:
    """Run apt-get, asking nobody anything; whether it went well."""
    options = ("-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ("apt-get", *options, *words), env=quiet, check=False, stdin=subprocess.DEVNULL
    )
    return done.returncode == 0


def chromium() -> None:
    """Make sure there is a browser for the tests; on Debian, as root, it is installed."""
    if CHROMIUM.exists():
        return
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        sys.stderr.write("Installing Chromium for the tests.\n")
        for _ in range(2):
            if apt("update") and apt("install", "-y", "--no-install-recommends", "chromium"):
                break
        if CHROMIUM.exists():
            return
    raise Refused(f"The tests need {CHROMIUM}: install the package chromium.")


def simplesamlphp_home() -> Path:
    """Where SimpleSAMLphp lies: as installed by the system, else as unpacked for the tests."""
    installed_here = Path("/usr/share/simplesamlphp")
    return installed_here if installed_here.exists() else SIMPLESAMLPHP / "usr/share/simplesamlphp"


def simplesamlphp() -> None:
    """Make sure there is a foreign identity provider for the tests.

    PHP is installed as Chromium is. SimpleSAMLphp itself is only unpacked, which needs no root,
    because its package brings a web server that would be started.
    """
    if ready():
        return
    if shutil.which("php") and shutil.which("apt-get") and unpack() and ready():
        return
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        sys.stderr.write("Installing PHP and SimpleSAMLphp for the tests.\n")
        for _ in range(2):
            if apt("update") and apt("install", "-y", "--no-install-recommends", *PHP) and unpack():
                break
        if ready():
            return
    raise Refused(
        f"The tests need SimpleSAMLphp: install the packages simplesamlphp, {', '.join(PHP)}."
    )


def ready() -> bool:
    """Whether PHP with its modules and SimpleSAMLphp are there."""
    php = shutil.which("php")
    if not php or not (simplesamlphp_home() / "www").exists():
        return False
    found = subprocess.run([php, "-m"], capture_output=True, text=True, check=False)
    return set(found.stdout.lower().split()) >= MODULES


def unpack() -> bool:
    """Unpack Debian's SimpleSAMLphp into `.venv`; whether it went well."""
    if (simplesamlphp_home() / "www").exists():
        return True
    with tempfile.TemporaryDirectory(prefix="ksr-ssp-") as name:
        # apt fetches as a user of its own where it may.
        Path(name).chmod(0o777)
        fetched = subprocess.run(
            ("apt-get", "-qq", "download", "simplesamlphp"), cwd=name, check=False
        )
        packages = list(Path(name).glob("simplesamlphp_*.deb"))
        if fetched.returncode or not packages:
            return False
        unpacked = subprocess.run(("dpkg", "-x", packages[0], SIMPLESAMLPHP), check=False)
    return unpacked.returncode == 0


def demo(arguments: list[str]) -> None:
    """Serve a working city."""
    sync()
    become(BIN / "ksr", "demo", "run", *arguments)


def test(arguments: list[str]) -> None:
    """Run the tests; all of them in as many processes as there are cores, four at most."""
    sync("dev")
    chromium()
    simplesamlphp()
    cores = min(4, os.cpu_count() or 1)
    shared = ["-n", str(cores), "--dist", "loadscope", "--no-loadscope-reorder"]
    become(BIN / "python", "-m", "pytest", *(arguments or shared))


def check(_: list[str]) -> None:
    """Run what a machine can judge without running the product; all of it, even after a failure."""
    sync("dev")
    failed = []
    for command in (
        ("ruff", "check", *CHECKED),
        ("ruff", "format", "--check", *CHECKED),
        ("mypy", "--strict", *TYPED),
        ("lint-imports",),
        ("djlint", "templates", "--lint", "--quiet"),
        ("python", "-m", "ops.words", "check"),
        ("python", "-m", "ops.drift"),
    ):
        try:
            run(BIN / command[0], *command[1:])
        except Refused:
            failed.append(" ".join(command[:3]))
    if failed:
        raise Refused(f"Not in order: {', '.join(failed)}.")


def bench(arguments: list[str]) -> None:
    """Measure."""
    sync("dev", "bench")
    become(BIN / "python", "-m", "ops.bench", *arguments)


def sync_all(_: list[str]) -> None:
    """Make `.venv` hold everything a developer needs."""
    sync("dev")


def run_command(arguments: list[str]) -> None:
    """Run a command in `.venv`."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        raise Refused("What is to be run? Write it after `run --`.")
    sync("dev")
    become(*command)


VERBS = {
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "sync": sync_all,
    "run": run_command,
}


def main() -> int:
    """Run the verb on the command line."""
    verb, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if verb not in VERBS:
        sys.stderr.write(USAGE)
        return 2
    try:
        if sys.version_info[:2] != PYTHON:
            wanted = ".".join(map(str, PYTHON))
            raise Refused(f"Python {wanted} is needed: run this with python{wanted}.")
        VERBS[verb](arguments)
    except Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
