"""All roles of a municipality, and which of several a person chose last."""

from alembic import op
import sqlalchemy as sa

revision = 'd41f7b9c2a60'
down_revision = '3c5d0a7e9b14'
branch_labels = None
depends_on = None

TABLES = ('role_grant', 'login_session')
ROLES = (
    'parent', 'operator', 'member', 'chair', 'director', 'coordinator', 'administrator', 'iod', 'reader',
)
BEFORE = ('parent', 'operator', 'coordinator')


def allow(roles) -> None:
    listed = ', '.join(f"'{one}'" for one in roles)
    for table in TABLES:
        op.drop_constraint(op.f(f'ck_{table}_role'), table, type_='check')
        op.create_check_constraint(op.f(f'ck_{table}_role'), table, f'role IN ({listed})')


def upgrade() -> None:
    allow(ROLES)
    op.add_column('role_grant', sa.Column('used_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('role_grant', 'used_at')
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE role NOT IN ('parent', 'operator', 'coordinator')")
    allow(BEFORE)
