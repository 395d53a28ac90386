-- Files of what a list shows, kept for a day; and requests that a browser sends twice.

CREATE TABLE IF NOT EXISTS exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT,
    token_id BIGINT NOT NULL,
    who VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL,
    sites TEXT,
    list VARCHAR(32) NOT NULL,
    format VARCHAR(8) NOT NULL,
    language VARCHAR(8) NOT NULL,
    filter TEXT NOT NULL,
    columns TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    total BIGINT NOT NULL,
    written BIGINT NOT NULL,
    size BIGINT NOT NULL,
    error VARCHAR(500),
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3),
    CHECK (state IN ('queued', 'running', 'done', 'failed'))
);

CREATE INDEX IF NOT EXISTS exports_user ON exports (user_id, id);
CREATE INDEX IF NOT EXISTS exports_expires ON exports (expires_at);

-- The file in base64url, piece by piece.
CREATE TABLE IF NOT EXISTS export_pieces (
    export_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (export_id, n),
    FOREIGN KEY (export_id) REFERENCES exports (id)
);

-- Hashes: of the Idempotency-Key with who sent it, and of what was asked for.
ALTER TABLE order_batches ADD COLUMN request_key VARCHAR(64);
ALTER TABLE order_batches ADD COLUMN request_hash VARCHAR(64);
CREATE UNIQUE INDEX IF NOT EXISTS order_batches_request ON order_batches (request_key);
