-- Lines that a shop cancelled while they were not here, one automatic webhook for each shop, and since when paid orders
-- cannot be read.

CREATE TABLE IF NOT EXISTS cancelled_lines (
    site_id BIGINT NOT NULL,
    identity VARCHAR(64) NOT NULL,
    told_at DATETIME(3) NOT NULL,
    PRIMARY KEY (site_id, identity),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE webhooks ADD COLUMN IF NOT EXISTS kept_for BIGINT;

UPDATE webhooks SET kept_for = site_id
WHERE automatic = 1 AND id IN (SELECT id FROM (SELECT MIN(id) AS id FROM webhooks WHERE automatic = 1 GROUP BY site_id) AS first_ones);

CREATE UNIQUE INDEX IF NOT EXISTS webhooks_kept_for ON webhooks (kept_for);

ALTER TABLE site_health ADD COLUMN IF NOT EXISTS pull_failing_since DATETIME(3);
