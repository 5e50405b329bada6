"""The second parent's signature of an application."""

import sqlalchemy as sa
from alembic import op

revision = '2f8d4c61b0e9'
down_revision = 'c95e0b7d2a16'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('application_version', sa.Column('second_signed_by', sa.Uuid(), nullable=True))
    op.add_column('application_version', sa.Column('second_signed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('application_version', sa.Column('alone_because', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    op.drop_column('application_version', 'alone_because')
    op.drop_column('application_version', 'second_signed_at')
    op.drop_column('application_version', 'second_signed_by')
