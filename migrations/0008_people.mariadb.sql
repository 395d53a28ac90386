-- People: how they sign in, what they may see, and who did what.

ALTER TABLE users ADD COLUMN IF NOT EXISTS locale VARCHAR(8) NOT NULL DEFAULT 'uk';
ALTER TABLE users ADD COLUMN IF NOT EXISTS time_zone VARCHAR(64) NOT NULL DEFAULT 'Europe/Kyiv';
ALTER TABLE users ADD COLUMN IF NOT EXISTS theme VARCHAR(8) NOT NULL DEFAULT 'system';
ALTER TABLE users ADD COLUMN IF NOT EXISTS totp_secret TEXT;
ALTER TABLE users ADD COLUMN IF NOT EXISTS totp_pending TEXT;
ALTER TABLE users ADD COLUMN IF NOT EXISTS totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN IF NOT EXISTS last_seen_at DATETIME(3);

-- Of the token in the cookie only the SHA-256 is kept. `half`: the password was right, the second factor is missing.
CREATE TABLE IF NOT EXISTS user_sessions (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    token_hash CHAR(64) NOT NULL,
    state VARCHAR(8) NOT NULL,
    ip VARCHAR(64) NOT NULL,
    user_agent VARCHAR(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3),
    UNIQUE (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id),
    CHECK (state IN ('half', 'full'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX IF NOT EXISTS user_sessions_user ON user_sessions (user_id, ended_at);
CREATE INDEX IF NOT EXISTS user_sessions_seen ON user_sessions (seen_at);

CREATE TABLE IF NOT EXISTS user_recovery_codes (
    user_id BIGINT NOT NULL,
    code_hash CHAR(64) NOT NULL,
    used_at DATETIME(3),
    PRIMARY KEY (user_id, code_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Links by which a person sets a password: made by an administrator, good once.
CREATE TABLE IF NOT EXISTS user_reset_links (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    token_hash CHAR(64) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3),
    UNIQUE (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Access to all sites of a group, those that join it later included.
CREATE TABLE IF NOT EXISTS user_group_access (
    user_id BIGINT NOT NULL,
    site_group_id BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, site_group_id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (site_group_id) REFERENCES site_groups (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE api_tokens ADD COLUMN IF NOT EXISTS scope VARCHAR(8) NOT NULL DEFAULT 'write';

-- Each line's hash covers the line and the hash before it; the newest stands in audit_head, so that no line can be changed
-- or taken away unseen. Lines from before have none.
ALTER TABLE audit_log ADD COLUMN IF NOT EXISTS user_id BIGINT;
ALTER TABLE audit_log ADD COLUMN IF NOT EXISTS ip VARCHAR(64);
ALTER TABLE audit_log ADD COLUMN IF NOT EXISTS hash CHAR(64);

CREATE TABLE IF NOT EXISTS audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    entries BIGINT NOT NULL,
    hash CHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO audit_head (id, entries, hash) VALUES (1, 0, '');
