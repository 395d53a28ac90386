-- What makes an order safe: its attempts, its history, durable jobs; and who may call.

CREATE TABLE IF NOT EXISTS attempts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id BIGINT NOT NULL,
    n INT NOT NULL,
    api_provider_id BIGINT NOT NULL,
    supplier_service_id VARCHAR(64) NOT NULL,
    link_key VARCHAR(191) NOT NULL,
    quantity BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    boot_id VARCHAR(36) NOT NULL,
    prepared_at DATETIME(3) NOT NULL,
    sending_at DATETIME(3),
    done_at DATETIME(3),
    http_status INT,
    body_sha256 VARCHAR(64),
    body TEXT,
    supplier_order_id VARCHAR(64),
    estimated_charge DECIMAL(20,8),
    reason VARCHAR(32),
    detail VARCHAR(500),
    by_restart BOOLEAN NOT NULL DEFAULT 0,
    -- at most one attempt of an order may be with a supplier or on its way there
    open_key BIGINT AS (CASE WHEN state IN ('prepared', 'sending', 'unknown', 'accepted', 'resolved_found') THEN order_id END) PERSISTENT,
    UNIQUE (order_id, n),
    UNIQUE (open_key),
    FOREIGN KEY (order_id) REFERENCES orders (id),
    CHECK (state IN ('prepared', 'sending', 'accepted', 'rejected', 'unknown', 'not_sent', 'resolved_found', 'resolved_absent'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS attempts_state ON attempts (state, prepared_at);
CREATE INDEX IF NOT EXISTS attempts_provider ON attempts (api_provider_id, state, done_at);
CREATE INDEX IF NOT EXISTS attempts_link ON attempts (api_provider_id, link_key, state);

CREATE TABLE IF NOT EXISTS order_events (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id BIGINT NOT NULL,
    at DATETIME(3) NOT NULL,
    actor_kind VARCHAR(16) NOT NULL,
    actor VARCHAR(255) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    from_value VARCHAR(255),
    to_value VARCHAR(255),
    detail VARCHAR(1000),
    reply TEXT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS order_events_order ON order_events (order_id, id);

CREATE TABLE IF NOT EXISTS jobs (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(64) NOT NULL,
    lane VARCHAR(64) NOT NULL DEFAULT '',
    payload LONGTEXT NOT NULL,
    dedup_key VARCHAR(191),
    again BOOLEAN NOT NULL DEFAULT 0,
    run_at DATETIME(3) NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    crashes INT NOT NULL DEFAULT 0,
    lease_owner VARCHAR(36),
    lease_until DATETIME(3),
    fence BIGINT NOT NULL DEFAULT 0,
    last_error VARCHAR(500),
    dead_at DATETIME(3),
    created_at DATETIME(3) NOT NULL,
    UNIQUE (dedup_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS jobs_ready ON jobs (dead_at, lease_owner, run_at);
CREATE INDEX IF NOT EXISTS jobs_lane ON jobs (lane, dead_at, lease_owner, run_at);

CREATE TABLE IF NOT EXISTS run_slots (
    task VARCHAR(64) NOT NULL,
    slot BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3),
    PRIMARY KEY (task, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS boots (
    boot_id VARCHAR(36) NOT NULL PRIMARY KEY,
    node_id VARCHAR(36) NOT NULL,
    host VARCHAR(255) NOT NULL,
    pid BIGINT NOT NULL,
    version VARCHAR(32) NOT NULL,
    started_at DATETIME(3) NOT NULL,
    renewed_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS api_tokens (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    site_id BIGINT,
    user_id BIGINT,
    role VARCHAR(16),
    name VARCHAR(255) NOT NULL,
    token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sign_key TEXT,
    last_four VARCHAR(8) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    last_used_at DATETIME(3),
    expires_at DATETIME(3),
    revoked_at DATETIME(3),
    UNIQUE (token_hash),
    FOREIGN KEY (site_id) REFERENCES sites (id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    CHECK (kind IN ('site', 'personal'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS idempotency (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id BIGINT NOT NULL,
    idem_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    content_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE (site_id, idem_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS idempotency_created ON idempotency (created_at);

CREATE TABLE IF NOT EXISTS notices (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(40) NOT NULL,
    level VARCHAR(16) NOT NULL,
    dedup_key VARCHAR(191) NOT NULL,
    body TEXT NOT NULL,
    order_id BIGINT,
    api_provider_id BIGINT,
    chat_id VARCHAR(64),
    state VARCHAR(16) NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    run_at DATETIME(3) NOT NULL,
    sent_at DATETIME(3),
    error VARCHAR(500),
    created_at DATETIME(3) NOT NULL,
    seen_at DATETIME(3),
    seen_by VARCHAR(255),
    UNIQUE (dedup_key),
    CHECK (state IN ('queued', 'sending', 'sent', 'digested', 'dead', 'silent'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS notices_state ON notices (state, run_at);
CREATE INDEX IF NOT EXISTS notices_unseen ON notices (kind, seen_at);
CREATE INDEX IF NOT EXISTS notices_order ON notices (order_id);

CREATE TABLE IF NOT EXISTS telegram_chats (
    chat_id VARCHAR(64) NOT NULL PRIMARY KEY,
    moved_to VARCHAR(64),
    dead_at DATETIME(3),
    dead_reason VARCHAR(255),
    updated_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS email_rules (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    verdict VARCHAR(8) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    value VARCHAR(191) NOT NULL,
    note VARCHAR(255),
    created_at DATETIME(3) NOT NULL,
    UNIQUE (verdict, kind, value),
    CHECK (verdict IN ('hold', 'pass')),
    CHECK (kind IN ('address', 'domain', 'pattern'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS reply_texts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    text_key VARCHAR(191) NOT NULL,
    reason VARCHAR(32) NOT NULL,
    created_by VARCHAR(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE (text_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit_log (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at DATETIME(3) NOT NULL,
    actor_kind VARCHAR(16) NOT NULL,
    actor VARCHAR(255) NOT NULL,
    action VARCHAR(64) NOT NULL,
    subject VARCHAR(191) NOT NULL,
    detail VARCHAR(1000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS instance (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value VARCHAR(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
