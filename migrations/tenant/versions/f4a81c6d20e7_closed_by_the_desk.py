"""A desk closes the accounts it has opened for parents."""

from alembic import op
import sqlalchemy as sa

revision = 'f4a81c6d20e7'
down_revision = 'c8e51d7a20f3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('vouching', sa.Column('closed_by', sa.Uuid(), nullable=True))
    op.add_column('vouching', sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('vouching', sa.Column('closed_reason', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    op.drop_column('vouching', 'closed_reason')
    op.drop_column('vouching', 'closed_at')
    op.drop_column('vouching', 'closed_by')
