"""Lists of conversations, and how their answers came about

Revision: 0005, after: 0004, on: 2026-11-24
"""

import sqlalchemy as sa
from alembic import op

from db.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("talk_by_owner", "talk", ["owner", "used_at"])
    op.create_table(
        "worked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.String(64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_worked_talk_id", "worked", ["talk_id"])


def downgrade() -> None:
    op.drop_table("worked")
    op.drop_table("talk")
