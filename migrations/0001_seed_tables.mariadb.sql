-- The sixteen tables of the earlier system, with its names; our own columns stand behind a comment.

CREATE TABLE IF NOT EXISTS currencies (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    code VARCHAR(8) NOT NULL,
    symbol VARCHAR(16) NOT NULL,
    exchange_rate DECIMAL(20,8) NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    UNIQUE (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS users (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    email VARCHAR(255) NOT NULL,
    password VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL,
    managed_sites TEXT,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    is_active BOOLEAN NOT NULL DEFAULT 1,
    UNIQUE (email),
    CHECK (role IN ('admin', 'manager', 'user'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS site_groups (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    created_at DATETIME(3),
    updated_at DATETIME(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sites (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    url VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    currency_id BIGINT NOT NULL,
    site_group_id BIGINT,
    icon VARCHAR(255),
    mono_rotation_active BOOLEAN NOT NULL DEFAULT 0,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    time_zone VARCHAR(64) NOT NULL DEFAULT 'Europe/Kyiv',
    allow_private BOOLEAN NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT 1,
    UNIQUE (url),
    FOREIGN KEY (currency_id) REFERENCES currencies (id),
    FOREIGN KEY (site_group_id) REFERENCES site_groups (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS user_site_access (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    site_id BIGINT NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    UNIQUE (user_id, site_id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS order_statuses (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    status_value VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    color VARCHAR(16) NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    name_en VARCHAR(255) NOT NULL DEFAULT '',
    position INT NOT NULL DEFAULT 0,
    is_system BOOLEAN NOT NULL DEFAULT 0,
    UNIQUE (status_value)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS settings (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `key` VARCHAR(100) NOT NULL,
    value LONGTEXT,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    updated_by VARCHAR(255),
    UNIQUE (`key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS api_providers (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    api_key TEXT,
    login VARCHAR(255),
    password TEXT,
    api_url VARCHAR(500) NOT NULL,
    api_check BOOLEAN NOT NULL DEFAULT 1,
    api_balance DECIMAL(20,8),
    api_send_tg BOOLEAN NOT NULL DEFAULT 1,
    trigger_price DECIMAL(20,8),
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    flavor VARCHAR(32) NOT NULL DEFAULT 'perfectpanel',
    currency VARCHAR(8),
    allow_private BOOLEAN NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT 1,
    parallel_sends INT NOT NULL DEFAULT 8,
    calls_per_second INT NOT NULL DEFAULT 2,
    edge_rejects BOOLEAN NOT NULL DEFAULT 0,
    paused_at DATETIME(3),
    paused_reason VARCHAR(500),
    balance_at DATETIME(3),
    balance_error VARCHAR(500),
    answered_at DATETIME(3),
    status_at DATETIME(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS supplier_api_mappings (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    supplier_id VARCHAR(64) NOT NULL,
    api_provider_id BIGINT NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    -- ours
    priority INT NOT NULL DEFAULT 1,
    UNIQUE (supplier_id, priority),
    FOREIGN KEY (api_provider_id) REFERENCES api_providers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS orders (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    date DATETIME(3) NOT NULL,
    wp_order_number VARCHAR(64) NOT NULL,
    supplier_order_number VARCHAR(64),
    product_service VARCHAR(255) NOT NULL,
    quantity BIGINT NOT NULL,
    url VARCHAR(2048) NOT NULL,
    telegram VARCHAR(255),
    url_site TEXT,
    total_amount DECIMAL(20,8),
    client_email VARCHAR(255) NOT NULL,
    status VARCHAR(64) NOT NULL,
    api_type VARCHAR(64),
    supplier_id VARCHAR(64),
    supplier_service_id VARCHAR(64),
    notes TEXT,
    remains BIGINT,
    remains_status BOOLEAN NOT NULL DEFAULT 0,
    is_archive BOOLEAN NOT NULL DEFAULT 0,
    provider_price DECIMAL(20,8),
    site_id BIGINT NOT NULL,
    currency_id BIGINT NOT NULL,
    type_payment VARCHAR(64),
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    -- ours: the machine's state, and what makes an order the same order
    phase VARCHAR(16) NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    item_id VARCHAR(64),
    identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    content_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_type VARCHAR(40) NOT NULL DEFAULT 'Default',
    params LONGTEXT,
    email_key VARCHAR(255) NOT NULL,
    link_key VARCHAR(191) NOT NULL,
    api_provider_id BIGINT,
    provider_currency VARCHAR(8),
    supplier_status VARCHAR(64),
    start_count BIGINT,
    reason VARCHAR(32),
    reason_text VARCHAR(500),
    suspicion INT NOT NULL DEFAULT 0,
    suspicion_reasons LONGTEXT,
    poll_at DATETIME(3),
    answered_at DATETIME(3),
    refill_number VARCHAR(64),
    refill_status VARCHAR(32),
    finished_at DATETIME(3),
    UNIQUE (site_id, identity),
    UNIQUE (api_provider_id, supplier_order_number),
    FOREIGN KEY (site_id) REFERENCES sites (id),
    FOREIGN KEY (currency_id) REFERENCES currencies (id),
    CHECK (phase IN ('review', 'launching', 'sending', 'executing', 'uncertain', 'notaccepted', 'completed', 'partial', 'canceled', 'refunded')),
    CHECK (phase <> 'executing' OR supplier_order_number IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS orders_site_status ON orders (site_id, status, id);
CREATE INDEX IF NOT EXISTS orders_status ON orders (status, id);
CREATE INDEX IF NOT EXISTS orders_supplier ON orders (supplier_id, id);
CREATE INDEX IF NOT EXISTS orders_number ON orders (wp_order_number, id);
CREATE INDEX IF NOT EXISTS orders_email ON orders (email_key, id);
CREATE INDEX IF NOT EXISTS orders_link ON orders (link_key, id);
CREATE INDEX IF NOT EXISTS orders_phase ON orders (phase, updated_at);
CREATE INDEX IF NOT EXISTS orders_poll ON orders (api_provider_id, poll_at);
CREATE INDEX IF NOT EXISTS orders_refill ON orders (api_provider_id, refill_status, answered_at);
CREATE INDEX IF NOT EXISTS orders_supplier_number ON orders (supplier_order_number, id);
CREATE INDEX IF NOT EXISTS orders_created ON orders (created_at);

CREATE TABLE IF NOT EXISTS free_order_mappings (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    category_identifier VARCHAR(191) NOT NULL,
    category_name VARCHAR(255) NOT NULL,
    supplier_id VARCHAR(64) NOT NULL,
    supplier_service_id VARCHAR(64) NOT NULL,
    quantity BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT 1,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    UNIQUE (category_identifier)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS free_orders (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    ip VARCHAR(45) NOT NULL,
    user_agent VARCHAR(500),
    category_identifier VARCHAR(191) NOT NULL,
    order_number VARCHAR(64),
    social_link VARCHAR(2048) NOT NULL,
    status VARCHAR(64) NOT NULL,
    quantity BIGINT NOT NULL,
    site_id BIGINT NOT NULL,
    notes TEXT,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS service_stat (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id BIGINT NOT NULL,
    api_provider_id BIGINT,
    product_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    data LONGTEXT,
    is_changed BOOLEAN NOT NULL DEFAULT 0,
    is_not_service BOOLEAN NOT NULL DEFAULT 0,
    parent_product_id BIGINT,
    product_name VARCHAR(255) NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    FOREIGN KEY (site_id) REFERENCES sites (id),
    FOREIGN KEY (api_provider_id) REFERENCES api_providers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS service_stat_history (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `text` LONGTEXT NOT NULL,
    is_view BOOLEAN NOT NULL DEFAULT 0,
    created_at DATETIME(3),
    updated_at DATETIME(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mono_keys_rotation (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id BIGINT NOT NULL,
    api_keys LONGTEXT,
    current_key_index INT NOT NULL DEFAULT 0,
    current_key TEXT,
    rotation_interval INT NOT NULL DEFAULT 24,
    rotation_start_time DATETIME(3),
    last_rotation_time DATETIME(3),
    rotation_active BOOLEAN NOT NULL DEFAULT 0,
    mono_pause_cron BOOLEAN NOT NULL DEFAULT 0,
    wp_endpoint_url VARCHAR(500),
    key_comments LONGTEXT,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS history_transaction (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    wp_user_id BIGINT NOT NULL,
    email VARCHAR(255) NOT NULL,
    amount DECIMAL(20,8) NOT NULL,
    balance DECIMAL(20,8) NOT NULL,
    user_by_id BIGINT,
    date DATETIME(3) NOT NULL,
    created_at DATETIME(3),
    updated_at DATETIME(3),
    FOREIGN KEY (user_by_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
