"""A city's own look, and what it writes for its pages."""

from alembic import op
import sqlalchemy as sa

revision = 'f4b1d6e83c27'
down_revision = '5c81d2f7a4e9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('crest',
        sa.Column('store_name', sa.String(), nullable=False),
        sa.Column('sent_by', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_crest')),
    )
    op.create_table('look',
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('brand', sa.String(), nullable=False),
        sa.Column('brand_ink', sa.String(), nullable=False),
        sa.Column('brand_soft', sa.String(), nullable=False),
        sa.Column('crest_id', sa.Uuid(), nullable=True),
        sa.Column('help_phone', sa.String(), nullable=False),
        sa.Column('help_email', sa.String(), nullable=False),
        sa.Column('office', sa.String(), nullable=False),
        sa.Column('saved_by', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['crest_id'], ['crest.id'], name=op.f('fk_look_crest_id_crest')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_look')),
        sa.UniqueConstraint('number', name=op.f('uq_look_number')),
    )


def downgrade() -> None:
    op.drop_table('look')
    op.drop_table('crest')
