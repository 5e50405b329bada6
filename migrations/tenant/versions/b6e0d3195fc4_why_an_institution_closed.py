"""Why an institution offers no more."""

import sqlalchemy as sa
from alembic import op

revision = 'b6e0d3195fc4'
down_revision = 'a92f4c61d8b7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('institution', sa.Column('retired_reason', sa.String(), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('institution', 'retired_reason')
