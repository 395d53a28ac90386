-- Whose a notice is: people read what their own sites are told.

ALTER TABLE notices ADD COLUMN site_id BIGINT;

UPDATE notices SET site_id = (SELECT site_id FROM orders WHERE orders.id = notices.order_id) WHERE order_id IS NOT NULL;
