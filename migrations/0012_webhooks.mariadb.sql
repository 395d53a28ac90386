-- Events for other programs: where they go, what they say and how that went.

CREATE TABLE IF NOT EXISTS webhooks (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    url VARCHAR(500) NOT NULL,
    events TEXT NOT NULL,
    site_id BIGINT,
    secret VARCHAR(1000),
    allow_private BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    paused_reason VARCHAR(500),
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    webhook_id BIGINT NOT NULL,
    event_id VARCHAR(64) NOT NULL,
    event VARCHAR(64) NOT NULL,
    payload MEDIUMTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    state VARCHAR(16) NOT NULL,
    tries BIGINT NOT NULL,
    next_at DATETIME(3),
    first_tried_at DATETIME(3),
    last_status BIGINT,
    last_error VARCHAR(500),
    last_answer TEXT,
    delivered_at DATETIME(3),
    FOREIGN KEY (webhook_id) REFERENCES webhooks (id),
    CHECK (state IN ('pending', 'delivered', 'failed', 'discarded'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX IF NOT EXISTS webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX IF NOT EXISTS webhook_deliveries_age ON webhook_deliveries (created_at);

-- The events that anybody outside wants to hear of: what nobody follows is not written down.
CREATE TABLE IF NOT EXISTS news_followed (
    event VARCHAR(64) NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
