"""Families confirm that they want the place they won."""

import sqlalchemy as sa
from alembic import op

revision = '2e6d9b41f07c'
down_revision = '0b7e5d93c1f2'
branch_labels = None
depends_on = None

BEFORE = "state IN ('qualified', 'resigned', 'admitted')"
AFTER = "state IN ('qualified', 'confirmed', 'resigned', 'lapsed', 'admitted')"


def upgrade() -> None:
    op.add_column('placement', sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('placement', sa.Column('declared_on', sa.Date(), nullable=True))
    op.drop_constraint(op.f('ck_placement_placementstate'), 'placement', type_='check')
    op.create_check_constraint(op.f('ck_placement_placementstate'), 'placement', AFTER)


def downgrade() -> None:
    op.execute("UPDATE placement SET state = 'qualified' WHERE state IN ('confirmed', 'lapsed')")
    op.drop_constraint(op.f('ck_placement_placementstate'), 'placement', type_='check')
    op.create_check_constraint(op.f('ck_placement_placementstate'), 'placement', BEFORE)
    op.drop_column('placement', 'declared_on')
    op.drop_column('placement', 'confirmed_at')
