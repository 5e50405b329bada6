"""Points of a run for as many tiers as the level compares, in hundredths."""

from alembic import op

revision = 'a92f4c61d8b7'
down_revision = '7d15c0a9e4b2'
branch_labels = None
depends_on = None

TABLES = ('wish_result', 'cutoff', 'recorded_order')
TIES = """
    UPDATE allocation_run SET contested = (
        SELECT jsonb_agg({0}) FROM jsonb_array_elements(contested) AS tie
    ) WHERE jsonb_array_length(contested) > 0
"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN points integer[]")
        op.execute(
            f"UPDATE {table} SET points = ARRAY[(statutory * 100)::integer, (local * 100)::integer]"
            " WHERE statutory IS NOT NULL"
        )
        if table != 'cutoff':
            op.execute(f"ALTER TABLE {table} ALTER COLUMN points SET NOT NULL")
        op.execute(f"ALTER TABLE {table} DROP COLUMN statutory, DROP COLUMN local")
    op.execute(TIES.format(
        "(tie - 'statutory' - 'local') || jsonb_build_object("
        "'points', jsonb_build_array(tie->'statutory', tie->'local'))"
    ))


def downgrade() -> None:
    op.execute(TIES.format(
        "(tie - 'points') || jsonb_build_object("
        "'statutory', tie->'points'->0, 'local', coalesce(tie->'points'->1, '0'))"
    ))
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN statutory numeric(9, 2), ADD COLUMN local numeric(9, 2)")
        op.execute(
            f"UPDATE {table} SET statutory = points[1] / 100.0, local = coalesce(points[2], 0) / 100.0"
            " WHERE points IS NOT NULL"
        )
        if table != 'cutoff':
            op.execute(f"ALTER TABLE {table} ALTER COLUMN statutory SET NOT NULL, ALTER COLUMN local SET NOT NULL")
        op.execute(f"ALTER TABLE {table} DROP COLUMN points")
