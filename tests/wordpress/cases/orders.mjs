// Paid orders reach the CRM, each line once, whatever stands between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../mariadb.mjs'

// The first product of the shop has service 101 of supplier 1, in thousands.
export const makeOrder = (how, more = '') => `
    $product = wc_get_product(get_posts(array('post_type' => 'product', 'orderby' => 'ID', 'order' => 'ASC', 'numberposts' => 1))[0]->ID);
    $other = wc_get_product(get_posts(array('post_type' => 'product', 'orderby' => 'ID', 'order' => 'DESC', 'numberposts' => 1))[0]->ID);
    $order = wc_create_order(array('billing_email' => 'olena@ukr.net', 'payment_method' => 'mono_gateway', 'customer_note' => 'quick please'));
    $item = $order->add_product($product, 2, array('total' => '25'));
    $order->add_product($other, 1);
    $order->items[$item]->update_meta_data('url', 'https://instagram.com/p1');
    ${more}
    $order->save();
    ${how}
    return array($order->get_id(), $item);`
export const paid = '$order->payment_complete();'

const creates = (world) => world.crm.to('/api/v1/createOrder')
export const rowsOf = (site, order) => site.query(`SELECT event_key, state, attempts, crm_order_id, last_error FROM wp_smgcrm_outbox WHERE order_id = ${order} ORDER BY id`)
export const stateOf = (site, order) => rowsOf(site, order).map(([, state]) => state).join()
const notesOf = (site, order) => site.query(`SELECT note FROM stand_in_notes WHERE order_id = ${order} ORDER BY id`).flat()
/** The site's own way to send: Action Scheduler where it is there. */
const work = async (world, site) => {
    if (site === world.hpos) await site.run('return ActionScheduler_QueueRunner::instance()->run();')
    else await site.cron()
}
export const sent = (world, site, order) => until(async () => {
    await work(world, site)
    return /^delivered(,delivered)*$/.test(stateOf(site, order))
}, `order ${order} at ${site.name}`)
/** As the CRM asks; `old`: as if nothing had come just now. */
export const paidOrders = async (site, old = false) => {
    if (old) await site.run("update_option('knob_all_old', 1); return 1;")
    const { body } = await site.signed('GET', 'paid-orders', { query: `since=${Math.floor(Date.now() / 1000) - 3600}&per_page=200` })
    if (old) await site.run("delete_option('knob_all_old'); return 1;")
    return body
}
const setRetry = (site, seconds) => site.run(`update_option('knob_retry_delay', ${seconds}); return 1;`)

export function aboutOrders(world) {
    test('a paid line goes to createOrder with all that is known, the others do not', async () => {
        for (const site of [world.classic, world.hpos]) {
            await setRetry(site, 0)
            const before = creates(world).length
            const [order, item] = await site.run(makeOrder(paid))
            await sent(world, site, order)
            const [request, ...more] = creates(world).slice(before)
            assert.equal(more.length, 0)
            const { date, ...body } = request.body
            assert.deepEqual(body, {
                wp_order_number: String(order), item_id: String(item), product_service: 'Product 1', quantity: 2000, url: 'https://instagram.com/p1', client_email: 'olena@ukr.net',
                url_site: site.url, total_amount: '25.00', currency: 'UAH', type_payment: 'mono_gateway', notes: 'quick please', supplier_id: '1', supplier_service_id: '101', order_type: 'Default',
            })
            assert.match(date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
            assert.equal(request.headers['idempotency-key'], `wp-order-${order}-${item}`)
            assert.equal(request.headers.authorization, `Bearer ${world.crm.token}`)
            const [[key, state, attempts, crmOrder]] = rowsOf(site, order)
            assert.deepEqual([key, state, attempts], [`order-${order}-${item}`, 'delivered', '1'])
            assert.deepEqual(notesOf(site, order), [`SMG CRM: «Product 1» was taken as order ${crmOrder}.`])
            assert.deepEqual(site.query(`SELECT hook FROM knob_heard WHERE event_key = '${key}'`), [['sent']])
        }
    })

    const ways = {
        'payment_complete twice': `${paid} ${paid} wc_get_order($order->get_id())->payment_complete();`,
        'an all-virtual order, straight to completed': "add_filter('woocommerce_payment_complete_order_status', function () { return 'completed'; }); $order->payment_complete();",
        'a status set by hand, first one, then the other': "$order->update_status('processing'); $order->update_status('completed');",
        'a status of the shop\'s own that means paid': "add_filter('woocommerce_order_is_paid_statuses', function ($s) { $s[] = 'packed'; return $s; }); $order->update_status('packed');",
    }
    for (const [what, how] of Object.entries(ways))
        test(`each way to be paid sends once: ${what}`, async () => {
            for (const site of [world.classic, world.hpos]) {
                const [order] = await site.run(makeOrder(how))
                await sent(world, site, order)
                assert.equal(creates(world).filter(({ body }) => body.wp_order_number === String(order) && body.url_site === site.url).length, 1)
            }
        })

    test('what is not paid, or was paid before the plugin came, is not sent', async () => {
        const site = world.classic
        for (const how of ["$order->update_status('on-hold');", "$order->update_status('failed');", "$order->set_date_paid(time() - 9 * 86400); $order->update_status('completed');"]) {
            const [order] = await site.run(makeOrder(how))
            await site.run("do_action('smgcrm_sweep'); return 1;")
            assert.deepEqual(rowsOf(site, order), [], how)
        }
    })

    test('a CRM that is down for a while gets the order once, and nothing is lost', async () => {
        for (const site of [world.classic, world.hpos]) {
            await world.crm.stop()
            const [order, item] = await site.run(makeOrder(paid))
            await until(async () => {
                await work(world, site)
                return Number(rowsOf(site, order)[0][2]) >= 2
            }, 'two tries')
            const [[, state, , , error]] = rowsOf(site, order)
            assert.equal(state, 'queued')
            assert.match(error, /connect|refused/i)
            await world.crm.listen()
            // Whatever else can stand between: a proxy's pages, an answer that is lost, one that is no answer.
            world.crm.faults = ['hang up', { status: 503, body: '<html>', headers: { 'Retry-After': '1' } }, { status: 404, body: '<html>Not here</html>' }, { status: 413, body: '' }, { status: 422, body: '<html>' },
                { status: 200, body: '<html>welcome</html>' }, { status: 200, body: { success: true } }, { status: 301, body: '', headers: { Location: '/elsewhere' } }, 'lost answer']
            await setRetry(site, 0)
            await sent(world, site, order)
            assert.equal(world.crm.faults.length, 0)
            assert.equal([...world.crm.orders.values()].filter(({ body }) => body.wp_order_number === String(order) && body.url_site === site.url).length, 1)
            const keys = new Set(creates(world).filter(({ body }) => body.item_id === String(item) && body.url_site === site.url).map(({ headers }) => headers['idempotency-key']))
            assert.equal(keys.size, 1, 'the same key with every try')
            assert.equal(notesOf(site, order).length, 1)
        }
    })

    test('a refusal in the CRM\'s own shape is final, shown, and tried again by hand', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid, "$order->data['billing_email'] = '';"))
        await until(async () => {
            await site.cron()
            return stateOf(site, order) === 'failed'
        }, 'the refusal')
        const [[key, , attempts, , error]] = rowsOf(site, order)
        assert.deepEqual([attempts, error], ['1', 'client_email: The client email field is required.'])
        assert.match(notesOf(site, order)[0], /did not take «Product 1»: client_email/)
        assert.deepEqual(site.query(`SELECT hook FROM knob_heard WHERE event_key = '${key}'`), [['failed']])
        const [[id]] = site.query(`SELECT id FROM wp_smgcrm_outbox WHERE event_key = '${key}'`)
        world.failedRow = id
    })

    test('words in Ukrainian are kept: a refusal, and why it is tried again', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        const run = () => site.run(`global $wpdb; $wpdb->query('UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}'); do_action('smgcrm_run'); return 1;`)
        await setRetry(site, 3600)
        world.crm.faults = [{ status: 503, body: { message: `Ще ні: ${'ї'.repeat(3000)}` } }]
        await run()
        const [[, state, attempts, , why]] = rowsOf(site, order)
        assert.deepEqual([state, attempts], ['queued', '1'])
        assert.match(why, /^HTTP 503 Ще ні: ї+$/, 'cut between two letters')
        world.crm.faults = [{ status: 422, body: { message: 'Хибні дані.', errors: { url: ['Вкажіть посилання.'] } } }]
        await run()
        assert.deepEqual([stateOf(site, order), rowsOf(site, order)[0][4]], ['failed', 'url: Вкажіть посилання.'])
        await setRetry(site, 0)
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'dismissed' WHERE order_id = ${order}`)
    })

    test('several runs at the same time send each row once', async () => {
        const site = world.classic
        const before = creates(world).length
        const orders = []
        for (let i = 0; i < 6; ++i) orders.push((await site.run(makeOrder(paid)))[0])
        await Promise.all(Array.from({ length: 5 }, () => site.run("do_action('smgcrm_run'); return 1;")))
        assert.deepEqual(orders.map((order) => stateOf(site, order)), Array(6).fill('delivered'))
        assert.equal(creates(world).length - before, 6)
        // Control: it is the key that makes a second one nothing new; under another key the line goes again.
        const put = (key) => site.run(`global $wpdb; $row = $wpdb->get_row("SELECT * FROM {$wpdb->prefix}smgcrm_outbox WHERE order_id = ${orders[0]}", ARRAY_A);
            $added = SmgCrm\\enqueue(array_merge($row, array('state' => 'queued', 'order_id' => 0, 'payload' => json_decode($row['payload'], true), 'event_key' => ${key}))); do_action('smgcrm_run'); return $added;`)
        assert.equal(await put("$row['event_key']"), false)
        assert.equal(creates(world).length - before, 6)
        assert.equal(await put("'another-key'"), true)
        assert.equal(creates(world).length - before, 7)
        site.query("DELETE FROM wp_smgcrm_outbox WHERE event_key = 'another-key'")
    })

    test('what fell between the order and the outbox is found by the sweep, and by the CRM', async () => {
        for (const site of [world.classic, world.hpos]) {
            const [order, item] = await site.run(makeOrder(`${paid} global $wpdb; $wpdb->query("DELETE FROM {$wpdb->prefix}smgcrm_outbox WHERE order_id = " . $order->get_id());`))
            assert.deepEqual(rowsOf(site, order), [])
            await site.run("do_action('smgcrm_sweep'); return 1;")
            assert.equal(stateOf(site, order), 'queued')
            site.query(`DELETE FROM wp_smgcrm_outbox WHERE order_id = ${order}`)
            const { lines } = await paidOrders(site)
            assert.equal(lines.find((line) => line.item_id === String(item)), undefined, 'it is on its way by itself now')
            assert.equal(stateOf(site, order), 'queued')
            const lost = (await paidOrders(site, true)).lines.find((line) => line.item_id === String(item))
            assert.deepEqual([lost.state, lost.idempotency_key, lost.crm_order_id, lost.order.supplier_service_id], ['queued', `wp-order-${order}-${item}`, null, '101'])
            assert.ok(lines.some((line) => line.state === 'delivered' && line.crm_order_id >= 100))
            assert.equal((await site.signed('GET', 'paid-orders')).status, 400)
            await sent(world, site, order)
        }
    })

    test('what the CRM was shown it may have: the same content comes by both ways, and a cancellation waits', async () => {
        const site = world.classic
        const [order, item] = await site.run(makeOrder(paid))
        await site.run(`$order = wc_get_order(${order}); $order->items[${item}]->update_meta_data('url', 'https://instagram.com/mended'); $order->save(); return 1;`)
        const shown = (await paidOrders(site, true)).lines.find((line) => line.item_id === String(item))
        assert.equal(shown.order.url, 'https://instagram.com/p1', 'as it was written down')
        assert.equal(rowsOf(site, order)[0][2], '1')
        await site.run(`wc_get_order(${order})->update_status('cancelled'); return 1;`)
        assert.equal(stateOf(site, order), 'queued,held')
        const before = creates(world).length
        await setRetry(site, 3600)
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(stateOf(site, order), 'queued,held', 'it may be about to take it, though it does not have it yet')
        assert.match(rowsOf(site, order)[0][4], /taking it just now/)
        await setRetry(site, 0)
        site.query(`UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}`)
        world.crm.orders.set(`${order}|${item}`, { order_id: 7001 }) // It took it.
        await sent(world, site, order)
        assert.equal(creates(world).length, before, 'nothing is sent for it any more')
        assert.equal(rowsOf(site, order)[0][3], '7001')

        const [other] = await site.run(makeOrder(paid))
        await paidOrders(site, true)
        await site.run(`wc_get_order(${other})->update_status('cancelled'); return 1;`)
        site.query(`UPDATE wp_smgcrm_outbox SET shown_at = shown_at - 601 WHERE kind = 'create' AND order_id = ${other}`)
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(stateOf(site, other), 'withdrawn,withdrawn', 'control: after ten minutes it is believed')
    })

    test('what was cancelled before anybody had it is not sent', async () => {
        const site = world.classic
        await setRetry(site, 0)
        const [order] = await site.run(makeOrder(paid))
        world.crm.faults = [{ status: 503, body: {} }]
        await setRetry(site, 3600)
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(rowsOf(site, order)[0][2], '1', 'it was tried')
        await site.run(`wc_get_order(${order})->update_status('cancelled'); return 1;`)
        assert.equal(stateOf(site, order), 'queued,held')
        await setRetry(site, 0)
        site.query(`UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}`)
        const before = creates(world).length
        await until(async () => {
            await work(world, site)
            return stateOf(site, order) === 'withdrawn,withdrawn'
        }, 'the order that nobody had')
        assert.equal(creates(world).length, before)
        await site.run(`wc_get_order(${order})->update_status('processing'); return 1;`)
        await until(async () => {
            await work(world, site)
            return stateOf(site, order) === 'delivered,withdrawn'
        }, 'the order that is wanted after all')
        assert.equal(creates(world).length, before + 1, 'control')
    })

    test('a line that is given back is not sent, by whatever way it comes', async () => {
        for (const site of [world.classic, world.hpos])
            for (const [qty, total] of [[2, '25'], [0, '25'], [2, '1']]) {
                const [order, item] = await site.run(makeOrder(paid))
                await site.run(`wc_create_refund(array('order_id' => ${order}, 'amount' => '${total}', 'line_items' => array(${item} => array('qty' => ${qty}, 'refund_total' => '${total}')))); return 1;`)
                assert.equal(stateOf(site, order), 'withdrawn', `${qty} ${total}`)
                await site.run(`wc_get_order(${order})->update_status('completed'); do_action('smgcrm_sweep'); return 1;`)
                assert.equal(stateOf(site, order), 'withdrawn')
                assert.ok(!(await paidOrders(site, true)).lines.some((line) => line.item_id === String(item)))
            }
        const site = world.classic
        const [order, item] = await site.run(makeOrder(paid))
        await site.run(`wc_create_refund(array('order_id' => ${order}, 'amount' => '5', 'line_items' => array(${item} => array('qty' => 1, 'refund_total' => '5')))); return 1;`)
        await until(async () => {
            await work(world, site)
            return stateOf(site, order) === 'delivered,delivered'
        }, 'control: one of two pieces is still wanted')
    })

    test('what is paid again after a cancellation is taken back, or shown to a person', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        await sent(world, site, order)
        const move = (status) => site.run(`wc_get_order(${order})->update_status('${status}'); return 1;`)
        await move('cancelled')
        await move('processing')
        assert.equal(stateOf(site, order), 'delivered,withdrawn', 'it was not told yet')
        await move('cancelled')
        assert.equal(stateOf(site, order), 'delivered,queued')
        await sent(world, site, order)
        await move('processing')
        assert.equal(stateOf(site, order), 'delivered,failed')
        assert.match(rowsOf(site, order)[1][4], /^Paid again/)
        assert.match(notesOf(site, order).at(-1), /Paid again/)
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'dismissed' WHERE order_id = ${order} AND kind = 'cancel'`)
    })

    test('paid again while nobody knows whether the CRM heard of the cancellation: a person is told when it had', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        const move = (status) => site.run(`wc_get_order(${order})->update_status('${status}'); return 1;`)
        const run = () => site.run(`global $wpdb; $wpdb->query('UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}'); do_action('smgcrm_run'); return 1;`)
        await setRetry(site, 3600)
        world.crm.faults = ['lost answer']
        await run()
        await move('cancelled')
        world.crm.faults = ['lost answer']
        await run()
        await move('processing')
        assert.equal(stateOf(site, order), 'queued,held', 'it may have been heard')
        await run()
        assert.equal(stateOf(site, order), 'delivered,delivered')
        await site.run("do_action('smgcrm_sweep'); return 1;")
        assert.equal(stateOf(site, order), 'delivered,failed')
        assert.match(notesOf(site, order).at(-1), /Paid again/)
        await setRetry(site, 0)
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'dismissed' WHERE order_id = ${order} AND kind = 'cancel'`)
    })

    test('a person cannot send again what is cancelled', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        const id = Number(site.query(`SELECT id FROM wp_smgcrm_outbox WHERE order_id = ${order}`)[0][0])
        const retry = () => site.run(`return SmgCrm\\retry_row(${id});`)
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'failed', attempts = 1 WHERE id = ${id}`)
        await site.run(`wc_get_order(${order})->update_status('cancelled'); return 1;`)
        assert.equal(await retry(), false)
        assert.match(rowsOf(site, order)[0][4], /^Not sent/)
        await site.run(`wc_get_order(${order})->update_status('processing'); return 1;`)
        assert.equal(await retry(), true)
        await sent(world, site, order)
    })

    test('a worker that died in the middle does not keep its row', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'sending', claimed_at = UNIX_TIMESTAMP() WHERE order_id = ${order}`)
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(stateOf(site, order), 'sending', 'control: one that may be alive keeps it')
        site.query(`UPDATE wp_smgcrm_outbox SET claimed_at = UNIX_TIMESTAMP() - 400 WHERE order_id = ${order}`)
        await sent(world, site, order)
    })

    test('after seven days it is given up and said', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        world.crm.faults = [{ status: 500, body: {} }]
        site.query(`UPDATE wp_smgcrm_outbox SET created_at = created_at - 604800 WHERE order_id = ${order}`)
        await setRetry(site, 0)
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.notEqual(stateOf(site, order), 'failed', 'control: it waited long, but was hardly tried')
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'queued', next_at = 0, attempts = 19, crm_order_id = 0 WHERE order_id = ${order}`)
        world.crm.faults = [{ status: 500, body: {} }]
        await site.run("do_action('smgcrm_run'); return 1;")
        const [[, state, , , error]] = rowsOf(site, order)
        assert.deepEqual([state, error], ['failed', 'Given up after 7 days: HTTP 500'])
        site.query(`UPDATE wp_smgcrm_outbox SET state = 'dismissed' WHERE order_id = ${order}`)
    })

    test('cancellations and refunds are told once; an order that was never sent is taken back', async () => {
        for (const site of [world.classic, world.hpos]) {
            const cancels = () => world.crm.to('/api/v1/orderCancelled').filter(({ body }) => Number(body.wp_order_number) && creates(world).some((one) => one.body.wp_order_number === body.wp_order_number && one.body.url_site === site.url))
            const before = cancels().length
            const [waiting] = await site.run(makeOrder(`${paid} $order->update_status('cancelled');`))
            assert.equal(stateOf(site, waiting), 'withdrawn')
            await site.run(`wc_get_order(${waiting})->update_status('processing'); return 1;`)
            await sent(world, site, waiting)

            const [order, item] = await site.run(makeOrder(paid))
            await sent(world, site, order)
            await site.run(`wc_create_refund(array('order_id' => ${order}, 'amount' => '5', 'line_items' => array(${item} => array('qty' => 1, 'refund_total' => '5')))); return 1;`)
            await site.run(`wc_create_refund(array('order_id' => ${order}, 'amount' => '20', 'full' => true, 'line_items' => array(${item} => array('qty' => 2, 'refund_total' => '20')))); return 1;`)
            await site.run(`wc_get_order(${order})->update_status('cancelled'); return 1;`)
            await sent(world, site, order)
            const [partly, whole, ...more] = cancels().slice(before)
            assert.equal(more.length, 0)
            const { date, ...body } = partly.body
            assert.match(date, /Z$/)
            const [[, , , crmOrder]] = rowsOf(site, order)
            assert.deepEqual(body, { order_id: Number(crmOrder), wp_order_number: String(order), item_id: String(item), reason: 'refunded_partly', amount: '5.00', currency: 'UAH', quantity: 1 })
            assert.deepEqual([whole.body.reason, whole.body.amount], ['refunded', '25.00'])
            assert.equal(whole.headers['idempotency-key'], `wp-off-${order}-${item}`)
        }
    })

    test('a cancellation waits for its order, and for a CRM that can take it', async () => {
        const site = world.classic
        const [order] = await site.run(makeOrder(paid))
        world.crm.faults = ['lost answer']
        await setRetry(site, 3600)
        await site.run("do_action('smgcrm_run'); return 1;")
        await site.run(`wc_get_order(${order})->update_status('cancelled'); return 1;`)
        assert.equal(stateOf(site, order), 'queued,held', 'it may have arrived')
        world.crm.cancels = false
        site.query(`UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}`)
        await site.run("do_action('smgcrm_run'); return 1;")
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(stateOf(site, order), 'delivered,queued')
        assert.equal(rowsOf(site, order)[1][4], 'not supported by this CRM version')
        world.crm.cancels = true
        await setRetry(site, 0)
        site.query(`UPDATE wp_smgcrm_outbox SET next_at = 0 WHERE order_id = ${order}`)
        await sent(world, site, order)
    })

    test('a site without WooCommerce sends by function and by action', async () => {
        const site = world.bare
        await setRetry(site, 0)
        const order = "array('wp_order_number' => 'Б-1', 'product_service' => 'Followers', 'quantity' => 100, 'url' => 'https://t.me/x', 'client_email' => 'o@ukr.net', 'supplier_id' => '1', 'supplier_service_id' => '101', 'total_amount' => '5.00')"
        const key = await site.run(`do_action('smgcrm_send_order', ${order}); return smgcrm_send_order(${order});`)
        const status = () => site.run(`return smgcrm_order_status('${key}');`)
        assert.equal((await status()).state, 'queued')
        await until(async () => {
            await site.cron()
            return (await status()).state === 'delivered'
        }, 'the order of a bare site')
        const taken = creates(world).filter(({ body }) => body.wp_order_number === 'Б-1')
        assert.deepEqual(taken.map(({ body }) => [body.item_id, body.quantity, body.url_site]), [['1', 100, site.url]])
        assert.match(await site.run("$no = smgcrm_send_order(array('wp_order_number' => 'B-2')); return is_wp_error($no) ? $no->get_error_message() : '';"), /product_service/)
        const { body } = await site.signed('GET', 'paid-orders', { query: 'since=2020-01-01T00:00:00Z' })
        assert.deepEqual(body.lines.map((line) => [line.wp_order_number, line.state]), [['Б-1', 'delivered']])
    })
}
