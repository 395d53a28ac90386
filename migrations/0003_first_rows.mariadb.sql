-- What every installation begins with. Each statement may run again.

INSERT IGNORE INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES ('Гривня', 'UAH', '₴', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES ('Долар США', 'USD', '$', 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES ('Євро', 'EUR', '€', 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES ('Злотий', 'PLN', 'zł', 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES ('Фунт стерлінгів', 'GBP', '£', 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));

INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('pending', 'Очікує перевірки', 'Pending review', '#f59e0b', 1, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('launching', 'Запускається', 'Launching', '#3b82f6', 2, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('executing', 'Виконується', 'Executing', '#6366f1', 3, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('uncertain', 'Невизначено', 'Uncertain', '#d946ef', 4, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('notaccepted', 'Не прийнято', 'Not accepted', '#ef4444', 5, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('completed', 'Виконано', 'Completed', '#16a34a', 6, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('partial', 'Виконано частково', 'Partial', '#0d9488', 7, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('canceled', 'Скасовано', 'Canceled', '#64748b', 8, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
INSERT IGNORE INTO order_statuses (status_value, name, name_en, color, position, is_system, created_at, updated_at) VALUES ('refunded', 'Повернено', 'Refunded', '#475569', 9, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
