// Pages that listen to an outside Pusher: it gets the same events, the rights are signed for it, and its failures are told.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { app, client, once, portOf, Raw, startCrm, subscribed, until } from './live.mjs'
import { db, FakePusher, metric, outsideAt, Person, silences, startBoth, TurnedClock } from './outside.mjs'

const folder = mkdtempSync(join(tmpdir(), 'smg-outside-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('another program as the outside server', () => {
    let crm, outside
    const opened = []
    before(async () => {
        ;({ crm, outside } = await startBoth())
    })
    after(async () => {
        for (const one of opened) one.disconnect()
        await crm?.stop()
        await outside?.stop()
    })
    const connect = (person) => {
        const one = client(outside, app, { options: person.options() })
        opened.push(one)
        return one
    }

    test('pages are told where it is, and their policy allows it and nothing else', async () => {
        const { live } = await Person.enter(crm, 'admin')
        assert.deepEqual({ ...live, channels: undefined }, { key: app.key, channels: undefined, host: '127.0.0.1', port: portOf(outside), tls: false, cluster: '' })
        assert.ok(live.channels.includes('private-sites'))
        const connects = async (of) => /connect-src ([^;]*);/.exec((await fetch(`${of.url}/`)).headers.get('content-security-policy'))[1]
        assert.equal(await connects(crm), `'self' ws://127.0.0.1:${portOf(outside)}`)
        assert.equal(await connects(outside), "'self'")
        // The control: without an outside server pages learn of none.
        assert.deepEqual(Object.keys((await Person.enter(outside, 'admin')).live).sort(), ['channels', 'key'])
    })

    test('what happens here is heard there, under the same names', async () => {
        const person = await Person.enter(crm, 'admin')
        const page = connect(person)
        const sites = page.subscribe('private-sites')
        const own = page.subscribe(person.live.channels.find((name) => name.startsWith('private-user.')))
        await Promise.all([subscribed(sites), subscribed(own)])
        const noticed = once(own, 'notices.changed')
        const heard = []
        sites.bind('orders.changed', (data) => heard.push(data))
        const id = await crm.order('out-1', { client_email: 'x@mailinator.com' })
        const event = await until(() => heard.find(({ orders }) => orders.some((order) => order.id === id)))
        assert.equal(event.site_id, 1)
        assert.equal(event.more, false)
        assert.deepEqual(await noticed, {})
        await until(async () => (await metric(crm, 'smgcrm_realtime_outside_works')) === 1, 30_000)
    })

    test('who has an order open is seen, and who they are is proven', async () => {
        const id = await crm.order('out-2')
        const [admin, manager] = [await Person.enter(crm, 'admin'), await Person.enter(crm, 'manager')]
        const channels = [admin, manager].map((person) => connect(person).subscribe(`presence-order.${id}`))
        await Promise.all(channels.map(subscribed))
        await until(() => channels.every((channel) => channel.members.count === 2))
        const names = Object.values(channels[0].members.members).map(({ name }) => name)
        assert.deepEqual(names.sort(), ['admin', 'manager'])
        const page = connect(admin)
        page.signin()
        await until(() => page.user.user_data)
        assert.equal(`private-user.${page.user.user_data.id}`, admin.live.channels.find((name) => name.startsWith('private-user.')))
    })

    test('nothing is signed but what a person may hear, on a socket and nothing else', async () => {
        const manager = await Person.enter(crm, 'manager')
        const status = async (socket_id, channel_name) => (await manager.ask({ socket_id, ...(channel_name && { channel_name }) })).status
        assert.equal(await status('1.2', 'private-site.1'), 200)
        assert.equal(await status('1.2'), 200)
        for (const channel of ['private-sites', 'private-site.2', 'private-user.999', 'news', 'private-encrypted-x', '#server-to-user-1'])
            assert.equal(await status('1.2', channel), 403, channel)
        // A signature over these would be one over another channel, or of another person.
        assert.equal(await status('', 'private-site.1'), 422)
        for (const socket of ['1.2:private-sites', '1.2::user::{"id":"1"}', '1', '.', '1.', 'x.y', '1.2\n', `${'1'.repeat(64)}.2`])
            assert.equal(await status(socket, 'private-site.1'), 403, socket)
        const wrong = await manager.ask({ socket_id: '1.2::user::{"id":"1"}' })
        assert.equal(wrong.status, 403)
        assert.equal((await fetch(`${crm.url}/broadcasting/auth`, { method: 'POST', body: new URLSearchParams({ socket_id: '1.2' }) })).status, 401)
    })

    test('whoever is switched off is sent away there', async () => {
        const [gone, stays] = [await Person.enter(crm, 'user'), await Person.enter(crm, 'admin')]
        const pages = []
        for (const person of [gone, stays]) {
            const page = connect(person)
            const channel = page.subscribe('private-site.1')
            page.signin()
            await Promise.all([subscribed(channel), until(() => page.user.user_data)])
            pages.push(page)
        }
        db(crm, "UPDATE users SET is_active = 0 WHERE role = 'user';")
        await until(() => pages[0].connection.state === 'disconnected')
        assert.equal(pages[1].connection.state, 'connected')
    })
})

test('an event that could not be delivered comes when the outside server is back', async () => {
    const fake = await FakePusher.start()
    const crm = await startCrm([], outsideAt(fake.port))
    try {
        await until(() => fake.calls > 0) // the sign of life at the start
        fake.status = 503
        const first = await crm.order('away-1')
        const calls = fake.calls
        await until(() => fake.calls > calls)
        await fake.away()
        const second = await crm.order('away-2')
        assert.deepEqual(fake.orders(), [])
        fake.status = 200
        await fake.back()
        await until(() => [first, second].every((id) => fake.orders().includes(id)), 60_000)
        assert.deepEqual(fake.wrong, [])
        assert.deepEqual(silences(crm), []) // so short an absence is nobody's business
    } finally {
        await crm.stop()
        await fake.away()
    }
})

test('what is too old is given up, counted and told; and over when the server is back', async () => {
    const clock = new TurnedClock(folder)
    const fake = await FakePusher.start()
    const crm = await startCrm([], { ...outsideAt(fake.port), ...clock.env })
    try {
        await until(() => fake.calls > 0)
        fake.status = 503
        const calls = fake.calls
        await crm.order('old-1')
        await until(() => fake.calls > calls)
        clock.set(6 * 60_000)
        const [seenBy, text] = await until(() => silences(crm)[0])
        assert.equal(seenBy, '-')
        assert.match(text, /127\.0\.0\.1/)
        assert.match(text, /HTTP 503/)
        fake.status = 200
        const later = await crm.order('old-2')
        await until(() => fake.orders().includes(later), 60_000)
        await until(() => silences(crm)[0][0] === 'SMG CRM')
        assert.equal(silences(crm).length, 1)
        assert.ok((await until(() => metric(crm, 'smgcrm_realtime_outside_events_total{result="lost"}'), 30_000)) >= 1)
        assert.deepEqual(fake.wrong, [])
    } finally {
        await crm.stop()
        await fake.away()
    }
})

test('a wrong secret is told, and the right one is not', async () => {
    const clock = new TurnedClock(folder)
    const { crm, outside } = await startBoth({ SMGCRM_REALTIME_OUTSIDE_SECRET: 'not-the-secret' }, clock.env)
    const right = await startCrm([], { ...outsideAt(portOf(outside)), ...clock.env })
    try {
        const id = await crm.order('wrong-1')
        const raw = await Raw.open(outside)
        const signed = await (await Person.enter(crm, 'admin')).ask({ socket_id: await raw.socketId(), channel_name: 'private-sites' })
        raw.say('pusher:subscribe', { channel: 'private-sites', ...signed.body })
        assert.equal(JSON.parse((await raw.hears('pusher:subscription_error')).data).status, 401)
        clock.set(60_000)
        const [seenBy, text] = await until(() => silences(crm)[0])
        assert.equal(seenBy, '-')
        assert.match(text, /HTTP 401 .*Invalid signature/)
        assert.ok(!text.includes('not-the-secret'))
        assert.ok(id > 0 && !raw.got.some(({ event }) => event === 'orders.changed'))
        raw.close()
        await until(async () => (await metric(right, 'smgcrm_realtime_outside_works')) === 1, 30_000)
        assert.deepEqual(silences(right), [])
    } finally {
        await crm.stop()
        await right.stop()
        await outside.stop()
    }
})
