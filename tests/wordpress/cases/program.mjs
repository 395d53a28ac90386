// The plugin and the real program: an order's whole way and back.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Installation, Program, binary } from '../../../bench/program.mjs'
import { freePort, until } from '../mariadb.mjs'

/** The program on a port that stays the same, with a supplier that completes orders in a second. */
class RealCrm {
    static async start() {
        const crm = new RealCrm()
        crm.data = mkdtempSync(join(tmpdir(), 'smg-wordpress-crm-'))
        crm.installation = new Installation(crm.data)
        Object.assign(crm.installation.env, { SMGCRM_JOB_CHECK_MS: '50', SMGCRM_RECOVERY_EVERY_MS: '200' })
        crm.supplier = await Program.start(binary, ['simulate', 'supplier', '--listen', '127.0.0.1:0', '--completes-after-s', '1'])
        crm.installation.set({ 'statuses.every_s': '1', 'timetable.statuses_s': '1', 'sending.timeout_s': '5', 'sending.safe_wait_s': '0' })
        crm.tokens = [crm.installation.addSite(1), crm.installation.addSite(2)]
        crm.installation.addSupplier(1, `${crm.supplier.url}/api/v2`)
        crm.admin = crm.installation.addToken('admin')
        crm.port = await freePort()
        crm.url = `http://127.0.0.1:${crm.port}`
        await crm.serve()
        return crm
    }

    async serve() {
        this.server = await Program.start(binary, ['serve', '--listen', `127.0.0.1:${this.port}`, ...this.installation.place], { env: this.installation.env })
    }

    async call(method, path, body) {
        const reply = await fetch(`${this.url}/api/v1/${path}`, {
            method, headers: { Authorization: `Bearer ${this.admin}`, ...(body && { 'Content-Type': 'application/json' }) }, body: body && JSON.stringify(body),
        })
        if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
        return (await reply.json()).data
    }

    orders(site, number) {
        return this.call('GET', `orders?site_id=${site}&wp_order_number=${number}`)
    }

    async stop() {
        await this.server?.stop()
        await this.supplier?.stop()
        rmSync(this.data, { recursive: true, force: true })
    }
}

const place = (site, email = 'olena@ukr.net') => site.run(`
    $product = wc_get_product(get_posts(array('post_type' => 'product', 'orderby' => 'ID', 'order' => 'ASC', 'numberposts' => 1))[0]->ID);
    $order = wc_create_order(array('billing_email' => '${email}', 'payment_method' => 'mono_gateway'));
    $item = $order->add_product($product, 1, array('total' => '12.50'));
    $order->items[$item]->update_meta_data('url', 'https://instagram.com/p' . $order->get_id());
    $order->payment_complete();
    return $order->get_id();`)
const work = (site) => site.run("do_action('smgcrm_run'); return 1;")
const rowOf = (site, order) => {
    const [row] = site.query(`SELECT state, crm_order_id, crm_status, last_error, attempts, finished FROM wp_smgcrm_outbox WHERE order_id = ${order} ORDER BY id LIMIT 1`)
    return Object.fromEntries(['state', 'crmOrder', 'status', 'error', 'attempts', 'finished'].map((name, i) => [name, row[i]]))
}

export function aboutProgram(world) {
    const skip = existsSync(binary) ? false : `there is no ${binary}`
    describe('with the real program', { skip, concurrency: false }, () => {
        let crm
        before(async () => {
            crm = await RealCrm.start()
            for (const [i, site] of [world.classic, world.hpos].entries()) {
                await site.connect(crm.url, crm.tokens[i], 'whsec_a-secret-of-the-shop')
                site.query("UPDATE wp_smgcrm_outbox SET finished = 1 WHERE state = 'delivered'") // Of the stand-in.
                await site.run("update_option('knob_retry_delay', 0); return 1;")
            }
            await crm.call('POST', 'webhooks', { name: 'shop', url: world.classic.address('order-event'), events: ['order.created', 'order.status_changed', 'order.needs_decision'], site_id: 1, allow_private: true, active: true, secret: 'whsec_a-secret-of-the-shop' })
        })
        after(() => crm?.stop())

        test('an order goes out, is completed at the supplier, and that comes back by webhook', async () => {
            const site = world.classic
            const order = await place(site)
            await work(site)
            const sent = rowOf(site, order)
            assert.equal(sent.state, 'delivered', sent.error)
            const [known, ...more] = await crm.orders(1, order)
            assert.equal(more.length, 0)
            assert.deepEqual([known.id, known.quantity, known.total_amount, known.supplier_service_id], [Number(sent.crmOrder), 1000, '12.50', '101'])
            await until(() => rowOf(site, order).status === 'completed', 'the webhook of the completed order', 60_000)
            assert.equal(rowOf(site, order).finished, '1')
            const notes = site.query(`SELECT note FROM stand_in_notes WHERE order_id = ${order} ORDER BY id`).flat()
            assert.match(notes.at(-1), /^SMG CRM: «Product 1» is now completed\./)
        })

        test('where there is no webhook the shop asks', async () => {
            const site = world.hpos
            const order = await place(site)
            await work(site)
            await until(async () => (await crm.orders(2, order))[0]?.status === 'completed', 'the completed order', 60_000)
            assert.notEqual(rowOf(site, order).status, 'completed', 'control')
            await site.run("update_option('knob_ask_every', -1); do_action('smgcrm_tick'); delete_option('knob_ask_every'); return 1;")
            assert.equal(rowOf(site, order).status, 'completed')
        })

        test('orders that are paid while the program is down arrive once when it is back', async () => {
            await crm.server.stop()
            const orders = []
            for (const site of [world.classic, world.hpos]) for (let i = 0; i < 3; ++i) orders.push([site, await place(site)])
            for (const site of [world.classic, world.hpos]) await work(site)
            for (const [site, order] of orders) assert.equal(rowOf(site, order).state, 'queued')
            assert.ok(orders.some(([site, order]) => Number(rowOf(site, order).attempts) > 0))
            await crm.serve()
            await until(async () => {
                await Promise.all([world.classic, world.hpos].flatMap((site) => [work(site), work(site)]))
                return orders.every(([site, order]) => rowOf(site, order).state === 'delivered')
            }, 'all orders')
            for (const [site, order] of orders) assert.equal((await crm.orders(site === world.classic ? 1 : 2, order)).length, 1)
        })

        test('what the program refuses is shown with its words; what it does not know yet is tried again', async () => {
            const site = world.classic
            const refused = await place(site, '')
            await work(site)
            const row = rowOf(site, refused)
            assert.equal(row.state, 'failed')
            assert.match(row.error, /^client_email: /)
            site.query(`UPDATE wp_smgcrm_outbox SET state = 'dismissed' WHERE order_id = ${refused}`)

            const [[product]] = site.query("SELECT post_id FROM wp_postmeta WHERE meta_key = '_smgcrm_quantity' AND meta_value = '1000'")
            const pieces = (text) => site.run(`update_post_meta(${product}, '_smgcrm_quantity', '${text}'); return 1;`)
            await pieces('1,000') // An import's.
            const unreadable = await place(site)
            await work(site)
            assert.equal(rowOf(site, unreadable).state, 'failed')
            assert.match(rowOf(site, unreadable).error, /^quantity: /)
            await pieces('1000')
            await site.run(`return SmgCrm\\retry_row(SmgCrm\\outbox_rows_of_order(${unreadable})[0]->id);`)
            await work(site)
            assert.equal(rowOf(site, unreadable).state, 'delivered', 'mended')
            assert.equal((await crm.orders(1, unreadable))[0].quantity, 1000)

            const order = await place(site)
            await work(site)
            await site.run(`update_option('knob_retry_delay', 3600); wc_get_order(${order})->update_status('cancelled'); do_action('smgcrm_run'); return 1;`)
            const [[state, error]] = site.query(`SELECT state, last_error FROM wp_smgcrm_outbox WHERE order_id = ${order} AND kind = 'cancel'`)
            assert.ok(state === 'delivered' || (state === 'queued' && error === 'not supported by this CRM version'), `${state} ${error}`)
        })

        test('the program asks both shops how they are, whichever form their addresses have', async () => {
            crm.installation.set({ 'shops.webhooks': '0' }) // The first shop's has a secret of its own.
            for (const [i, site] of [world.classic, world.hpos].entries()) {
                await crm.call('PATCH', `sites/${i + 1}`, { url: site.url, allow_private: true })
                const health = await crm.call('POST', `sites/${i + 1}/check`, {})
                assert.equal(health.trouble, null, health.message)
                assert.equal(health.version, '1.0.0')
                assert.equal(health.wallet, i === 0 ? 'smgcrm' : 'terawallet')
            }
            await world.bare.connect('http://127.0.0.1:1', 'smg_9_another-token')
            await crm.call('PATCH', 'sites/2', { url: world.bare.url })
            assert.equal((await crm.call('POST', 'sites/2/check', {})).trouble, 'unauthorized', 'control: a shop with another token')
            await crm.call('PATCH', 'sites/2', { url: world.hpos.url })
        })

        test('a paid order that the shop does not get sent is fetched, and counts once when it is sent after all', async () => {
            const site = world.classic
            const order = await place(site)
            assert.deepEqual(await crm.orders(1, order), [], 'control: nothing has sent it')
            crm.installation.set({ 'timetable.shops_s': '1' })
            await site.run("update_option('knob_all_old', 1); return 1;")
            await until(async () => (await crm.orders(1, order)).length === 1, 'the fetched order')
            await site.run("delete_option('knob_all_old'); return 1;")
            crm.installation.set({ 'timetable.shops_s': '300' })
            const [{ id }] = await crm.orders(1, order)
            await work(site)
            assert.deepEqual([rowOf(site, order).state, Number(rowOf(site, order).crmOrder)], ['delivered', id])
            assert.equal((await crm.orders(1, order)).length, 1)
        })

        test('Test connection knows the program, and a token that it does not', async () => {
            const said = (token) => world.classic.connect(crm.url, token).then(() => world.classic.run('return SmgCrm\\test_connection();'))
            assert.deepEqual(await said('smg_1_nobody-knows-this-token'), [false, 'The CRM answers, but does not know this token.'])
            assert.deepEqual(await said(crm.tokens[0]), [true, 'Connected: the CRM knows this token.'])
        })
    })
}
