"""openings: who may see a case or its sensitive papers for half an hour, and why."""

from alembic import op
import sqlalchemy as sa

revision = '7e2b9c4d5a18'
down_revision = 'a9f3c05e71d8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opening',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('scope', sa.Enum('case', 'papers', name='scope', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('reason', sa.Enum('verification', 'appeal', 'answer', 'complaint', 'control', 'fault', 'other', name='reason', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('own_words', sa.Text(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_opening_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_opening_application_id_application'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening'))
    )
    op.create_index(op.f('ix_opening_account_id'), 'opening', ['account_id'], unique=False)
    op.create_index('ix_opening_of_case', 'opening', ['application_id', 'account_id'], unique=False)


def downgrade() -> None:
    op.drop_table('opening')
