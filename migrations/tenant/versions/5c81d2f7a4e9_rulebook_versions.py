"""The office writes the rules of its recruitments, version by version."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '5c81d2f7a4e9'
down_revision = '2e6d9b41f07c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rulebook_version',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('edition', sa.Integer(), nullable=False),
        sa.Column('based_on', sa.Uuid(), nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('basis', sa.String(), nullable=False),
        sa.Column('refusal', sa.String(), nullable=False),
        sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('edited_by', sa.Uuid(), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('asked_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'waiting', 'in-force', 'refused', 'dropped', 'replaced')", name=op.f('ck_rulebook_version_state')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_rulebook_version_campaign_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['based_on'], ['campaign.id'], name=op.f('fk_rulebook_version_based_on'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['edited_by'], ['account.id'], name=op.f('fk_rulebook_version_edited_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_rulebook_version_asked_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_rulebook_version_decided_by'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rulebook_version')),
        sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_rulebook_version_campaign_id_number')),
    )
    op.create_index('uq_rulebook_version_pending', 'rulebook_version', ['campaign_id'], unique=True, postgresql_where=sa.text("state IN ('draft', 'waiting')"))
    op.create_index('uq_rulebook_version_in_force', 'rulebook_version', ['campaign_id'], unique=True, postgresql_where=sa.text("state = 'in-force'"))


def downgrade() -> None:
    op.drop_table('rulebook_version')
