"""The table of rights: what is given is complete, and nobody gives what is not theirs to give."""

import pytest

from ksr_saas.identity.authorisation import HOMES, PORTALS, ROLE_NAMES
from ksr_saas.identity.rights import (
    APART,
    GRANTS,
    RIGHTS,
    STAFF,
    TABLE,
    WITH_PLACE,
    Right,
    Role,
    Scope,
    grantable,
    lacking,
)


def test_every_right_but_the_door_and_the_vendors_is_in_the_table():
    assert TABLE.keys() == set(Right) - {Right.ANYONE, Right.VENDOR}
    for line in TABLE.values():
        assert any(not held.entrusts for held in line.held.values())


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name_a_home_and_something_to_do(role):
    assert ROLE_NAMES[role]
    assert HOMES[role]
    assert PORTALS[role]
    assert RIGHTS[role] > {Right.SIGNED_IN}


def test_only_roles_of_an_institution_reach_as_far_as_an_institution():
    for right, line in TABLE.items():
        for role, held in line.held.items():
            assert (held.scope is Scope.INSTITUTION) <= (role in WITH_PLACE), (right, role)
            assert (held.scope is Scope.MUNICIPALITY) <= (role not in WITH_PLACE), (right, role)


@pytest.mark.parametrize(
    ("giver", "given"), [(giver, given) for giver in GRANTS for given in GRANTS[giver]]
)
def test_nobody_gives_a_role_with_a_right_they_neither_have_nor_entrust(giver, given):
    assert lacking(giver, given) == []


def test_what_is_lacking_cannot_be_given_whatever_the_list_says(monkeypatch):
    monkeypatch.setitem(GRANTS, Role.DIRECTOR, (Role.OPERATOR, Role.COORDINATOR))
    assert grantable(Role.DIRECTOR) == (Role.OPERATOR,)
    assert Right.PUBLISH in lacking(Role.DIRECTOR, Role.COORDINATOR)
    assert Right.MANAGE_STAFF in lacking(Role.DIRECTOR, Role.COORDINATOR)


def test_only_who_looks_after_staff_gives_roles():
    may = {role for role in Role if Right.MANAGE_STAFF in RIGHTS[role]}
    assert {role for role in Role if grantable(role)} == may
    assert grantable(Role.DIRECTOR) == (Role.OPERATOR, Role.MEMBER, Role.CHAIR)
    assert grantable(Role.COORDINATOR) == WITH_PLACE
    assert grantable(Role.ADMINISTRATOR) == STAFF


def test_children_are_read_in_their_institution_and_by_their_family_alone():
    readers = {Right.READ_CASES, Right.VERIFY, Right.RETURN, Right.DECIDE, Right.PRINT_LISTS}
    for role in Role:
        assert bool(readers & RIGHTS[role]) == (role in WITH_PLACE)


def test_only_a_chair_decides_and_a_director_is_of_no_commission():
    assert [role for role in Role if Right.DECIDE in RIGHTS[role]] == [Role.CHAIR]
    assert Right.VERIFY not in RIGHTS[Role.DIRECTOR]
    assert frozenset({Role.DIRECTOR, Role.CHAIR}) in APART


def test_a_reach_covers_itself_and_what_lies_within():
    covered = {one: {other for other in Scope if one.covers(other)} for one in Scope}
    assert covered == {
        Scope.OWN: {Scope.OWN},
        Scope.INSTITUTION: {Scope.INSTITUTION, Scope.OWN},
        Scope.MUNICIPALITY: set(Scope),
        Scope.COUNTS: {Scope.COUNTS},
    }
