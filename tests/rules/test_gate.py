"""Where a request came from, with a proxy in front and without."""

import pytest

from ksr_saas.tenancy.gate import caller_of

SAID = (b"x-forwarded-for", b"203.0.113.9, 198.51.100.77")


@pytest.mark.parametrize(
    ("client", "headers", "caller"),
    [
        (("127.0.0.1", 9), [SAID], "198.51.100.77"),
        (("127.0.0.1", 9), [(b"x-forwarded-for", b"203.0.113.9"), SAID], "198.51.100.77"),
        (("127.0.0.1", 9), [], "127.0.0.1"),
        (("192.0.2.5", 9), [SAID], "192.0.2.5"),
        (None, [SAID], ""),
    ],
    ids=["a proxy", "a header said twice", "no proxy", "a caller who says so", "unknown"],
)
def test_only_a_proxy_on_this_machine_is_believed_and_only_what_it_added(client, headers, caller):
    assert caller_of({"client": client, "headers": headers}) == caller
