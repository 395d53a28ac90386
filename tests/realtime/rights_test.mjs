// Our own app: who may hear what happens here, and for how long.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sqlite } from '../../bench/program.mjs'
import { password } from '../browser/crm.mjs'
import { app, Raw, startCrm, until } from './live.mjs'

let crm, db
before(async () => {
    crm = await startCrm([app], { SMGCRM_REALTIME_ACTIVITY_S: '1', SMGCRM_REALTIME_PONG_S: '1' })
    db = (sql) => sqlite(join(crm.data, 'smgcrm.db'), sql)
    crm.installation.addSite(2)
})
after(() => crm?.stop())

/** Somebody signed in, as their browser would be. */
class Person {
    static async enter(role) {
        const person = new Person()
        const reply = await fetch(`${crm.url}/api/v1/session`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: `${role}@ukr.net`, password }),
        })
        assert.equal(reply.status, 200)
        person.headers = { Cookie: reply.headers.get('set-cookie').split(';')[0], 'X-CSRF-Token': (await reply.json()).data.csrf }
        person.live = (await (await fetch(`${crm.url}/api/v1/live`, { headers: person.headers })).json()).data
        return person
    }

    async connect() {
        this.raw = await Raw.open(crm, `/app/${this.live.key}?protocol=7`)
        this.socketId = await this.raw.socketId()
    }

    /** The status of the answer; subscribes when it is 200. */
    async subscribe(channel, headers = this.headers) {
        const reply = await fetch(`${crm.url}/broadcasting/auth`, {
            method: 'POST', headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ socket_id: this.socketId, channel_name: channel }),
        })
        if (reply.status !== 200) return reply.status
        this.raw.say('pusher:subscribe', { channel, ...(await reply.json()) })
        await until(() => this.raw.got.find((one) => one.event === 'pusher_internal:subscription_succeeded' && one.channel === channel))
        return 200
    }
}

test('everybody hears their own sites and nobody else’s', async () => {
    const own = await crm.order('own-1')
    const idOf = (role) => JSON.parse(execFileSync('sqlite3', ['-json', join(crm.data, 'smgcrm.db'), `SELECT id FROM users WHERE role = '${role}'`]))[0].id
    const expected = {
        admin: { 'private-sites': 200, 'private-site.1': 200, 'private-site.2': 200, [`presence-order.${own}`]: 200 },
        manager: { 'private-sites': 403, 'private-site.1': 200, 'private-site.2': 403, [`presence-order.${own}`]: 200 },
        user: { 'private-sites': 403, 'private-site.1': 200, 'private-site.2': 403, [`presence-order.${own}`]: 200 },
    }
    for (const [role, channels] of Object.entries(expected)) {
        const person = await Person.enter(role)
        await person.connect()
        for (const [channel, status] of Object.entries(channels)) assert.equal(await person.subscribe(channel), status, `${role} ${channel}`)
        for (const other of ['admin', 'manager', 'user'])
            assert.equal(await person.subscribe(`private-user.${idOf(other)}`), other === role ? 200 : 403)
        for (const odd of ['private-site.01', 'private-site.', 'private-site.1x', 'private-site.+1', 'private-site.-1', 'private-anything', 'presence-order.999999', 'presence-order.x', 'private-encrypted-x'])
            assert.equal(await person.subscribe(odd), 403, odd)
        assert.equal(await person.subscribe('private-site.1', {}), 401)
        assert.equal(await person.subscribe('private-site.1', { Cookie: person.headers.Cookie }), 403, 'no CSRF token')
        person.raw.close()
    }
})

test('an order’s change is heard by its site’s people, with who did it', async () => {
    const [manager, admin] = [await Person.enter('manager'), await Person.enter('admin')]
    for (const [person, channel] of [[manager, 'private-site.1'], [admin, 'private-sites']]) {
        await person.connect()
        assert.equal(await person.subscribe(channel), 200)
    }
    const id = await crm.order('held-1', { client_email: 'x@mailinator.com' })
    const changed = (person, by) => until(() => person.raw.got.filter((one) => one.event === 'orders.changed').map((one) => JSON.parse(one.data))
        .find((data) => data.orders.some((order) => order.id === id && (!by || order.by === by))))
    await changed(manager)
    await changed(admin)
    const order = (await (await fetch(`${crm.url}/api/v1/orders/${id}`, { headers: admin.headers })).json()).data
    const decided = await fetch(`${crm.url}/api/v1/orders/${id}/decisions`, {
        method: 'POST', headers: { ...admin.headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ kind: 'approve', version: order.version }),
    })
    assert.equal(decided.status, 200)
    await changed(manager, 'admin')
    // Ids and versions, and nothing of the order itself.
    assert.ok(!JSON.stringify(manager.raw.got).includes('mailinator'))
    for (const person of [manager, admin]) person.raw.close()
})

test('whoever is switched off, signed out or loses a site is sent away within seconds', async () => {
    const lost = async (change, role = 'user') => {
        const person = await Person.enter(role)
        await person.connect()
        assert.equal(await person.subscribe('private-site.1'), 200)
        await change(person)
        assert.equal((await person.raw.closed).code, 4200)
        return person
    }
    await lost((person) => fetch(`${crm.url}/api/v1/session`, { method: 'DELETE', headers: person.headers }))
    const without = await lost(() => db("DELETE FROM user_site_access WHERE user_id = (SELECT id FROM users WHERE role = 'manager');"), 'manager')
    await without.connect()
    assert.equal(await without.subscribe('private-site.1'), 403)
    without.raw.close()
    const off = await lost(() => db("UPDATE users SET is_active = 0 WHERE role = 'user';"))
    await off.connect()
    assert.equal(await off.subscribe('private-site.1'), 401)
    off.raw.close()
})

test('a token that is revoked keeps no socket, and who loses a site keeps no order of it', async () => {
    db('UPDATE users SET is_active = 1; INSERT INTO user_site_access (user_id, site_id) SELECT id, 1 FROM users WHERE role = \'manager\' AND id NOT IN (SELECT user_id FROM user_site_access);')
    const bearer = async () => {
        const person = new Person()
        person.headers = { Authorization: `Bearer ${crm.installation.addToken('admin')}` }
        person.live = (await (await fetch(`${crm.url}/api/v1/live`, { headers: person.headers })).json()).data
        await person.connect()
        assert.equal(await person.subscribe('private-sites'), 200)
        return person
    }
    const [revoked, kept] = [await bearer(), await bearer()]
    db(`UPDATE api_tokens SET revoked_at = created_at WHERE id = (SELECT MAX(id) - 1 FROM api_tokens);`)
    assert.equal((await revoked.raw.closed).code, 4200)
    assert.equal(kept.raw.socket.readyState, 1, 'control')
    kept.raw.close()

    const id = await crm.order('watched-1')
    const [manager, admin] = [await Person.enter('manager'), await Person.enter('admin')]
    for (const person of [manager, admin]) {
        await person.connect()
        assert.equal(await person.subscribe(`presence-order.${id}`), 200)
    }
    db("DELETE FROM user_site_access WHERE user_id = (SELECT id FROM users WHERE role = 'manager');")
    assert.equal((await manager.raw.closed).code, 4200)
    assert.equal(admin.raw.socket.readyState, 1, 'control')
    admin.raw.close()
})

test('silence is asked for a sign of life and then ended', async () => {
    const silent = async () => {
        const raw = await Raw.open(crm)
        raw.answers = false
        return raw
    }
    const raw = await silent()
    await raw.hears('pusher:ping')
    assert.equal((await raw.closed).code, 4201)
    // The control: whoever answers stays longer than one who came later and does not.
    const other = await Raw.open(crm)
    assert.equal((await (await silent()).closed).code, 4201)
    assert.equal((await (await silent()).closed).code, 4201)
    assert.equal(other.socket.readyState, 1)
    other.close()
})

test('pages of other origins may not connect to our own app', async () => {
    const { key } = (await Person.enter('admin')).live
    await assert.rejects(Raw.open(crm, `/app/${key}?protocol=7`, { Origin: 'https://evil.example' }), /403/)
    const raw = await Raw.open(crm, `/app/${key}?protocol=7`, { Origin: crm.url })
    await raw.socketId()
    raw.close()
})

test('at its stop the program sends everybody away with 4200', async () => {
    const raw = await Raw.open(crm)
    await raw.socketId()
    void crm.server.stop()
    assert.equal((await raw.closed).code, 4200)
})
