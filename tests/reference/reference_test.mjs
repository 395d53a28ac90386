// The reference of the API is clean under a linter, complete, and true: every example is sent to the real program, and every
// answer is compared with its schema, in which nothing more may stand than the schema names.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Program, binary } from '../../bench/program.mjs'
import { password } from '../browser/crm.mjs'
import { app, server, startCrm } from '../realtime/live.mjs'
import { Document } from './document.mjs'
import { signedSteps, steps } from './steps.mjs'

const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let crm, shop, document

before(async () => {
    crm = await startCrm([app])
    shop = await Program.start(binary, ['simulate', 'wordpress', '--listen', '127.0.0.1:0', '--token', crm.shop])
    const reply = await fetch(`${crm.url}/api/v1/sites/1`, {
        method: 'PATCH', headers: { Authorization: `Bearer ${crm.installation.addToken('admin')}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ url: shop.url, allow_private: true }),
    })
    assert.equal(reply.status, 200)
    document = await Document.of(crm)
})
after(async () => {
    await crm?.stop()
    await shop?.stop()
})

// RFC 6238, of now.
function code(secret) {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
    const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
    const hash = createHmac('sha1', key).update(counter).digest()
    const at = hash[19] & 15
    return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const cookieOf = (reply) => reply.headers.get('set-cookie')?.split(';')[0]

class Caller {
    known = { email: 'admin@ukr.net', password, first: 1, member: 5, none: 999_999, code }

    async signIn() {
        const reply = await this.send('POST', '/api/v1/session', { email: this.known.email, password })
        this.cookie = cookieOf(reply)
        this.csrf = (await reply.json()).data.csrf
    }

    send(method, path, body, headers = { Cookie: this.cookie ?? '', 'X-CSRF-Token': this.csrf ?? '' }) {
        if (body !== undefined && !Buffer.isBuffer(body)) {
            headers = { ...headers, 'Content-Type': 'application/json' }
            body = JSON.stringify(body)
        }
        return fetch(crm.url + path, { method, headers, body })
    }

    headersFor(step) {
        if (step.by === 'shop') return { Authorization: `Bearer ${crm.shop}` }
        if (step.alone) return {}
        if (step.halfway) return { Cookie: this.half }
        return undefined
    }

    bodyFor(step) {
        if (step.picture) return picture
        const example = document.example(step.call)
        const changes = step.body?.(this.known)
        return example || changes ? { ...example, ...changes } : undefined
    }

    async once(step) {
        const [method, pattern] = step.call.split(' ')
        const path = pattern.replace(/\{(\w+)\}/g, (whole, name) => this.known[step.path?.[name]] ?? `no-${name}`)
        const reply = await this.send(method, path + (step.query ?? ''), this.bodyFor(step), this.headersFor(step))
        const type = reply.headers.get('content-type')?.split(';')[0]
        const text = await reply.text()
        const body = type === 'application/json' && text ? JSON.parse(text) : text || undefined
        if (step.alone && cookieOf(reply)) this.half = cookieOf(reply)
        if (step.halfway) this.otherCookie = cookieOf(reply)
        return { status: reply.status, type, body }
    }

    async run(step) {
        let answer = await this.once(step)
        while (step.until && answer.status === 200 && !step.until(answer.body.data)) answer = await this.once(step)
        if (step.keep && answer.status < 300) Object.assign(this.known, step.keep(answer.body.data, answer.body))
        return answer
    }
}

function successes(call) {
    return Object.keys(document.operation(call).responses).map(Number).filter((status) => status < 300)
}

test('the document is clean under a linter', async () => {
    // The router prefers literal segments, so two paths that a linter takes for ambiguous are not.
    const config = await createConfig({ extends: ['recommended'], rules: { 'no-ambiguous-paths': 'off' } })
    const problems = await lintFromString({ source: JSON.stringify(document.document), config })
    assert.deepEqual(problems.map((one) => `${one.ruleId}: ${one.message} ${one.location[0]?.pointer}`), [])
})

test('control: the linter sees an operation without an answer', async () => {
    const broken = structuredClone(document.document)
    delete broken.paths['/api/v1/orders'].get.responses
    const problems = await lintFromString({ source: JSON.stringify(broken), config: await createConfig({ extends: ['recommended'] }) })
    assert.ok(problems.length > 0)
})

test('every operation says what it does, and has an example where it takes a body', () => {
    const silent = document.operations().filter((name) => !(document.operation(name).summary?.length > 4))
    assert.deepEqual(silent, [])
    const without = document.operations().filter((name) => document.operation(name).requestBody && !document.example(name))
    assert.deepEqual(without, [])
})

test('every example is taken, and every answer is what the document says', async () => {
    const caller = new Caller()
    await caller.signIn()
    const wrong = []
    for (const step of steps) {
        if (step.call === 'DELETE /api/v1/me/sessions/{id}') {
            const { data } = await (await caller.send('GET', '/api/v1/me/sessions')).json()
            caller.known.otherSession = data.find((one) => !one.current).id
        }
        const answer = await caller.run(step)
        const expected = step.status ? [step.status].flat() : successes(step.call)
        if (!expected.includes(answer.status)) wrong.push(`${step.call}: ${answer.status} ${JSON.stringify(answer.body)}`)
        else wrong.push(...document.problems(step.call, answer.status, answer.type, answer.body))
    }
    assert.deepEqual(wrong, [])
})

test('every example of the Pusher API is taken', async () => {
    const library = server(crm, app)
    for (const step of signedSteps) {
        const body = document.example(step.call)
        const reply = step.call.startsWith('POST') ? await library.post({ path: step.at, body: body ?? {} }) : await library.get({ path: step.at })
        assert.equal(reply.status, 200, step.call)
        assert.deepEqual(document.problems(step.call, 200, 'application/json', await reply.json()), [])
    }
})

test('no operation is left out above', () => {
    const called = new Set([...steps, ...signedSteps].map((step) => step.call))
    assert.deepEqual(document.operations().filter((name) => !called.has(name)), [])
})

test('control: an answer with a field too much, or too few, is seen', async () => {
    const caller = new Caller()
    caller.headersFor = () => ({ Authorization: `Bearer ${crm.shop}` })
    const { body } = await caller.once({ call: 'GET /api/v1/orders' })
    const name = 'GET /api/v1/orders'
    assert.deepEqual(document.problems(name, 200, 'application/json', body), [])
    const more = structuredClone(body), less = structuredClone(body)
    more.data[0].secret = 'x'
    delete less.data[0].status
    assert.notDeepEqual(document.problems(name, 200, 'application/json', more), [])
    assert.notDeepEqual(document.problems(name, 200, 'application/json', less), [])
})
