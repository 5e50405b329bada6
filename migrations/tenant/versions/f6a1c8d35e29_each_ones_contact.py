"""Who of the family sees and changes the e-mail, phone and address of a guardian."""

from alembic import op
import sqlalchemy as sa

revision = 'f6a1c8d35e29'
down_revision = 'f4a1c7e3d902'
branch_labels = None
depends_on = None

# In a case that was shared nobody can tell any more who entered what.
BEGAN = """
UPDATE guardian g
SET account_id = CASE WHEN g.position = 1 THEN a.account_id END,
    typed_by = CASE WHEN NOT EXISTS (
        SELECT FROM co_guardian c WHERE c.child_id = a.child_id) THEN a.account_id END
FROM application a
WHERE a.id = g.application_id AND a.arrived_on IS NULL AND NOT EXISTS (
    SELECT FROM co_guardian c WHERE c.child_id = a.child_id AND c.removed_at IS NOT NULL)
"""
JOINED = """
UPDATE guardian g
SET account_id = o.id
FROM application a, co_guardian c, account o
WHERE a.id = g.application_id AND c.child_id = a.child_id AND c.removed_at IS NULL
    AND o.id = c.account_id AND g.position = 2
    AND lower(g.family_name) = lower(o.family_name)
    AND lower(split_part(g.given_name, ' ', 1)) = lower(split_part(o.given_name, ' ', 1))
"""


def upgrade() -> None:
    for name in ('account_id', 'typed_by'):
        op.add_column('guardian', sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f'fk_guardian_{name}'), 'guardian', 'account', [name], ['id'], ondelete='SET NULL')
        op.create_index(op.f(f'ix_guardian_{name}'), 'guardian', [name])
    op.execute(BEGAN)
    op.execute(JOINED)


def downgrade() -> None:
    for name in ('typed_by', 'account_id'):
        op.drop_index(op.f(f'ix_guardian_{name}'), 'guardian')
        op.drop_constraint(op.f(f'fk_guardian_{name}'), 'guardian')
        op.drop_column('guardian', name)
