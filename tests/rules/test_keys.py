"""Keys of municipalities, and what they refuse."""

import re
import stat

import pytest

from ksr_saas.kernel import keys
from ksr_saas.kernel.keys import Keystore, NoKey, NotOurs, fresh_key
from ksr_saas.kernel.visit import network_of

PESEL = "23231401235"


@pytest.fixture
def store(tmp_path):
    made = Keystore(tmp_path / "keys", "a secret")
    made.make("t_pila")
    made.make("t_wroclaw")
    return made


def test_a_value_opens_where_it_was_sealed_and_never_looks_the_same_twice(store):
    ring = store.ring("t_pila")
    first, second = ring.seal("child.pesel", PESEL), ring.seal("child.pesel", PESEL)
    assert first != second
    assert re.fullmatch(rf"v1\.{ring.newest}\.[A-Za-z0-9+/=]+", first)
    assert PESEL not in first
    assert ring.open("child.pesel", first) == ring.open("child.pesel", second) == PESEL


def test_a_value_opens_in_no_other_column(store):
    ring = store.ring("t_pila")
    with pytest.raises(NotOurs):
        ring.open("child.document", ring.seal("child.pesel", PESEL))


def test_a_value_opens_in_no_other_municipality_even_with_its_key(store):
    ring = store.ring("t_pila")
    sealed = ring.seal("child.pesel", PESEL)
    with pytest.raises(NoKey, match="which is not here"):
        store.ring("t_wroclaw").open("child.pesel", sealed)
    same_key = keys.KeyRing("t_wroclaw", store.read("t_pila"))
    with pytest.raises(NotOurs):
        same_key.open("child.pesel", sealed)


@pytest.mark.parametrize(
    "spoil", [lambda v: v[:-6] + "AAAA==", lambda v: v + "x", lambda v: v[:30]]
)
def test_a_changed_value_does_not_open(store, spoil):
    ring = store.ring("t_pila")
    with pytest.raises(NotOurs):
        ring.open("child.pesel", spoil(ring.seal("child.pesel", PESEL)))


def test_a_value_in_clear_is_refused(store):
    with pytest.raises(NotOurs, match="not sealed"):
        store.ring("t_pila").open("child.pesel", PESEL)


def test_a_refusal_names_the_place_and_never_the_value(store):
    with pytest.raises(NotOurs) as caught:
        store.ring("t_pila").open("child.pesel", PESEL)
    assert "t_pila.child.pesel" in str(caught.value)
    assert PESEL not in str(caught.value)


def test_a_missing_key_says_which_file_is_missing(store):
    store.file("t_pila").unlink()
    with pytest.raises(NoKey, match=r"keys of t_pila are missing: .*keys/t_pila"):
        store.ring("t_pila")


def test_a_key_file_is_useless_with_another_secret_or_under_another_name(store):
    with pytest.raises(NoKey, match="another secret"):
        Keystore(store.folder, "another secret").ring("t_pila")
    store.file("t_pila").rename(store.file("t_lipno"))
    with pytest.raises(NoKey, match="another secret"):
        store.ring("t_lipno")


def test_a_key_file_is_for_its_owner_only_and_shows_no_key(store):
    file = store.file("t_pila")
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    stored = store.read("t_pila")
    for secret in (stored.keys[0][1], stored.index):
        assert bytes.fromhex(secret) not in file.read_bytes()
        assert secret.encode() not in file.read_bytes()


def test_making_keys_again_changes_nothing(store):
    before = store.read("t_pila")
    store.make("t_pila")
    assert store.read("t_pila") == before


def test_a_new_key_seals_and_the_old_one_still_opens(store):
    old = store.ring("t_pila").seal("child.pesel", PESEL)
    stored = store.read("t_pila")
    store.write("t_pila", keys.Stored((*stored.keys, fresh_key()), stored.index))
    ring = store.ring("t_pila")
    assert ring.newest != stored.keys[0][0]
    assert ring.seal("child.pesel", PESEL).startswith(f"v1.{ring.newest}.")
    assert ring.open("child.pesel", old) == PESEL


def test_another_process_opens_what_was_sealed_with_a_key_made_a_moment_ago(store):
    elsewhere = Keystore(store.folder, "a secret")
    long_open = elsewhere.ring("t_pila")
    stored = store.read("t_pila")
    store.write("t_pila", keys.Stored((*stored.keys, fresh_key()), stored.index))
    assert long_open.open("child.pesel", store.ring("t_pila").seal("child.pesel", PESEL)) == PESEL


def test_the_blind_index_finds_equals_only_in_one_column_of_one_municipality(store):
    ring, other = store.ring("t_pila"), store.ring("t_wroclaw")
    found = ring.blind("application.child_key", PESEL)
    assert found == ring.blind("application.child_key", PESEL)
    assert PESEL not in found
    assert found != ring.blind("child.pesel", PESEL)
    assert found != other.blind("application.child_key", PESEL)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_the_record_keeps_a_network_and_no_address(address, network):
    assert network_of(address) == network


def test_no_key_is_shown_where_an_error_shows_values(store):
    stored = store.read("t_pila")
    ring = store.ring("t_pila")
    for shown in (repr(stored), str(stored), f"{stored!r}", repr(ring)):
        assert stored.index not in shown
        assert not any(key in shown for _, key in stored.keys)
    assert stored.keys[0][0] in repr(stored)
