"""Recruitments are opened; institutions and their offers of every level.

Recruitments and offers that are there already are what families see today: opened and accepted.
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = 'f4a1c7e3d902'
down_revision = 'b2d7e4a90c16'
branch_labels = None
depends_on = None

LEVELS = "level IN ('preschool', 'primary', 'secondary')"
KINDS = ('preschool', 'school-unit', 'preschool-point', 'complex', 'primary', 'liceum', 'technikum', 'vocational', 'special')
UNIT_KINDS = ('general', 'integration', 'special', 'therapeutic', 'bilingual', 'international', 'sports', 'sports-mastery', 'preliminary', 'military', 'uniformed', 'multi-trade', 'selective')


def among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(one) for one in values)})"


def upgrade() -> None:
    op.add_column('campaign', sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE campaign SET opened_at = created_at")
    op.drop_constraint(op.f('ck_campaign_level'), 'campaign')
    op.create_check_constraint(op.f('ck_campaign_level'), 'campaign', LEVELS)

    op.drop_constraint(op.f('ck_institution_institutionkind'), 'institution')
    op.create_check_constraint(op.f('ck_institution_institutionkind'), 'institution', among('kind', KINDS))
    for name in ('regon', 'nip', 'short_name', 'teryt', 'simc', 'ulic', 'website', 'iban', 'image'):
        op.add_column('institution', sa.Column(name, sa.String(), server_default='', nullable=False))
    op.add_column('institution', sa.Column('organ', sa.String(length=16), server_default='municipal', nullable=False))
    op.create_check_constraint(op.f('ck_institution_organ'), 'institution', among('organ', ('municipal', 'public', 'non-public')))
    op.add_column('institution', sa.Column('access', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.add_column('institution', sa.Column('about', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.add_column('institution', sa.Column('complex_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_institution_complex_id_institution'), 'institution', 'institution', ['complex_id'], ['id'], ondelete='SET NULL')
    op.create_index(op.f('ix_institution_complex_id'), 'institution', ['complex_id'])
    op.create_index('uq_institution_rspo', 'institution', ['rspo'], unique=True, postgresql_where=sa.text("rspo <> ''"))

    op.create_table('offer',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('institution_id', sa.Uuid(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('comment', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint(among('state', ('open', 'closed', 'returned', 'accepted')), name=op.f('ck_offer_offerstate')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_offer_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_offer_institution_id_institution'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['closed_by'], ['account.id'], name=op.f('fk_offer_closed_by_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_offer_decided_by_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
        sa.UniqueConstraint('campaign_id', 'institution_id', name=op.f('uq_offer_campaign_id_institution_id')),
    )
    op.create_index(op.f('ix_offer_institution_id'), 'offer', ['institution_id'])
    op.execute(
        "INSERT INTO offer (id, campaign_id, institution_id, state, comment, version)"
        " SELECT DISTINCT ON (campaign_id, institution_id)"
        " gen_random_uuid(), campaign_id, institution_id, 'accepted', '', 1 FROM unit"
    )

    op.drop_constraint(op.f('uq_unit_campaign_id_institution_id'), 'unit')
    op.drop_constraint(op.f('ck_unit_places_not_negative'), 'unit')
    op.alter_column('unit', 'places', new_column_name='capacity')
    op.add_column('unit', sa.Column('continuing', sa.Integer(), server_default='0', nullable=False))
    for name in ('code', 'name', 'group'):
        op.add_column('unit', sa.Column(name, sa.String(), server_default='', nullable=False))
    op.add_column('unit', sa.Column('kind', sa.String(length=16), server_default='general', nullable=False))
    op.add_column('unit', sa.Column('pool', sa.String(length=16), server_default='general', nullable=False))
    for name in ('birth_years', 'first_languages', 'second_languages', 'subjects', 'extended', 'occupations', 'prerequisites'):
        op.add_column('unit', sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    for name in ('about', 'thresholds'):
        op.add_column('unit', sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.create_check_constraint(op.f('ck_unit_unitkind'), 'unit', among('kind', UNIT_KINDS))
    op.create_check_constraint(op.f('ck_unit_pool'), 'unit', among('pool', ('general', 'certificate')))
    op.create_check_constraint(op.f('ck_unit_continuing_within_capacity'), 'unit', 'continuing BETWEEN 0 AND capacity')
    op.create_unique_constraint(op.f('uq_unit_campaign_id_institution_id_code'), 'unit', ['campaign_id', 'institution_id', 'code'])


def downgrade() -> None:
    op.drop_constraint(op.f('uq_unit_campaign_id_institution_id_code'), 'unit')
    op.drop_constraint(op.f('ck_unit_continuing_within_capacity'), 'unit')
    for name in ('pool', 'kind', 'group', 'name', 'code', 'birth_years', 'first_languages', 'second_languages', 'subjects', 'extended', 'occupations', 'prerequisites', 'about', 'thresholds'):
        op.drop_column('unit', name)
    op.execute("UPDATE unit SET capacity = capacity - continuing")
    op.drop_column('unit', 'continuing')
    op.alter_column('unit', 'capacity', new_column_name='places')
    op.create_check_constraint(op.f('ck_unit_places_not_negative'), 'unit', 'places >= 0')
    op.create_unique_constraint(op.f('uq_unit_campaign_id_institution_id'), 'unit', ['campaign_id', 'institution_id'])
    op.drop_table('offer')
    op.drop_index('uq_institution_rspo', 'institution')
    for name in ('complex_id', 'about', 'access', 'organ', 'image', 'iban', 'website', 'ulic', 'simc', 'teryt', 'short_name', 'nip', 'regon'):
        op.drop_column('institution', name)
    op.drop_constraint(op.f('ck_institution_institutionkind'), 'institution')
    op.create_check_constraint(op.f('ck_institution_institutionkind'), 'institution', among('kind', KINDS[:2] + KINDS[3:4]))
    op.drop_constraint(op.f('ck_campaign_level'), 'campaign')
    op.create_check_constraint(op.f('ck_campaign_level'), 'campaign', "level IN ('preschool')")
    op.drop_column('campaign', 'opened_at')
