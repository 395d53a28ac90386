-- What the shops sell, as they said when they were last asked, and how that asking goes.

CREATE TABLE IF NOT EXISTS products (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    type VARCHAR(32) NOT NULL,
    name VARCHAR(500) NOT NULL,
    sku VARCHAR(191),
    status VARCHAR(32),
    price DECIMAL(20,8),
    regular_price DECIMAL(20,8),
    sale_price DECIMAL(20,8),
    currency VARCHAR(8) NOT NULL,
    stock_status VARCHAR(32),
    stock_quantity BIGINT,
    categories TEXT NOT NULL,
    supplier_id VARCHAR(64),
    service_id VARCHAR(64),
    order_type VARCHAR(64),
    quantity BIGINT,
    modified_at DATETIME(3),
    permalink VARCHAR(1000),
    category_names TEXT NOT NULL,
    search TEXT NOT NULL,
    seen_in BIGINT NOT NULL,
    UNIQUE (site_id, product_id),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS products_site_name ON products (site_id, name, id);
CREATE INDEX IF NOT EXISTS products_name ON products (name, id);
CREATE INDEX IF NOT EXISTS products_supplier ON products (site_id, supplier_id);

CREATE TABLE IF NOT EXISTS product_refreshes (
    site_id BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    page BIGINT NOT NULL DEFAULT 0,
    total_pages BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    done BIGINT NOT NULL DEFAULT 0,
    unreadable BIGINT NOT NULL DEFAULT 0,
    complete BIGINT NOT NULL DEFAULT 1,
    tries BIGINT NOT NULL DEFAULT 0,
    started_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3),
    ok_at DATETIME(3),
    trouble VARCHAR(32),
    error VARCHAR(500),
    asked_by VARCHAR(255) NOT NULL,
    CHECK (state IN ('running', 'done', 'failed')),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
