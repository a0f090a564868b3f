"""A batch has one proposal of a product

Revision: 0007, after: 0006, on: 2026-11-24
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCHED = sa.text("batch_id <> ''")


def upgrade() -> None:
    op.execute(
        "UPDATE proposal SET batch_id = '' WHERE batch_id <> '' AND id NOT IN "
        "(SELECT MIN(id) FROM proposal WHERE batch_id <> '' GROUP BY batch_id, sku)"
    )
    op.create_index(
        "proposal_of_batch", "proposal", ["batch_id", "sku"], unique=True,
        sqlite_where=BATCHED, postgresql_where=BATCHED,
    )


def downgrade() -> None:
    op.drop_index("proposal_of_batch", "proposal")
