"""Certificates of primary schools in applications to secondary ones."""

import sqlalchemy as sa
from alembic import op

revision = 'c95e0b7d2a16'
down_revision = '8b3e60f1d5a7'
branch_labels = None
depends_on = None

OUTCOME = sa.Enum('pending', 'accepted', 'rejected', name='outcome', native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.add_column('application', sa.Column('certificate', sa.Text(), nullable=True))
    op.add_column('application', sa.Column('certificate_outcome', OUTCOME, nullable=False, server_default='pending'))
    op.alter_column('application', 'certificate_outcome', server_default=None)


def downgrade() -> None:
    op.drop_column('application', 'certificate_outcome')
    op.drop_column('application', 'certificate')
