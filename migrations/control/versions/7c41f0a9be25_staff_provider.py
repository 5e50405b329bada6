"""A second registration of a municipality: the provider of its staff."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '7c41f0a9be25'
down_revision = 'e6d1b84c2f70'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('eid_registration', sa.Column('clientele', sa.Enum('families', 'staff', name='clientele', native_enum=False, create_constraint=True, length=16), server_default='families', nullable=False))
    op.add_column('eid_registration', sa.Column('staff_terms', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.drop_constraint(op.f('uq_eid_registration_municipality_id'), 'eid_registration', type_='unique')
    op.create_unique_constraint(op.f('uq_eid_registration_municipality_id_clientele'), 'eid_registration', ['municipality_id', 'clientele'])
    op.create_unique_constraint(op.f('uq_eid_registration_acs_url'), 'eid_registration', ['acs_url'])


def downgrade() -> None:
    op.execute("DELETE FROM eid_registration WHERE clientele = 'staff'")
    op.drop_constraint(op.f('uq_eid_registration_acs_url'), 'eid_registration', type_='unique')
    op.drop_constraint(op.f('uq_eid_registration_municipality_id_clientele'), 'eid_registration', type_='unique')
    op.create_unique_constraint(op.f('uq_eid_registration_municipality_id'), 'eid_registration', ['municipality_id'])
    op.drop_column('eid_registration', 'staff_terms')
    op.drop_column('eid_registration', 'clientele')
