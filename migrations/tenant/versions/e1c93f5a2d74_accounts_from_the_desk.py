"""Accounts that institutions open for parents who have no eID."""

from alembic import op
import sqlalchemy as sa

revision = 'e1c93f5a2d74'
down_revision = 'd80b35e6f1a7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('vouching',
        sa.Column('account_id', sa.Uuid(), nullable=False),
        sa.Column('institution_id', sa.Uuid(), nullable=False),
        sa.Column('shown', sa.String(), nullable=False),
        sa.Column('seen_by', sa.Uuid(), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_vouching_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_vouching')),
        sa.UniqueConstraint('account_id', name=op.f('uq_vouching_account_id')),
    )
    op.create_index(op.f('ix_vouching_institution_id'), 'vouching', ['institution_id'])


def downgrade() -> None:
    op.drop_table('vouching')
