"""`ksr municipality eid …`."""

import sys
from pathlib import Path

from ksr_saas.identity.eid.catalogue import Purpose
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.kernel.clock import Clock
from ksr_saas.settings import Settings
from tenants import eid, provision

USAGE = """usage: ksr municipality eid [--for families|staff] VERB SLUG …
  set SLUG NAME=VALUE …             write settings (docs/eid.md lists them)
  show SLUG                         everything but private keys, and what is missing
  import-metadata SLUG FILE         take a node's names, addresses and certificates from a file
  rotate-key SLUG begin             make the next keys (or the first) and print requests for them
  rotate-key SLUG certificate FILE  an authority's certificate for one of our keys
  rotate-key SLUG import PURPOSE KEY CERTIFICATE   a key made elsewhere (signing, encryption)
  rotate-key SLUG switch            sign with the next keys; the old ones still decrypt
  rotate-key SLUG finish            destroy the old keys
  test SLUG                         ask the node for nothing, to see that both sides understand
"""


async def run(settings: Settings, arguments: list[str]) -> int:
    """Run one verb; returns the exit status."""
    whom = Clientele.FAMILIES
    match arguments:
        case ["--for", ("families" | "staff") as said, *arguments]:
            whom = Clientele(said)
        case ["--for", *_]:
            return _usage()
    if len(arguments) < 2:
        return _usage()
    verb, slug, *rest = arguments
    await provision.prepare(settings)
    now = Clock().now()
    async with eid.registrar(settings, slug, whom) as registrar:
        match [verb, *rest]:
            case ["set", *pairs] if pairs and all("=" in pair for pair in pairs):
                values = dict(pair.split("=", 1) for pair in pairs)
                row = await registrar.set(values, now)
                _say(f"{slug}: {row.state}")
            case ["show"]:
                row = await registrar.row()
                draft = await registrar.draft(row)
                _say(*eid.shown(row, draft, now, production=settings.is_production))
            case ["import-metadata", file]:
                node = await registrar.import_metadata(_read(file))
                _say(node.entity_id, "compare these with the node's by another way:")
                _say(*(eid.fingerprint(pem) for pem in node.certificates))
            case ["rotate-key", *step]:
                return await _rotate(registrar, step)
            case ["test"]:
                _say(await registrar.try_node(now))
            case _:
                return _usage()
    return 0


async def _rotate(registrar: eid.Registrar, step: list[str]) -> int:
    match step:
        case ["begin"]:
            for key in await registrar.begin_keys(Clock().now()):
                request = eid.request_for(registrar.private(key), key.purpose)
                _say(f"{key.purpose}:", key.certificate_pem, request)
        case ["certificate", file]:
            _say(f"{await registrar.certify(_read(file).decode())}: certificate kept")
        case ["import", ("signing" | "encryption") as purpose, key_file, certificate_file]:
            pair = _read(key_file).decode(), _read(certificate_file).decode()
            await registrar.import_key(Purpose(purpose), *pair)
            _say(f"{purpose}: key kept")
        case ["switch"]:
            _say(f"now current: {', '.join(await registrar.switch_keys())}")
        case ["finish"]:
            _say(f"destroyed: {await registrar.finish_keys()}")
        case _:
            return _usage()
    return 0


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise provision.Unfit(f"{file}: {problem.strerror}.") from None


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _usage() -> int:
    sys.stderr.write(USAGE)
    return 2
