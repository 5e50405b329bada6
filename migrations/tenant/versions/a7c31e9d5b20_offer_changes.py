"""Changes of accepted offers; pictures of institutions, and institutions that offer no more."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = 'a7c31e9d5b20'
down_revision = 'f6a1c8d35e29'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('institution', sa.Column('image_small', sa.String(), server_default='', nullable=False))
    op.add_column('institution', sa.Column('image_alt', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.add_column('institution', sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('offer_change',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('offer_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=True),
        sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('comment', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'accepted', 'refused')", name=op.f('ck_offer_change_changestate')),
        sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_change_offer_id_offer'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_offer_change_unit_id_unit'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_offer_change_asked_by_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_offer_change_decided_by_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_change')),
    )
    op.create_index(op.f('ix_offer_change_offer_id'), 'offer_change', ['offer_id'])
    op.create_index(op.f('ix_offer_change_unit_id'), 'offer_change', ['unit_id'])
    op.create_index('uq_offer_change_waiting', 'offer_change', ['unit_id'], unique=True, postgresql_where=sa.text("state = 'asked'"))


def downgrade() -> None:
    op.drop_table('offer_change')
    for name in ('retired_at', 'image_alt', 'image_small'):
        op.drop_column('institution', name)
