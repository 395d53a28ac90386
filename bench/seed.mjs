// Fills a SQLite database that the program has migrated, by SQL: faster than it could itself.
import { sqlite } from './program.mjs'

const columns = `date, wp_order_number, supplier_order_number, product_service, quantity, url, total_amount, client_email, status, supplier_id,
    supplier_service_id, notes, remains, remains_status, provider_price, provider_currency, supplier_status, start_count, site_id, currency_id,
    type_payment, created_at, updated_at, phase, identity, content_hash, params, email_key, link_key, api_provider_id, suspicion_reasons,
    poll_at, answered_at`

// The indexes are made when all is there: each in one go.
function withoutIndexes(file, sql) {
    const indexes = sqlite(file, "SELECT name || '|' || replace(sql, char(10), ' ') FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL;")
        .split('\n').map((line) => [line.slice(0, line.indexOf('|')), line.slice(line.indexOf('|') + 1)])
    sqlite(file, `PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;
        ${indexes.map(([name]) => `DROP INDEX ${name};`).join('\n')}
        BEGIN; ${sql} COMMIT;
        ${indexes.map(([, make]) => `${make};`).join('\n')}
        PRAGMA wal_checkpoint(TRUNCATE);`)
}

const age = (expression) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (${expression}) || ' seconds')`

/** `count` orders of the sites 1 to `sites`, the newest a moment old, in the phases that a shop's orders are in. */
export function seedOrders(file, count, sites) {
    const phase = `CASE WHEN i % 100 < 80 THEN 'completed' WHEN i % 100 < 88 THEN 'executing' WHEN i % 100 < 94 THEN 'canceled'
        WHEN i % 100 < 98 THEN 'notaccepted' ELSE 'review' END`
    const status = `CASE ${phase} WHEN 'review' THEN 'pending' ELSE ${phase} END`
    const asked = `${phase} IN ('completed', 'executing', 'canceled')`
    const created = age(`(${count} - i) * 2`)
    withoutIndexes(file, `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})
        INSERT INTO orders (${columns})
        SELECT ${created}, 'WP-' || i, CASE WHEN ${asked} THEN 1000000 + i END, 'Instagram Followers UA high quality pack ' || (i % 500), 100 + i % 5000,
            'https://instagram.com/some.user.name.' || (i % 300000), 1250000000, 'client' || (i % 200000) || '@example.com', ${status}, 1 + i % 4,
            101 + i % 50, 'Order from the WordPress checkout. Please start within one hour.', i % 90, 1, 27819000, 'USD', 'In progress', 3572,
            1 + (i / 100) % ${sites}, 1, 'mono', ${created}, ${created}, ${phase}, printf('%064x', i), printf('%064x', i), '{}',
            'client' || (i % 200000) || '@example.com', 'instagram.com/some.user.name.' || (i % 300000), CASE WHEN ${asked} THEN 1 + i % 4 END, '[]',
            CASE WHEN ${phase} = 'executing' THEN ${age('-86400')} END, CASE WHEN ${asked} THEN ${created} END
        FROM numbers;`)
}

/** `count` orders that supplier 1 works on and whose status is due. */
export function seedOpenOrders(file, count) {
    withoutIndexes(file, `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})
        INSERT INTO orders (${columns})
        SELECT ${age('3600')}, 'WP-' || i, 1000000 + i, 'Followers', 100, 'https://instagram.com/user.' || i, 1250000000,
            'client' || i || '@example.com', 'executing', 1, 101, NULL, 100, 1, 27819000, 'USD', 'In progress', 3572, 1, 1, 'mono', ${age('3600')},
            ${age('3600')}, 'executing', printf('%064x', i), printf('%064x', i), '{}', 'client' || i || '@example.com',
            'instagram.com/user.' || i, 1, '[]', ${age('60')}, ${age('180')}
        FROM numbers;`)
}
