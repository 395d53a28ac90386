// An outside server in place of our own: a second program, which speaks the protocol; and one that does as it is told.
import { createHash, createHmac } from 'node:crypto'
import http from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqlite } from '../../bench/program.mjs'
import { password } from '../browser/crm.mjs'
import { app, portOf, startCrm } from './live.mjs'

/** What makes a program publish to `port` of this machine. */
export const outsideAt = (port, changes = {}) => ({
    SMGCRM_REALTIME_OUTSIDE_HOST: '127.0.0.1', SMGCRM_REALTIME_OUTSIDE_PORT: `${port}`, SMGCRM_REALTIME_OUTSIDE_TLS: '0',
    SMGCRM_REALTIME_OUTSIDE_APP_ID: app.id, SMGCRM_REALTIME_OUTSIDE_KEY: app.key, SMGCRM_REALTIME_OUTSIDE_SECRET: app.secret, ...changes,
})

/** The second program, and the one whose pages listen there. */
export async function startBoth(changes = {}, env = {}) {
    const outside = await startCrm([app], env)
    const crm = await startCrm([], { ...outsideAt(portOf(outside), changes), ...env })
    return { outside, crm }
}

export const db = (crm, sql) => sqlite(join(crm.data, 'smgcrm.db'), sql)

/** What people are told about it: `[seen by, text]`, oldest first. */
export const silences = (crm) =>
    db(crm, "SELECT COALESCE(seen_by, '-') || '|' || replace(body, char(10), ' ') FROM notices WHERE kind = 'realtime_silent' ORDER BY id;")
        .split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf('|')), line.slice(line.indexOf('|') + 1)])

export async function metric(crm, line) {
    const text = await (await fetch(`${crm.url}/metrics`)).text()
    return Number(text.split('\n').find((one) => one.startsWith(line))?.split(' ').at(-1))
}

/** A clock that a test turns; the programs are started with `env`. */
export class TurnedClock {
    constructor(folder) {
        this.file = join(folder, 'shift')
        this.set(0)
        this.env = { SMGCRM_TEST_CLOCK_SHIFT: this.file }
    }

    set(ms) {
        const bytes = Buffer.alloc(8)
        bytes.writeBigInt64LE(BigInt(ms))
        writeFileSync(this.file, bytes, { flag: ms === 0 ? 'w' : 'r+' })
    }
}

/** Somebody signed in, as their browser would be. */
export class Person {
    static async enter(crm, role) {
        const person = new Person()
        const reply = await fetch(`${crm.url}/api/v1/session`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: `${role}@ukr.net`, password }),
        })
        if (reply.status !== 200) throw new Error(`sign-in: ${reply.status}`)
        person.crm = crm
        person.headers = { Cookie: reply.headers.get('set-cookie').split(';')[0], 'X-CSRF-Token': (await reply.json()).data.csrf }
        person.live = (await (await fetch(`${crm.url}/api/v1/live`, { headers: person.headers })).json()).data
        return person
    }

    /** What /broadcasting/auth says to it, as pusher-js asks. */
    async ask(fields) {
        const reply = await fetch(`${this.crm.url}/broadcasting/auth`, {
            method: 'POST', headers: { ...this.headers, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields),
        })
        return { status: reply.status, body: await reply.json() }
    }

    /** For pusher-js: rights are signed by the program whose pages these are. */
    options() {
        const handler = (fields) => (given, done) =>
            this.ask(fields(given)).then(({ status, body }) => (status === 200 ? done(null, body) : done(new Error(String(status)), null)))
        return {
            channelAuthorization: { customHandler: handler(({ socketId, channelName }) => ({ socket_id: socketId, channel_name: channelName })) },
            userAuthentication: { customHandler: handler(({ socketId }) => ({ socket_id: socketId })) },
        }
    }
}

/** Keeps what is published, having looked at each signature by itself; answers with `status`, and nothing at all while it is away. */
export class FakePusher {
    static async start() {
        const fake = new FakePusher()
        Object.assign(fake, { events: [], calls: 0, wrong: [], status: 200 })
        await fake.listen(0)
        return fake
    }

    listen(port) {
        this.server = http.createServer((request, response) => {
            let body = ''
            request.on('data', (piece) => (body += piece))
            request.on('end', () => this.answer(request, body, response))
        })
        return new Promise((done) => this.server.listen(port, '127.0.0.1', () => {
            this.port = this.server.address().port
            done()
        }))
    }

    answer(request, body, response) {
        ++this.calls
        const url = new URL(request.url, 'http://x')
        const { auth_signature: signature, ...rest } = Object.fromEntries(url.searchParams)
        const words = Object.keys(rest).sort().map((name) => `${name}=${rest[name]}`).join('&')
        const expected = createHmac('sha256', app.secret).update(`${request.method}\n${url.pathname}\n${words}`).digest('hex')
        if (signature !== expected || (body && rest.body_md5 !== createHash('md5').update(body).digest('hex'))) this.wrong.push(request.url)
        response.statusCode = this.status
        response.setHeader('Content-Type', 'application/json')
        if (this.status === 200 && url.pathname.endsWith('/batch_events')) this.events.push(...JSON.parse(body).batch)
        response.end(url.pathname.endsWith('/channels') ? '{"channels":{}}' : '{}')
    }

    away() {
        this.server.closeAllConnections()
        return new Promise((done) => this.server.close(done))
    }

    back() {
        return this.listen(this.port)
    }

    orders() {
        return this.events.filter(({ name }) => name === 'orders.changed').flatMap(({ data }) => JSON.parse(data).orders.map(({ id }) => id))
    }
}
