"""Second factor of staff, invitations, expiry and session list."""

from alembic import op
import sqlalchemy as sa

revision = 'c2f4a7d10b3e'
down_revision = 'c27e41b6a05f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('totp_sealed', sa.String(), nullable=True))
    op.add_column('account', sa.Column('totp_last_step', sa.Integer(), server_default='0', nullable=False))
    op.add_column('account', sa.Column('valid_until', sa.Date(), nullable=True))
    op.add_column('login_session', sa.Column('agent', sa.String(), server_default='', nullable=False))
    op.add_column('login_session', sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('pending_login',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('return_to', sa.String(), nullable=False),
    sa.Column('offered_sealed', sa.String(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_pending_login_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pending_login')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_pending_login_token_hash'))
    )
    op.create_index(op.f('ix_pending_login_account_id'), 'pending_login', ['account_id'])
    op.create_table('backup_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_backup_code_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_code'))
    )
    op.create_index(op.f('ix_backup_code_account_id'), 'backup_code', ['account_id'])
    op.create_table('invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('invited_by', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_invitation_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    op.create_index(op.f('ix_invitation_account_id'), 'invitation', ['account_id'])
    op.create_table('factor_reset',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_factor_reset_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_reset'))
    )
    op.create_index(op.f('ix_factor_reset_account_id'), 'factor_reset', ['account_id'])


def downgrade() -> None:
    op.drop_table('factor_reset')
    op.drop_table('invitation')
    op.drop_table('backup_code')
    op.drop_table('pending_login')
    op.drop_column('login_session', 'confirmed_at')
    op.drop_column('login_session', 'agent')
    op.drop_column('account', 'valid_until')
    op.drop_column('account', 'totp_last_step')
    op.drop_column('account', 'totp_sealed')
