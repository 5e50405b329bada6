"""texts of the city's pages"""

import sqlalchemy as sa
from alembic import op

revision = "17d2a9c4e8b0"
down_revision = "0c81f5d7a3e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f('ck_article_articlekind'), 'article', type_='check')
    op.create_check_constraint(
        op.f('ck_article_articlekind'),
        'article',
        "kind IN ('news', 'question', 'start', 'privacy', 'accessibility')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f('ck_article_articlekind'), 'article', type_='check')
    op.execute("DELETE FROM article WHERE kind NOT IN ('news', 'question')")
    op.create_check_constraint(
        op.f('ck_article_articlekind'), 'article', "kind IN ('news', 'question')"
    )
