"""Every act that code records is in the catalogue, and the catalogue lists no others."""

import ast
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.states import Event
from ksr_saas.audit.catalogue import ACTS, UnknownAct
from ksr_saas.audit.service import record

ROOT = Path(__file__).parents[2]
RECORDERS = {
    "record": 1,
    "_record": 1,
    "record_reading": 1,
    "note_reading": 1,
}  # name: place of the act among the arguments
BY_FAMILY = {Event.SUBMIT, Event.CHANGE, Event.WITHDRAW}  # recorded under names of their own


def calls():
    """Every call that records, with its file."""
    for folder in ("src", "tenants", "worker"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in RECORDERS:
                        yield file, node, node.args[RECORDERS[name]]


def acts_in_code():
    """The acts by name; one made from an event stands for every event of the commission."""
    found = set()
    for file, node, act in calls():
        match act:
            case ast.Constant(value=str(value)):
                found.add(value)
            case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(two))):
                found |= {one, two}
            case ast.JoinedStr(values=[ast.Constant(value=prefix), ast.FormattedValue()]):
                assert prefix == "verification.", (file, node.lineno)
                found |= {prefix + event.value for event in Event if event not in BY_FAMILY}
            case ast.Name(id="act"):
                assert file.name == "service.py", (
                    file,
                    node.lineno,
                )  # its callers are looked at too
            case _:
                pytest.fail(f"{file}:{node.lineno}: the act is not written out")
    return found


def test_the_acts_in_code_are_the_catalogue():
    assert acts_in_code() == ACTS


def test_an_act_out_of_the_catalogue_is_an_error():
    session = AsyncSession()
    with pytest.raises(UnknownAct, match=r"verification\.peep"):
        record(session, "verification.peep")
    assert not session.new
