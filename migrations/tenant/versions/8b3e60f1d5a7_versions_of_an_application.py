"""Versions of an application, and drafts of a change."""

import sqlalchemy as sa
from alembic import op

revision = '8b3e60f1d5a7'
down_revision = '17d2a9c4e8b0'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('application', sa.Column('changes_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f('fk_application_changes_id_application'), 'application', 'application',
        ['changes_id'], ['id'], ondelete='CASCADE',
    )
    op.create_unique_constraint(op.f('uq_application_changes_id'), 'application', ['changes_id'])
    op.create_table('application_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_by', sa.Uuid(), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_version_application_id_application'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_version')),
    sa.UniqueConstraint('application_id', 'number', name=op.f('uq_application_version_application_id_number'))
    )


def downgrade() -> None:
    op.drop_table('application_version')
    op.execute("DELETE FROM application WHERE changes_id IS NOT NULL")
    op.drop_constraint(op.f('uq_application_changes_id'), 'application', type_='unique')
    op.drop_constraint(op.f('fk_application_changes_id_application'), 'application', type_='foreignkey')
    op.drop_column('application', 'changes_id')
