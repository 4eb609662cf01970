-- What is derived from the journal at a distance: words by entry, days, what is open, counts.

CREATE TABLE journal_index (
    tenant_id uuid NOT NULL,
    last_number bigint NOT NULL,
    items_to bigint NOT NULL DEFAULT 0,
    CONSTRAINT pk_journal_index PRIMARY KEY (tenant_id),
    CONSTRAINT fk_journal_index_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id)
);
CALL pg_temp.isolate('journal_index', 'SELECT, INSERT, UPDATE, DELETE');
CALL pg_temp.visible_to_owner('journal_index');

-- One bit for each entry of a segment of 16,384, the newest leftmost. Few are set, so that a row
-- shrinks to some dozen bytes; a full one stays in the table.
CREATE TABLE journal_token (
    tenant_id uuid NOT NULL,
    token text NOT NULL,
    segment integer NOT NULL,
    entries bit(16384) NOT NULL,
    CONSTRAINT pk_journal_token PRIMARY KEY (tenant_id, token, segment)
) WITH (fillfactor = 80);
ALTER TABLE journal_token ALTER COLUMN entries SET STORAGE MAIN;
CALL pg_temp.isolate('journal_token', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE account_day (
    tenant_id uuid NOT NULL,
    account varchar(8) NOT NULL,
    day date NOT NULL,
    debit numeric(18, 2) NOT NULL,
    credit numeric(18, 2) NOT NULL,
    CONSTRAINT pk_account_day PRIMARY KEY (tenant_id, account, day)
);
CALL pg_temp.isolate('account_day', 'SELECT, INSERT, UPDATE, DELETE');

-- An item is of no interest before anything of it is booked, nor once nothing is left of it:
-- `last_day` and `last_number` are what left nothing of it, the day infinite while it is open.
CREATE TABLE item_span (
    tenant_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    first_number bigint NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT pk_item_span PRIMARY KEY (tenant_id, open_item_id)
);
CREATE INDEX ix_item_span_day ON item_span (tenant_id, last_day, first_day, open_item_id);
CREATE INDEX ix_item_span_number ON item_span (tenant_id, last_number, first_number, open_item_id);
CALL pg_temp.isolate('item_span', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE period_count (
    tenant_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    bookings bigint NOT NULL,
    CONSTRAINT pk_period_count PRIMARY KEY (tenant_id, period)
);
CALL pg_temp.isolate('period_count', 'SELECT, INSERT, UPDATE, DELETE');
