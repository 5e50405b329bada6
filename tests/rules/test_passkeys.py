"""A passkey's answer is taken by its own site, for its own challenge, from a verified person, once more than before."""

import json
import secrets
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksr_saas.identity import ceremony
from ksr_saas.identity.ceremony import Site
from ksr_saas.identity.errors import WrongKey
from ksr_saas.identity.rules import is_answered_by, may_lose_key
from tests.factories.authenticator import PRESENT, VERIFIED, Authenticator, coded

OURS = Site("lipno.example.pl", "https://lipno.example.pl", "Lipno")
ELSEWHERE = ("sanok.example.pl", "example.pl", "pl", "x.lipno.example.pl")
CHALLENGE, USER = secrets.token_bytes(32), uuid4()


def creation(site=OURS):
    options = ceremony.creation_options(
        site, user=USER.bytes, known_as="Ewa", challenge=CHALLENGE, known=[b"x"]
    )
    return json.loads(options)


def request(site=OURS, challenge=CHALLENGE):
    return json.loads(ceremony.request_options(site, challenge=challenge, known=[]))


@pytest.fixture
def device():
    made = Authenticator(OURS.origin)
    made.key_kept = ceremony.made(OURS, made.create(creation()), challenge=CHALLENGE)
    return made


def shown(device, sent, *, site=OURS, challenge=CHALLENGE, count=0):
    return ceremony.shown(
        site, sent, challenge=challenge, public_key=device.key_kept.public_key, sign_count=count
    )


def test_the_browser_is_asked_for_a_discoverable_key_of_a_verified_person_at_this_very_host():
    asked = creation()
    assert asked["rp"]["id"] == "lipno.example.pl"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert request()["userVerification"] == "required"
    assert request()["rpId"] == "lipno.example.pl"


def test_a_key_that_was_made_can_be_shown(device):
    assert device.key_kept.credential_id == device.id
    assert shown(device, device.get(request())) == 1


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://zla.invalid"},
        {"origin": "http://lipno.example.pl"},
        {"origin": "https://lipno.example.pl:8443"},
        *({"origin": f"https://{host}"} for host in ELSEWHERE),
        *({"site": host} for host in ELSEWHERE),
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"flags": 0},
    ],
)
def test_what_is_not_ours_or_not_verified_is_neither_kept_nor_taken(device, lie):
    with pytest.raises(WrongKey):
        ceremony.made(
            OURS, Authenticator(OURS.origin).create(creation(), **lie), challenge=CHALLENGE
        )
    with pytest.raises(WrongKey):
        shown(device, device.get(request(), **lie))


def test_an_answer_fits_its_challenge_only(device):
    sent = device.get(request())
    with pytest.raises(WrongKey):
        shown(device, sent, challenge=secrets.token_bytes(32))


def test_an_answer_made_for_another_purpose_or_with_another_key_is_refused(device):
    with pytest.raises(WrongKey):
        shown(device, device.get(request(), kind="webauthn.create"))
    with pytest.raises(WrongKey):
        shown(device, device.get(request(), key=Authenticator("").key))


@pytest.mark.parametrize(("before", "now", "taken"), [(0, 0, 1), (0, 1, 1), (7, 8, 1), (7, 7, 0), (7, 6, 0), (7, 0, 0)])  # fmt: skip
def test_a_count_must_grow_unless_the_authenticator_never_counts(device, before, now, taken):
    sent = device.get(request(), count=now)
    if taken:
        assert shown(device, sent, count=before) == now
        return
    with pytest.raises(WrongKey):
        shown(device, sent, count=before)


@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.text() | st.integers() | st.binary().map(coded), lambda one: st.lists(one) | st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "attestationObject", "userHandle"]), one)).map(json.dumps)))  # fmt: skip
def test_nonsense_is_a_wrong_key(sent):
    for judge in (
        lambda: ceremony.made(OURS, sent, challenge=CHALLENGE),
        lambda: ceremony.shown(OURS, sent, challenge=CHALLENGE, public_key=b"", sign_count=0),
    ):
        with pytest.raises(WrongKey):
            judge()


@given(st.data())
def test_a_damaged_answer_is_a_wrong_key_or_the_same_one(data):
    """Every byte that matters is signed or compared; what is left is the framing."""
    device = Authenticator(OURS.origin)
    made = json.loads(device.create(creation()))
    part = data.draw(st.sampled_from(["clientDataJSON", "attestationObject"]))
    raw = bytearray(ceremony.base64url_to_bytes(made["response"][part]))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    made["response"][part] = coded(bytes(raw))
    try:
        kept = ceremony.made(OURS, json.dumps(made), challenge=CHALLENGE)
    except WrongKey:
        return
    assert len(kept.credential_id) <= 1023
    with pytest.raises(WrongKey):
        ceremony.shown(OURS, "{}", challenge=CHALLENGE, public_key=kept.public_key, sign_count=0)


def test_an_account_is_asked_for_its_own_key_and_a_stranger_for_a_key_that_names_one():
    mine, other = uuid4(), uuid4()
    assert is_answered_by(mine, asked=mine, user=None)
    assert is_answered_by(mine, asked=mine, user=mine.bytes)
    assert is_answered_by(mine, asked=None, user=mine.bytes)
    assert not is_answered_by(mine, asked=None, user=None)
    assert not is_answered_by(mine, asked=None, user=other.bytes)
    assert not is_answered_by(other, asked=mine, user=None)
    assert not is_answered_by(mine, asked=mine, user=other.bytes)


def test_something_to_show_is_always_left():
    assert not may_lose_key(1, authenticator=False)
    assert may_lose_key(2, authenticator=False)
    assert may_lose_key(1, authenticator=True)
