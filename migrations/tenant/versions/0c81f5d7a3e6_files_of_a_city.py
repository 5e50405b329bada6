"""Documents of the city for families, version by version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0c81f5d7a3e6'
down_revision = 'e3b7c20f6a94'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('city_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('store_name', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('taken_down', sa.Boolean(), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_city_file')),
    sa.UniqueConstraint('file_id', 'number', name=op.f('uq_city_file_file_id_number')),
    )


def downgrade() -> None:
    op.drop_table('city_file')
