"""A second guardian's access, links to it, paper applications and the codes that hand them over."""

from alembic import op
import sqlalchemy as sa

revision = 'c4d8b2e6f190'
down_revision = 'd41f7b9c2a60'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('application', sa.Column('arrived_on', sa.Date(), nullable=True))
    op.create_table('co_guardian',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by', sa.Uuid(), nullable=True),
    sa.Column('removed_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_co_guardian_child_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_co_guardian_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_co_guardian'))
    )
    op.create_index(op.f('ix_co_guardian_child_id'), 'co_guardian', ['child_id'])
    op.create_index(op.f('ix_co_guardian_account_id'), 'co_guardian', ['account_id'])
    op.create_index('uq_co_guardian_child_id', 'co_guardian', ['child_id'], unique=True, postgresql_where=sa.text('removed_at IS NULL'))
    op.create_table('guardian_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_guardian_link_child_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_guardian_link_made_by'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardian_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_guardian_link_token_hash'))
    )
    op.create_index(op.f('ix_guardian_link_child_id'), 'guardian_link', ['child_id'])
    op.create_table('take_over_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_take_over_code_application_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_take_over_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_take_over_code_code_hash'))
    )
    op.create_index(op.f('ix_take_over_code_application_id'), 'take_over_code', ['application_id'])


def downgrade() -> None:
    op.drop_table('take_over_code')
    op.drop_table('guardian_link')
    op.drop_table('co_guardian')
    op.drop_column('application', 'arrived_on')
