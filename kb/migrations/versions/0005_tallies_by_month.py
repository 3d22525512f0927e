"""the months' sums over all halls, filled from those of the halls."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

PARTS = 8
KEY = ('month', 'source', 'topic')
SUMS = ('people', 'answers', 'credit', 'credit_squared', 'answers_squared', 'credit_answers', 'points', 'full', 'passed')
WHOLE = ('people', 'answers', 'passed')


def upgrade() -> None:
    """Apply."""
    op.create_table('month_tally',
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Integer() if name in WHOLE else sa.Double(), nullable=False) for name in SUMS),
    sa.PrimaryKeyConstraint('month', 'source', 'topic', 'part')
    )
    units = sa.table('unit_tally', sa.column('unit_id'), *(sa.column(name) for name in (*KEY, *SUMS)))
    months = sa.table('month_tally', *(sa.column(name) for name in (*KEY, 'part', *SUMS)))
    key = (*(units.c[name] for name in KEY), units.c.unit_id % PARTS)
    sums = sa.select(*key, *(sa.func.sum(units.c[name]) for name in SUMS)).group_by(*key)
    op.execute(months.insert().from_select([*KEY, 'part', *SUMS], sums))


def downgrade() -> None:
    """Undo."""
    op.drop_table('month_tally')
