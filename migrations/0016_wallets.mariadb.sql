-- Changes of shop users' wallets: each is written down before the shop is asked, once for its operation id.

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS site_id BIGINT;

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS operation_id VARCHAR(64);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS operation VARCHAR(8);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS asked_amount DECIMAL(20,8);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS expected_balance DECIMAL(20,8);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS balance_before DECIMAL(20,8);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS currency VARCHAR(8);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS reason VARCHAR(500);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS state VARCHAR(16) NOT NULL DEFAULT 'done';

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS code VARCHAR(64);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS error VARCHAR(500);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS who VARCHAR(255);

ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS settled_at DATETIME(3);

-- The wallet while a change of it is `asked`: one at a time.
ALTER TABLE history_transaction ADD COLUMN IF NOT EXISTS open_wallet BIGINT;

CREATE UNIQUE INDEX IF NOT EXISTS history_transaction_open ON history_transaction (site_id, open_wallet);

CREATE UNIQUE INDEX IF NOT EXISTS history_transaction_operation ON history_transaction (site_id, operation_id);

CREATE INDEX IF NOT EXISTS history_transaction_wallet ON history_transaction (site_id, wp_user_id, id);

ALTER TABLE users ADD COLUMN IF NOT EXISTS edits_wallets BOOLEAN NOT NULL DEFAULT 0;
