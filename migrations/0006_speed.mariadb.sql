-- The suspicious check counts within its window by index alone. (MariaDB has no indexes on a part of the rows.)

CREATE INDEX IF NOT EXISTS orders_email_at ON orders (email_key, created_at);
DROP INDEX IF EXISTS orders_email ON orders;

CREATE INDEX IF NOT EXISTS orders_link_at ON orders (link_key, created_at);
DROP INDEX IF EXISTS orders_link ON orders;

-- The list of a shop, whatever the status.
CREATE INDEX IF NOT EXISTS orders_site ON orders (site_id, id);
