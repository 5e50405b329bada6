"""Numbers of registers, as offices and banks write them."""

import pytest

from ksr_saas.offer import numbers
from ksr_saas.offer.numbers import BadNumber


@pytest.mark.parametrize(
    ("read", "typed", "kept"),
    [
        (numbers.rspo, " 0 51 234 ", "51234"),
        (numbers.regon, "931-934-644", "931934644"),
        (numbers.regon, "12345678512347", "12345678512347"),
        (numbers.nip, "PL 897-13-83-551", "8971383551"),
        (numbers.iban, "61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        (numbers.iban, "pl61109010140000071219812874", "PL61109010140000071219812874"),
        (numbers.teryt, "0264011", "0264011"),
        (numbers.teryt, "1465011", "1465011"),
    ],
)
def test_a_number_is_kept_without_its_spaces(read, typed, kept):
    assert read(typed) == kept


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (numbers.rspo, ""),
        (numbers.rspo, "000"),
        (numbers.rspo, "12345678901"),
        (numbers.rspo, "12a"),
        (numbers.rspo, "١٢٣"),
        (numbers.regon, "931934645"),
        (numbers.regon, "12345678512348"),
        (numbers.regon, ""),
        (numbers.nip, "8971383552"),
        (numbers.iban, "61109010140000071219812875"),
        (numbers.iban, "DE89370400440532013000"),
        (numbers.iban, "6110901014"),
        (numbers.teryt, "0364011"),
        (numbers.teryt, "0264010"),
        (numbers.teryt, "026401"),
        (numbers.teryt, "3464011"),
        (numbers.teryt, "0200011"),
    ],
)
def test_a_wrong_number_is_refused_with_a_reason(read, typed):
    with pytest.raises(BadNumber) as refusal:
        read(typed)
    assert str(refusal.value).startswith("Numer ")
