-- A supplier without money, the next supplier after a refusal, and what speaks for or against an uncertain order.

ALTER TABLE api_providers ADD COLUMN funds_out_at DATETIME(3);
ALTER TABLE api_providers ADD COLUMN funds_since DATETIME(3);
ALTER TABLE api_providers ADD COLUMN funds_balance BIGINT;
ALTER TABLE api_providers ADD COLUMN funds_needed BIGINT;
ALTER TABLE api_providers ADD COLUMN funds_service_id VARCHAR(64);
ALTER TABLE api_providers ADD COLUMN funds_quantity BIGINT;
ALTER TABLE api_providers ADD COLUMN funds_probe_at DATETIME(3);
ALTER TABLE api_providers ADD COLUMN gap_scan BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE api_providers ADD COLUMN key_shared BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE api_providers ADD COLUMN request_id_field VARCHAR(64);
ALTER TABLE api_providers ADD COLUMN dedup_window_s INT NOT NULL DEFAULT 0;
ALTER TABLE api_providers ADD COLUMN ask_again BOOLEAN NOT NULL DEFAULT 0;

ALTER TABLE supplier_api_mappings ADD COLUMN same_services BOOLEAN NOT NULL DEFAULT 0;

-- What the supplier of a mapping calls the services that shops know by other names.
CREATE TABLE IF NOT EXISTS mapping_services (
    mapping_id BIGINT NOT NULL,
    service_id VARCHAR(64) NOT NULL,
    supplier_service_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (mapping_id, service_id),
    FOREIGN KEY (mapping_id) REFERENCES supplier_api_mappings (id)
);

ALTER TABLE orders ADD COLUMN route_provider_id BIGINT;
ALTER TABLE orders ADD COLUMN route_service_id VARCHAR(64);

-- SHA-256 of what was asked of whom, where the supplier takes a repeat for a repeat: only the very same may be asked again.
ALTER TABLE attempts ADD COLUMN request_hash CHAR(64);

CREATE TABLE IF NOT EXISTS order_evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id BIGINT NOT NULL,
    attempt_id BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    strength VARCHAR(8) NOT NULL,
    supplier_order_id VARCHAR(64),
    detail VARCHAR(1000) NOT NULL,
    at DATETIME(3) NOT NULL,
    FOREIGN KEY (order_id) REFERENCES orders (id),
    FOREIGN KEY (attempt_id) REFERENCES attempts (id),
    CHECK (strength IN ('weak', 'strong'))
);

CREATE INDEX IF NOT EXISTS order_evidence_order ON order_evidence (order_id, id);
CREATE INDEX IF NOT EXISTS order_evidence_attempt ON order_evidence (attempt_id, kind);

CREATE TABLE IF NOT EXISTS supplier_balances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    api_provider_id BIGINT NOT NULL,
    at DATETIME(3) NOT NULL,
    amount BIGINT NOT NULL,
    FOREIGN KEY (api_provider_id) REFERENCES api_providers (id)
);

CREATE INDEX IF NOT EXISTS supplier_balances_provider ON supplier_balances (api_provider_id, at);
CREATE INDEX IF NOT EXISTS supplier_balances_at ON supplier_balances (at);
