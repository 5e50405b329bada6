"""Equals that rules part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'a4c7e95d0b38'
down_revision = '6d1fb8a3c250'
branch_labels = None
depends_on = None

OLD = "verdict IN ('placed', 'better-wish-won', 'below-cutoff', 'below-by-order')"
NEW = "verdict IN ('placed', 'better-wish-won', 'below-cutoff', 'below-by-rule', 'below-by-order')"


def upgrade() -> None:
    op.add_column('recorded_order', sa.Column('keys', postgresql.ARRAY(sa.Integer()), nullable=False, server_default='{}'))
    op.drop_constraint(op.f('ck_wish_result_verdict'), 'wish_result', type_='check')
    op.create_check_constraint(op.f('ck_wish_result_verdict'), 'wish_result', NEW)


def downgrade() -> None:
    op.drop_constraint(op.f('ck_wish_result_verdict'), 'wish_result', type_='check')
    op.create_check_constraint(op.f('ck_wish_result_verdict'), 'wish_result', OLD)
    op.drop_column('recorded_order', 'keys')
