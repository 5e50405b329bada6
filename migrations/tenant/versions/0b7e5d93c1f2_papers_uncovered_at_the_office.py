"""The office uncovers the sensitive papers of a case, with a reason of its own."""

from alembic import op

revision = '0b7e5d93c1f2'
down_revision = '6d0f3b8a27e1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f('ck_opening_scope'), 'opening', type_='check')
    op.create_check_constraint(op.f('ck_opening_scope'), 'opening', "scope IN ('case', 'papers', 'office-papers')")


def downgrade() -> None:
    op.execute("DELETE FROM opening WHERE scope = 'office-papers'")
    op.drop_constraint(op.f('ck_opening_scope'), 'opening', type_='check')
    op.create_check_constraint(op.f('ck_opening_scope'), 'opening', "scope IN ('case', 'papers')")
