"""Registrations with the eID node."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '5b0c7a3d91e4'
down_revision = '1826ee799998'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('eid_registration',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'int', 'prod', 'suspended', name='eidstate', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('provider_name', sa.String(), nullable=False),
    sa.Column('acs_url', sa.String(), nullable=False),
    sa.Column('sp_type', sa.String(), nullable=False),
    sa.Column('required_loa', sa.String(), nullable=False),
    sa.Column('profile', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('node', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_eid_registration_municipality_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eid_registration')),
    sa.UniqueConstraint('issuer', name=op.f('uq_eid_registration_issuer')),
    sa.UniqueConstraint('municipality_id', name=op.f('uq_eid_registration_municipality_id'))
    )
    op.create_table('eid_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.Enum('signing', 'encryption', name='purpose', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('stage', sa.Enum('next', 'current', 'old', name='stage', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('certificate_pem', sa.String(), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['eid_registration.id'], name=op.f('fk_eid_key_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eid_key'))
    )
    op.create_index(op.f('ix_eid_key_registration_id'), 'eid_key', ['registration_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_eid_key_registration_id'), table_name='eid_key')
    op.drop_table('eid_key')
    op.drop_table('eid_registration')
