"""What is hidden in the database is hidden under its own name."""

import pytest
from sqlalchemy import select

from ksr_saas.applications.models import Application
from ksr_saas.kernel.sealed import Hidden, Incomparable
from ksr_saas.people.models import Child, Guardian
from ksr_saas.tables import TENANT

COLUMNS = [
    column
    for table in TENANT.sorted_tables
    for column in table.columns
    if isinstance(column.type, Hidden)
]
PERSONAL = {"pesel", "document", "street", "postal_code", "town", "phone", "email", "recipient"}
# Addresses of schools, streets of resolutions and of a town.
PUBLIC = {"institution", "catchment_segment", "street_point"}


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_hidden_column_is_bound_to_its_own_place(column):
    assert column.type.place == f"{column.table.name}.{column.name}"


def test_every_column_with_a_personal_name_is_hidden():
    open_columns = {
        str(column)
        for table in TENANT.sorted_tables
        if table.name not in PUBLIC
        for column in table.columns
        if column.name in PERSONAL and not isinstance(column.type, Hidden)
    }
    assert open_columns == set()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Child.pesel == "23231401235",
        lambda: Guardian.email.ilike("%@example.pl"),
        lambda: select(Child).order_by(Child.street.desc()),
        lambda: Application.snapshot != {},
    ],
)
def test_a_sealed_column_is_not_compared_in_sql(ask):
    with pytest.raises(Incomparable):
        ask()


def test_a_sealed_column_may_be_asked_whether_it_is_empty():
    assert str(Child.pesel.is_(None)) == "child.pesel IS NULL"
