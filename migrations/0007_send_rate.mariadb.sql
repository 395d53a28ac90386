-- How many orders a second one supplier is sent at most; 0: as many as its `parallel_sends` let through.

ALTER TABLE api_providers ADD COLUMN IF NOT EXISTS sends_per_second INT NOT NULL DEFAULT 0;
