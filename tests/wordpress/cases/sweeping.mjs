// What no event told is found all the same, by the sweep and by the CRM; what nobody wants any more is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeOrder, paid, paidOrders, rowsOf, sent, stateOf } from './orders.mjs'

const sweep = (site) => site.run("do_action('smgcrm_sweep'); return 1;")
const forget = (site, order) => site.query(`DELETE FROM wp_smgcrm_outbox WHERE order_id = ${order}`)
const lineOf = async (site, item) => (await paidOrders(site, true)).lines.find((line) => line.item_id === String(item))
const refund = (order, item) => `wc_create_refund(array('order_id' => ${order}, 'amount' => '25', 'line_items' => array(${item} => array('qty' => 2, 'refund_total' => '25'))));`
/** The outbox breaks in the middle of somebody else's work; says how that ended. */
const inTheMiddle = (site, does) => site.run(`
    add_filter('query', function ($sql) { if (strpos($sql, 'INTO wp_smgcrm_outbox') !== false) throw new RuntimeException('knob'); return $sql; });
    try { ${does} return 'done'; } catch (Throwable $problem) { return $problem->getMessage(); }`)
// The gateway says processing where WooCommerce expects completed, and writes no date.
const undated = (more = '') => `add_filter('woocommerce_payment_complete_order_status', function () { return 'completed'; }); ${more} $order->update_status('processing');`

export function aboutSweeping(world) {
    test('a paid order without a date of payment is found too, and not when it was made before the plugin came', async () => {
        for (const site of [world.classic, world.hpos]) {
            const [order, item] = await site.run(makeOrder(undated()))
            assert.deepEqual(site.query(`SELECT status, date_paid FROM stand_in_orders WHERE id = ${order}`), [['processing', '0']], 'control')
            assert.equal(stateOf(site, order), 'queued')
            forget(site, order)
            assert.equal((await lineOf(site, item)).idempotency_key, `wp-order-${order}-${item}`)
            forget(site, order)
            await sweep(site)
            assert.equal(stateOf(site, order), 'queued')
            const [old, oldItem] = await site.run(makeOrder(undated('$order->set_date_created(time() - 86400);')))
            await sweep(site)
            assert.deepEqual(rowsOf(site, old), [])
            assert.equal(await lineOf(site, oldItem), undefined)
            const [, imported] = await site.run(makeOrder("$order->set_date_paid(time() - 9 * 86400); $order->update_status('completed');"))
            assert.equal(await lineOf(site, imported), undefined, 'made now, paid before')
            await sent(world, site, order)
        }
    })

    test('the CRM reads paid orders page by page, each once, whether they have a date or not', async () => {
        const site = world.classic
        const orders = []
        for (const how of [undated(), paid, undated(), paid, undated()]) orders.push((await site.run(makeOrder(how)))[0])
        await site.run("update_option('knob_all_old', 1); return 1;")
        const ask = async (page, size) => (await site.signed('GET', 'paid-orders', { query: `since=${Math.floor(Date.now() / 1000) - 3600}&page=${page}&per_page=${size}` })).body
        const all = await ask(1, 200)
        assert.equal(all.more, false)
        const found = []
        for (let page = 1, more = true; more; ++page) {
            const body = await ask(page, 2)
            found.push(...body.lines.map((line) => line.item_id))
            more = body.more
        }
        await site.run("delete_option('knob_all_old'); return 1;")
        assert.deepEqual(found, all.lines.map((line) => line.item_id))
        assert.equal(new Set(found).size, found.length)
        for (const order of orders) assert.ok(all.lines.some((line) => line.wp_order_number === String(order)), `order ${order}`)
        for (const order of orders) await sent(world, site, order)
    })

    test('what breaks in here breaks no refund and no change of status, and is told by the next sweep', async () => {
        for (const site of [world.classic, world.hpos]) {
            site.expects(/smgcrm: order \d+: knob/)
            const ways = { refunded: (order, item) => refund(order, item).replace("'amount'", "'full' => true, 'amount'"), cancelled: (order) => `wc_get_order(${order})->update_status('cancelled');` }
            for (const [status, how] of Object.entries(ways)) {
                const [order, item] = await site.run(makeOrder(paid))
                await sent(world, site, order)
                const before = world.crm.to('/api/v1/orderCancelled').length
                assert.equal(await inTheMiddle(site, how(order, item)), 'done', status)
                assert.equal(stateOf(site, order), 'delivered', 'control: nobody was told')
                site.query(`UPDATE stand_in_orders SET date_modified = date_modified - 9 * 86400 WHERE id = ${order}`)
                await site.run("update_option('smgcrm_since', get_option('smgcrm_since') - 30 * 86400); return 1;")
                await sweep(site)
                assert.equal(stateOf(site, order), 'delivered', 'control: long ago')
                site.query(`UPDATE stand_in_orders SET date_modified = date_modified + 9 * 86400 WHERE id = ${order}`)
                await site.run("update_option('smgcrm_since', get_option('smgcrm_since') + 30 * 86400); return 1;")
                await sweep(site)
                assert.equal(stateOf(site, order), 'delivered,queued')
                await sent(world, site, order)
                await sweep(site)
                const told = world.crm.to('/api/v1/orderCancelled').slice(before)
                assert.deepEqual(told.map(({ body }) => [body.wp_order_number, body.reason, body.amount]), [[String(order), status, '25.00']], 'once')
            }
        }
    })

    test('the sweep tells nothing of orders that the CRM never had', async () => {
        const site = world.classic
        for (const state of ['failed', 'dismissed', 'withdrawn', 'queued']) {
            const [order] = await site.run(makeOrder(paid))
            site.query(`UPDATE wp_smgcrm_outbox SET state = '${state}' WHERE order_id = ${order}; UPDATE stand_in_orders SET status = 'cancelled' WHERE id = ${order}`)
            await site.run(`global $wpdb; $wpdb->query("UPDATE stand_in_orders SET body = REPLACE(body, 's:10:\\"processing\\"', 's:9:\\"cancelled\\"') WHERE id = ${order}"); return 1;`)
            await sweep(site)
            assert.equal(stateOf(site, order), state === 'queued' ? 'withdrawn' : state)
            forget(site, order)
        }
    })

    test('what is given back is not shown to the CRM, unless it has it', async () => {
        const site = world.classic
        for (const state of ['queued', 'sending', 'failed']) {
            const [order, item] = await site.run(makeOrder(paid))
            site.query(`UPDATE wp_smgcrm_outbox SET attempts = 1, state = '${state}', next_at = 9999999999, claimed_at = 9999999999 WHERE order_id = ${order}`)
            assert.equal((await lineOf(site, item)).state, state, 'control')
            await site.run(`${refund(order, item)} return 1;`)
            assert.equal(stateOf(site, order), state === 'failed' ? 'failed' : `${state},held`)
            assert.equal(await lineOf(site, item), undefined, state)
            forget(site, order)
        }
        const [order, item] = await site.run(makeOrder(paid))
        await sent(world, site, order)
        await site.run(`${refund(order, item)} return 1;`)
        assert.equal((await lineOf(site, item)).state, 'delivered', 'control')
        await sent(world, site, order)
    })

    test('what is withdrawn while it is being shown is not shown', async () => {
        const site = world.classic
        const [order, item] = await site.run(makeOrder(paid))
        const shown = (withdrawn) => site.run(`
            add_filter('smgcrm_send_item', function ($wanted) { if (${withdrawn}) SmgCrm\\withdraw('order-${order}-${item}'); return $wanted; });
            add_filter('smgcrm_fresh', function () { return -1; });
            return array_column(SmgCrm\\paid_lines(wc_get_order(${order})), 'state');`)
        assert.deepEqual(await shown(1), [])
        assert.equal(stateOf(site, order), 'withdrawn')
        await site.run(`SmgCrm\\order_paid(${order}); return 1;`)
        assert.deepEqual(await shown(0), ['queued'], 'control')
        await sent(world, site, order)

        const direct = (withdrawn) => world.bare.run(`
            $key = smgcrm_send_order(array('wp_order_number' => 'W-1', 'product_service' => 'x', 'client_email' => 'o@ukr.net'));
            add_filter('smgcrm_fresh', function () use ($key) { if (${withdrawn}) SmgCrm\\withdraw($key); return -1; });
            $lines = SmgCrm\\direct_lines(1, 1, 200)[0]; $found = array_column($lines, 'state', 'wp_order_number');
            global $wpdb; $wpdb->query("DELETE FROM wp_smgcrm_outbox WHERE wp_order_number = 'W-1'"); return array(array_keys($lines) === range(0, count($lines) - 1), isset($found['W-1']));`)
        assert.deepEqual(await direct(1), [true, false])
        assert.deepEqual(await direct(0), [true, true], 'control')
    })

    test('the sweep forgets old rows first, and what it read of each hundred orders', async () => {
        const site = world.hpos
        site.query("INSERT INTO wp_smgcrm_outbox (event_key, kind, state, wp_order_number, item_id, payload, created_at, next_at, last_error, crm_order) VALUES ('old-1', 'create', 'delivered', 'O-1', '1', '{}', 1, 1, '', '')")
        const [before, read, old] = await site.run(`
            for ($i = 0; $i < 101; ++$i) wc_create_order()->update_status('processing');
            wp_cache_set('read', 'much', 'knob'); $seen = array(); $before = 0;
            add_filter('smgcrm_order_is_paid', function ($paid) use (&$seen, &$before) {
                global $wpdb;
                if (!$seen) $before = (int) $wpdb->get_var("SELECT COUNT(*) FROM wp_smgcrm_outbox WHERE event_key = 'old-1'");
                $seen[] = wp_cache_get('read', 'knob'); return $paid;
            });
            do_action('smgcrm_sweep'); return array($before, array($seen[0], $seen[99], $seen[100]), count($seen));`)
        assert.ok(old > 100)
        assert.equal(before, 0)
        assert.deepEqual(read, ['much', 'much', false])
        site.query('DELETE FROM stand_in_orders WHERE id NOT IN (SELECT order_id FROM stand_in_items) AND type = \'shop_order\'')
    })
}
