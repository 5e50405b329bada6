"""Claims keep what the address told, and streets know their district."""

import sqlalchemy as sa
from alembic import op

revision = '7d15c0a9e4b2'
down_revision = '3c9f60b2e815'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('claim', sa.Column('found', sa.Text(), nullable=True))
    op.add_column('street_point', sa.Column('district', sa.String(), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('street_point', 'district')
    op.drop_column('claim', 'found')
