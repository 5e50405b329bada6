"""Passkeys, invitations and sessions that can be listed, for the vendor's people."""

from alembic import op
import sqlalchemy as sa

revision = 'e6d1b84c2f70'
down_revision = '5b0c7a3d91e4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('vendor_account', 'password_hash', existing_type=sa.String(), nullable=True)
    op.alter_column('vendor_account', 'totp_secret', existing_type=sa.String(), nullable=True)
    op.add_column('vendor_session', sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.add_column('vendor_session', sa.Column('agent', sa.String(), server_default='', nullable=False))
    op.create_index(op.f('ix_vendor_session_account_id'), 'vendor_session', ['account_id'])
    op.create_table('vendor_passkey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['vendor_account.id'], name=op.f('fk_vendor_passkey_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_vendor_passkey_credential_id'))
    )
    op.create_index(op.f('ix_vendor_passkey_account_id'), 'vendor_passkey', ['account_id'])
    op.create_table('vendor_challenge',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('browser_hash', sa.String(), nullable=False),
    sa.Column('purpose', sa.Enum('register', 'sign-in', 'second-step', 'confirm', name='purpose', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['vendor_account.id'], name=op.f('fk_vendor_challenge_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_challenge')),
    sa.UniqueConstraint('browser_hash', name=op.f('uq_vendor_challenge_browser_hash'))
    )
    op.create_index(op.f('ix_vendor_challenge_account_id'), 'vendor_challenge', ['account_id'])
    op.create_table('vendor_invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['vendor_account.id'], name=op.f('fk_vendor_invitation_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_vendor_invitation_token_hash'))
    )
    op.create_index(op.f('ix_vendor_invitation_account_id'), 'vendor_invitation', ['account_id'])


def downgrade() -> None:
    op.drop_table('vendor_invitation')
    op.drop_table('vendor_challenge')
    op.drop_table('vendor_passkey')
    op.drop_index(op.f('ix_vendor_session_account_id'), 'vendor_session')
    op.drop_column('vendor_session', 'agent')
    op.drop_column('vendor_session', 'last_seen_at')
    op.alter_column('vendor_account', 'totp_secret', existing_type=sa.String(), nullable=False)
    op.alter_column('vendor_account', 'password_hash', existing_type=sa.String(), nullable=False)
