"""Passkeys of staff."""

from alembic import op
import sqlalchemy as sa

revision = 'a9f3c05e71d8'
down_revision = 'c4d8b2e6f190'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('passkey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passkey_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    op.create_index(op.f('ix_passkey_account_id'), 'passkey', ['account_id'])
    op.create_table('passkey_challenge',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('browser_hash', sa.String(), nullable=False),
    sa.Column('purpose', sa.Enum('register', 'sign-in', 'second-step', 'confirm', name='purpose', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passkey_challenge_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey_challenge')),
    sa.UniqueConstraint('browser_hash', name=op.f('uq_passkey_challenge_browser_hash'))
    )
    op.create_index(op.f('ix_passkey_challenge_account_id'), 'passkey_challenge', ['account_id'])


def downgrade() -> None:
    op.drop_table('passkey_challenge')
    op.drop_table('passkey')
