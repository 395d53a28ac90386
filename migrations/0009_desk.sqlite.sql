-- The order desk: what people look at again and again, and what they decide about many orders at once.

CREATE TABLE IF NOT EXISTS saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    page VARCHAR(32) NOT NULL,
    name VARCHAR(100) NOT NULL,
    query VARCHAR(2000) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE (user_id, page, name),
    FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE TABLE IF NOT EXISTS order_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT,
    token_id BIGINT NOT NULL,
    who VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL,
    sites TEXT,
    kind VARCHAR(16) NOT NULL,
    params TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3),
    CHECK (state IN ('running', 'done', 'canceled'))
);

CREATE INDEX IF NOT EXISTS order_batches_user ON order_batches (user_id, id);
CREATE INDEX IF NOT EXISTS order_batches_created ON order_batches (created_at);

-- What is left to do of a batch, and what failed; a line that succeeded goes.
CREATE TABLE IF NOT EXISTS order_batch_lines (
    batch_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    order_id BIGINT,
    draft TEXT,
    problem VARCHAR(500),
    PRIMARY KEY (batch_id, position),
    FOREIGN KEY (batch_id) REFERENCES order_batches (id)
);

-- A PNG in base64url; `sites.icon` names its version.
CREATE TABLE IF NOT EXISTS site_icons (
    site_id BIGINT NOT NULL PRIMARY KEY,
    png TEXT NOT NULL,
    FOREIGN KEY (site_id) REFERENCES sites (id)
);
