"""an index of the halls' sums by topic, so that a report of all topics together reads no others."""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('unit_tally', schema=None) as batch_op:
        batch_op.create_index('ix_unit_tally_topic', ['source', 'topic', 'month', 'unit_id'], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table('unit_tally', schema=None) as batch_op:
        batch_op.drop_index('ix_unit_tally_topic')
