"""Messages of the contact form, and letters to whoever runs the service."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE contact_message (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid,
    name text NOT NULL,
    email text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_contact_message_user FOREIGN KEY (tenant_id, user_id)
        REFERENCES app_user (tenant_id, id)
);
CREATE INDEX ix_contact_message_user ON contact_message (tenant_id, user_id, created_at);
CALL pg_temp.append_only('contact_message', 'SELECT, INSERT');

ALTER TABLE letter
    ALTER COLUMN recipient_id DROP NOT NULL,
    ADD CONSTRAINT ck_letter_recipient CHECK ((kind = 'contact') = (recipient_id IS NULL));
"""


def upgrade() -> None:
    """Make the table; of all letters only those to the operator have no recipient."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
