-- What is known of each shop's plugin, and the webhooks that the program keeps for shops by itself.

CREATE TABLE IF NOT EXISTS site_health (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id BIGINT NOT NULL UNIQUE,
    checked_at DATETIME(3) NOT NULL,
    ok_at DATETIME(3),
    failing_since DATETIME(3),
    trouble VARCHAR(32),
    message VARCHAR(500),
    version VARCHAR(32),
    wordpress VARCHAR(32),
    php VARCHAR(32),
    woocommerce VARCHAR(32),
    wallet VARCHAR(32),
    currency VARCHAR(8),
    clock_off_s BIGINT,
    capabilities TEXT,
    outbox_queued BIGINT NOT NULL,
    outbox_failed BIGINT NOT NULL,
    outbox_oldest_s BIGINT NOT NULL,
    pulled_to DATETIME(3),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE webhooks ADD COLUMN IF NOT EXISTS automatic BOOLEAN NOT NULL DEFAULT 0;
