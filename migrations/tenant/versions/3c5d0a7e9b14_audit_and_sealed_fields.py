"""audit and sealed fields: events that are only added and sealed, columns for encrypted values.

Values in clear are sealed by `ksr municipality migrate` after this revision: the keys are not here.
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '3c5d0a7e9b14'
down_revision = 'c2f4a7d10b3e'
branch_labels = None
depends_on = None

TEXTS = {
    'account': ['email'],
    'application': ['child_key', 'returned_for', 'decision_reason'],
    'attachment': ['criterion', 'label'],
    'child': ['pesel', 'document', 'street', 'postal_code', 'town'],
    'claim': ['criterion', 'reason'],
    'guardian': ['email', 'phone', 'street', 'postal_code', 'town'],
    'message': ['recipient'],
    'recorded_order': ['reason'],
}
# The search path is the schema's own: the functions must not depend on the caller's.
REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only added';
END
$$
"""
WAIT = """
CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO audit_waiting (id) VALUES (NEW.id);
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    for table, columns in TEXTS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String())
    op.alter_column('application', 'snapshot', type_=sa.Text(), postgresql_using='snapshot::text')
    op.alter_column('message', 'values', type_=sa.Text(), postgresql_using='values::text')
    op.alter_column('claim', 'amount', type_=sa.Text(), postgresql_using='amount::text')
    op.add_column('claim', sa.Column('key', sa.Text(), nullable=True))
    op.execute("UPDATE claim SET key = application_id || ':' || criterion")
    op.alter_column('claim', 'key', nullable=False)
    op.drop_constraint('uq_claim_application_id_criterion_institution_id', 'claim')
    op.create_unique_constraint(op.f('uq_claim_key_institution_id'), 'claim', ['key', 'institution_id'], postgresql_nulls_not_distinct=True)
    op.create_index(op.f('ix_claim_application_id'), 'claim', ['application_id'], unique=False)

    op.add_column('audit_event', sa.Column('position', sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.create_unique_constraint(op.f('uq_audit_event_position'), 'audit_event', ['position'])
    op.add_column('audit_event', sa.Column('acting_for', sa.Uuid(), nullable=True))
    op.add_column('audit_event', sa.Column('subject_id', sa.Uuid(), nullable=True))
    for column in ('reason', 'network', 'request_id'):
        op.add_column('audit_event', sa.Column(column, sa.String(), server_default='', nullable=False))
        op.alter_column('audit_event', column, server_default=None)
    op.drop_index('ix_audit_event_object', table_name='audit_event')
    op.create_index('ix_audit_event_object', 'audit_event', ['object_kind', 'object_id', 'created_at'], unique=False)
    op.create_index('ix_audit_event_subject', 'audit_event', ['subject_id', 'position'], unique=False)
    op.create_table('audit_waiting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_waiting'))
    )
    op.create_table('audit_seal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('first', sa.BigInteger(), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('event_ids', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('leaves', postgresql.ARRAY(sa.LargeBinary()), nullable=False),
    sa.Column('rows_sha256', sa.String(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('number', name=op.f('uq_audit_seal_number'))
    )
    op.execute("INSERT INTO audit_waiting (id) SELECT id FROM audit_event")
    op.execute(REFUSE)
    op.execute(WAIT)
    op.execute(
        "CREATE TRIGGER audit_event_wait AFTER INSERT ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION audit_wait()"
    )
    for table in ('audit_event', 'audit_seal'):
        op.execute(
            f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )


def downgrade() -> None:
    raise NotImplementedError("sealed values cannot be opened by a migration")
