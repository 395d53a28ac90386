-- What became of a task's run. A slot holds the last run that began in it.

ALTER TABLE run_slots ADD COLUMN IF NOT EXISTS started_at DATETIME(3);

ALTER TABLE run_slots ADD COLUMN IF NOT EXISTS duration_ms BIGINT;

ALTER TABLE run_slots ADD COLUMN IF NOT EXISTS result VARCHAR(16);

ALTER TABLE run_slots ADD COLUMN IF NOT EXISTS error VARCHAR(500);
