"""Whoever opens a guardian's link asks to be let in."""

from alembic import op
import sqlalchemy as sa

revision = 'b2d7e4a90c16'
down_revision = 'e1c93f5a2d74'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('guardian_link', sa.Column('asked_by', sa.Uuid(), nullable=True))
    op.add_column('guardian_link', sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f('fk_guardian_link_asked_by_account'), 'guardian_link', 'account', ['asked_by'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    op.drop_constraint(op.f('fk_guardian_link_asked_by_account'), 'guardian_link')
    op.drop_column('guardian_link', 'asked_at')
    op.drop_column('guardian_link', 'asked_by')
