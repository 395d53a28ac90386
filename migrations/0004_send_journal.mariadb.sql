-- What the database knows of the send journals, whose lines are files beside it (docs/decisions/0007-send-journal.md).

-- One row for each file that is settled: nothing in it is news to this database. And one for the first file of each process
-- from its start on, which says where its lock is.
CREATE TABLE IF NOT EXISTS journals (
    boot_id VARCHAR(36) NOT NULL,
    segment INT NOT NULL,
    node_id VARCHAR(36) NOT NULL,
    host VARCHAR(255) NOT NULL,
    path VARCHAR(1000) NOT NULL,
    last_chain CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reconciled_at DATETIME(3),
    PRIMARY KEY (boot_id, segment)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS journals_node ON journals (node_id, reconciled_at);

-- What was sent for orders that this database has lost: should the shop bring one again, it waits for a person.
CREATE TABLE IF NOT EXISTS lost_sends (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    boot_id VARCHAR(36) NOT NULL,
    attempt_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    site_id BIGINT NOT NULL,
    identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    wp_order_number VARCHAR(64) NOT NULL,
    api_provider_id BIGINT NOT NULL,
    supplier_service_id VARCHAR(64) NOT NULL,
    quantity BIGINT NOT NULL,
    link_key VARCHAR(191) NOT NULL,
    sent_at DATETIME(3) NOT NULL,
    verdict VARCHAR(16) NOT NULL,
    supplier_order_id VARCHAR(64),
    http_status INT,
    body_sha256 VARCHAR(64),
    body TEXT,
    created_at DATETIME(3) NOT NULL,
    UNIQUE (boot_id, attempt_id, sent_at),
    CHECK (verdict IN ('accepted', 'rejected', 'unknown'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS lost_sends_identity ON lost_sends (identity);
