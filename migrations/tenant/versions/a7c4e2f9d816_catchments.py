"""Catchments of schools: their segments, and the addresses that a person settles."""

from alembic import op
import sqlalchemy as sa

revision = 'a7c4e2f9d816'
down_revision = 'f4a81c6d20e7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('catchment_segment',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('institution_id', sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ('street', 'street_name', 'locality', 'simc', 'ulic')),
        sa.Column('parity', sa.String(length=16), nullable=False),
        sa.Column('from_number', sa.Integer(), nullable=True),
        sa.Column('from_letter', sa.String(), nullable=False),
        sa.Column('to_number', sa.Integer(), nullable=True),
        sa.Column('to_letter', sa.String(), nullable=False),
        sa.Column('valid_from', sa.Integer(), nullable=False),
        sa.Column('valid_to', sa.Integer(), nullable=True),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('sort_key', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("parity IN ('all', 'odd', 'even')", name=op.f('ck_catchment_segment_parity')),
        sa.CheckConstraint("street <> '' OR locality <> ''", name=op.f('ck_catchment_segment_somewhere')),
        sa.CheckConstraint('valid_to >= valid_from', name=op.f('ck_catchment_segment_valid_forwards')),
        sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_catchment_segment_institution_id_institution'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_catchment_segment')),
    )
    op.create_index(op.f('ix_catchment_segment_institution_id'), 'catchment_segment', ['institution_id'])
    op.create_index('ix_catchment_segment_street_name_valid_from', 'catchment_segment', ['street_name', 'valid_from'])
    op.create_table('catchment_doubt',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('address_key', 'street', 'number', 'postal_code', 'town')),
        sa.Column('institution_id', sa.Uuid(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_catchment_doubt_institution_id_institution'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_catchment_doubt_decided_by_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_catchment_doubt')),
        sa.UniqueConstraint('year', 'address_key', name=op.f('uq_catchment_doubt_year_address_key')),
    )
    op.create_index(op.f('ix_catchment_doubt_institution_id'), 'catchment_doubt', ['institution_id'])


def downgrade() -> None:
    op.drop_table('catchment_doubt')
    op.drop_table('catchment_segment')
