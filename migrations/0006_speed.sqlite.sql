-- Fewer index entries for each order and each job; the suspicious check counts within its window by index alone.

DROP INDEX IF EXISTS orders_email;
CREATE INDEX IF NOT EXISTS orders_email_at ON orders (email_key, created_at);

DROP INDEX IF EXISTS orders_link;
CREATE INDEX IF NOT EXISTS orders_link_at ON orders (link_key, created_at);

-- Nothing of these is known when an order comes.
DROP INDEX IF EXISTS orders_poll;
CREATE INDEX IF NOT EXISTS orders_poll_due ON orders (api_provider_id, poll_at) WHERE poll_at IS NOT NULL;

DROP INDEX IF EXISTS orders_refill;
CREATE INDEX IF NOT EXISTS orders_refilling ON orders (api_provider_id, refill_status, answered_at) WHERE refill_status IS NOT NULL;

DROP INDEX IF EXISTS orders_supplier_number;
CREATE INDEX IF NOT EXISTS orders_supplier_numbered ON orders (supplier_order_number, id) WHERE supplier_order_number IS NOT NULL;

-- Jobs that wait are found by their lane; these are for the few that do not.
DROP INDEX IF EXISTS jobs_ready;
CREATE INDEX IF NOT EXISTS jobs_leased ON jobs (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_dead ON jobs (id) WHERE dead_at IS NOT NULL;

-- The list of a shop, whatever the status.
CREATE INDEX IF NOT EXISTS orders_site ON orders (site_id, id);
