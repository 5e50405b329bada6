"""Staff's last login, and the secrets of authenticators under the municipality's own keys."""

import sqlalchemy as sa
from alembic import op

revision = '3c9f60b2e815'
down_revision = 'f4b1d6e83c27'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('last_in_on', sa.Date(), nullable=True))
    op.alter_column('account', 'totp_sealed', type_=sa.Text())
    op.alter_column('pending_login', 'offered_sealed', type_=sa.Text())
    # No other key opens what was sealed before, and a password alone must not lead to a new factor.
    op.execute("DELETE FROM pending_login")
    op.execute("UPDATE account SET password_hash = NULL, totp_sealed = NULL WHERE totp_sealed IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE account SET password_hash = NULL, totp_sealed = NULL WHERE totp_sealed IS NOT NULL")
    op.execute("DELETE FROM pending_login")
    op.alter_column('pending_login', 'offered_sealed', type_=sa.String())
    op.alter_column('account', 'totp_sealed', type_=sa.String())
    op.drop_column('account', 'last_in_on')
