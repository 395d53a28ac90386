-- What became of a task's run. A slot holds the last run that began in it.

ALTER TABLE run_slots ADD COLUMN started_at DATETIME(3);

ALTER TABLE run_slots ADD COLUMN duration_ms BIGINT;

ALTER TABLE run_slots ADD COLUMN result VARCHAR(16);

ALTER TABLE run_slots ADD COLUMN error VARCHAR(500);
