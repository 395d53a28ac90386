-- Changes of shop users' wallets: each is written down before the shop is asked, once for its operation id.

ALTER TABLE history_transaction ADD COLUMN site_id BIGINT REFERENCES sites (id);

ALTER TABLE history_transaction ADD COLUMN operation_id VARCHAR(64);

ALTER TABLE history_transaction ADD COLUMN operation VARCHAR(8);

ALTER TABLE history_transaction ADD COLUMN asked_amount BIGINT;

ALTER TABLE history_transaction ADD COLUMN expected_balance BIGINT;

ALTER TABLE history_transaction ADD COLUMN balance_before BIGINT;

ALTER TABLE history_transaction ADD COLUMN currency VARCHAR(8);

ALTER TABLE history_transaction ADD COLUMN reason VARCHAR(500);

ALTER TABLE history_transaction ADD COLUMN state VARCHAR(16) NOT NULL DEFAULT 'done';

ALTER TABLE history_transaction ADD COLUMN code VARCHAR(64);

ALTER TABLE history_transaction ADD COLUMN error VARCHAR(500);

ALTER TABLE history_transaction ADD COLUMN who VARCHAR(255);

ALTER TABLE history_transaction ADD COLUMN settled_at DATETIME(3);

-- The wallet while a change of it is `asked`: one at a time.
ALTER TABLE history_transaction ADD COLUMN open_wallet BIGINT;

CREATE UNIQUE INDEX IF NOT EXISTS history_transaction_open ON history_transaction (site_id, open_wallet);

CREATE UNIQUE INDEX IF NOT EXISTS history_transaction_operation ON history_transaction (site_id, operation_id);

CREATE INDEX IF NOT EXISTS history_transaction_wallet ON history_transaction (site_id, wp_user_id, id);

ALTER TABLE users ADD COLUMN edits_wallets BOOLEAN NOT NULL DEFAULT 0;
