// What the CRM says of an order shows in the shop: told by webhook, asked for when it is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const at = (second) => `2026-11-27T18:04:${String(second).padStart(2, '0')}.000Z`
const rowOf = (site, id) => site.query(`SELECT crm_status, finished, state FROM wp_smgcrm_outbox WHERE crm_order_id = ${id}`)[0]

export function aboutEvents(world) {
    const some = (site) => {
        const [[id, number, item, order]] = site.query("SELECT crm_order_id, wp_order_number, item_id, order_id FROM wp_smgcrm_outbox WHERE kind = 'create' AND state = 'delivered' ORDER BY id LIMIT 1")
        return { order, data: { id: Number(id), wp_order_number: number, item_id: item, status: 'executing', updated_at: at(10), finished_at: null, start_count: 5, remains: 900 } }
    }

    test('a webhook moves the status, an older one does not, and a forged one is nothing', async () => {
        for (const site of [world.classic, world.hpos]) {
            const { order, data } = some(site)
            const forged = [{ secret: 'whsec_of_another' }, { timestamp: String(Math.floor(Date.now() / 1000) - 400) }, { sent: JSON.stringify({ event: 'order.status_changed', data: { ...data, status: 'completed' } }) }]
            for (const how of forged) assert.equal((await site.event('order.status_changed', data, how)).status, 401)
            assert.equal(rowOf(site, data.id)[0], 'launching')
            assert.deepEqual((await site.event('order.status_changed', data)).body, { result: 'updated' })
            assert.deepEqual((await site.event('order.status_changed', data)).body, { result: 'older' })
            assert.deepEqual((await site.event('order.status_changed', { ...data, status: 'launching', updated_at: at(5) })).body, { result: 'older' })
            assert.deepEqual(rowOf(site, data.id), ['executing', '0', 'delivered'])
            await site.event('order.status_changed', { ...data, status: 'completed', remains: 0, supplier_order_number: '777', updated_at: at(20), finished_at: at(20) })
            assert.deepEqual(rowOf(site, data.id), ['completed', '1', 'delivered'])
            const notes = site.query(`SELECT note FROM stand_in_notes WHERE order_id = ${order} ORDER BY id`).flat().slice(1)
            assert.deepEqual(notes, ['SMG CRM: «Product 1» is now being executed. Start: 5. Remains: 900.', "SMG CRM: «Product 1» is now completed. Supplier's number: 777. Start: 5. Remains: 0."])
        }
    })

    test('a webhook that is faster than the answer to createOrder finds its order', async () => {
        const site = world.classic
        site.query("INSERT INTO wp_smgcrm_outbox (event_key, kind, state, wp_order_number, item_id, payload, attempts, created_at, next_at, last_error, crm_order) VALUES ('order-x-1', 'create', 'queued', 'X-1', '1', '{}', 1, UNIX_TIMESTAMP(), 9999999999, 'lost', '')")
        const data = { id: 5001, wp_order_number: 'X-1', item_id: '1', status: 'launching', updated_at: at(1) }
        assert.deepEqual((await site.event('order.created', data)).body, { result: 'updated' })
        assert.deepEqual(rowOf(site, 5001), ['launching', '0', 'delivered'])
        assert.deepEqual((await site.event('order.created', { ...data, id: 5002, wp_order_number: 'nobody' })).body, { result: 'unknown' })
        assert.deepEqual((await site.event('notice.raised', { id: 1 })).body, { result: 'ignored' })
        assert.deepEqual((await site.event('ping', { webhook_id: 1 })).body, { result: 'ignored' })
        assert.equal((await site.event('', {})).status, 400)
        site.query("DELETE FROM wp_smgcrm_outbox WHERE event_key = 'order-x-1'")
    })

    test('without a secret of its own the webhook is signed with the key of the token', async () => {
        const site = world.bare
        const { hmac } = await import('../site.mjs')
        await site.run("update_option('smgcrm_secrets', array_merge(get_option('smgcrm_secrets'), array('webhook' => ''))); return 1;")
        assert.equal((await site.event('ping', {}, { secret: hmac(site.token, 'smgcrm-sign-v1') })).status, 200)
        assert.equal((await site.event('ping', {}, { secret: '' })).status, 401)
        assert.equal((await site.event('ping', {}, { secret: 'whsec_of_the_shop' })).status, 401)
    })

    test('what no webhook told is asked for', async () => {
        for (const site of [world.classic, world.hpos]) {
            const [[id, number, item]] = site.query("SELECT crm_order_id, wp_order_number, item_id FROM wp_smgcrm_outbox WHERE kind = 'create' AND state = 'delivered' AND finished = 0 ORDER BY id DESC LIMIT 1")
            site.query(`UPDATE wp_smgcrm_outbox SET asked_at = IF(crm_order_id = ${id}, 0, UNIX_TIMESTAMP())`) // The first of twenty at once.
            world.crm.shown.set(Number(id), { id: Number(id), wp_order_number: number, item_id: item, status: 'partial', updated_at: at(30), finished_at: at(30) })
            await site.run("update_option('knob_ask_every', -1); do_action('smgcrm_tick'); return 1;")
            assert.deepEqual(rowOf(site, id), ['partial', '1', 'delivered'])
            await site.run("delete_option('knob_ask_every'); return 1;")
            const asked = world.crm.requests.filter(({ method }) => method === 'GET').length
            await site.run("do_action('smgcrm_tick'); return 1;")
            assert.equal(world.crm.requests.filter(({ method }) => method === 'GET').length, asked, 'control: not before its time')
        }
    })
}
