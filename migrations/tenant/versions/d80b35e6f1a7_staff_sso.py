"""Staff who sign in at their city's own provider."""

from alembic import op
import sqlalchemy as sa

revision = 'd80b35e6f1a7'
down_revision = '7e2b9c4d5a18'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('sign_in', sa.Enum('here', 'sso', 'both', name='way', native_enum=False, create_constraint=True, length=16), nullable=True))
    op.add_column('eid_request', sa.Column('clientele', sa.Enum('families', 'staff', name='clientele', native_enum=False, create_constraint=True, length=16), server_default='families', nullable=False))
    op.add_column('eid_request', sa.Column('factors_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('pending_login', sa.Column('sso', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('pending_login', sa.Column('eid_session', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column('pending_login', 'eid_session')
    op.drop_column('pending_login', 'sso')
    op.drop_column('eid_request', 'factors_at')
    op.drop_column('eid_request', 'clientele')
    op.drop_column('account', 'sign_in')
