-- Since when an order waits to be sent: a try that failed does not begin it anew. None: since it came.

ALTER TABLE orders ADD COLUMN IF NOT EXISTS waits_since DATETIME(3);
