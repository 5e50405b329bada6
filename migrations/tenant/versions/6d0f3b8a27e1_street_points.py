"""Streets have points, so that distances can be told from a typed address."""

from alembic import op
import sqlalchemy as sa

revision = '6d0f3b8a27e1'
down_revision = 'a7c4e2f9d816'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'street_point',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('street', sa.String(), nullable=False),
        sa.Column('street_key', sa.String(), nullable=False),
        sa.Column('first', sa.Integer(), nullable=True),
        sa.Column('last', sa.Integer(), nullable=True),
        sa.Column('lat', sa.Float(), nullable=False),
        sa.Column('lon', sa.Float(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint('(first IS NULL) = (last IS NULL) AND first <= last', name=op.f('ck_street_point_range')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_street_point')),
    )
    op.create_index(op.f('ix_street_point_street_key'), 'street_point', ['street_key'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_street_point_street_key'), table_name='street_point')
    op.drop_table('street_point')
