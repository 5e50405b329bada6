"""How the eID node names a login, to log out there."""

from alembic import op
import sqlalchemy as sa

revision = 'c27e41b6a05f'
down_revision = '95ac1ed1b226'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('eid_request', sa.Column('eid_session', sa.LargeBinary(), nullable=True))
    op.add_column('login_session', sa.Column('eid_session', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column('login_session', 'eid_session')
    op.drop_column('eid_request', 'eid_session')
