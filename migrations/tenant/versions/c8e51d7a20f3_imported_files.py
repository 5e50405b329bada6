"""Tables of an offer, the register or continuing children that the office sent."""

from alembic import op
import sqlalchemy as sa

revision = 'c8e51d7a20f3'
down_revision = 'a7c31e9d5b20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'imported_file',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('offer', 'register', 'continuing', name='filekind', native_enum=False, create_constraint=True, length=16), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=True),
        sa.Column('sent_by', sa.Uuid(), nullable=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('store_name', sa.String(), nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_imported_file_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['sent_by'], ['account.id'], name=op.f('fk_imported_file_sent_by_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_file')),
    )


def downgrade() -> None:
    op.drop_table('imported_file')
