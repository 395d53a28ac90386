// Load for a Pusher server: ten thousand clients in a process of their own, and signed calls of the HTTP API.
import { spawn } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { built } from './program.mjs'

/** bench/pusher_clients.cpp at work. */
export class Clients {
    static start(port, key, count, channels) {
        const clients = new Clients()
        clients.at = new Map() // when the last client had the event of a number, in ms of the monotonic clock
        clients.waiting = new Map()
        clients.child = spawn(built('bench_pusher_clients'), [`${port}`, key, `${count}`, `${channels}`], { stdio: ['pipe', 'pipe', 'inherit'] })
        clients.ended = new Promise((done) => clients.child.once('exit', done))
        return new Promise((done, fail) => {
            clients.ended.then(() => fail(new Error('the clients ended')))
            createInterface({ input: clients.child.stdout }).on('line', (line) => {
                const [first, second] = line.split(' ')
                clients.last = [Number(first), Number(second)]
                if (first === 'ready') return done(clients)
                const number = Number(first)
                clients.at.set(number, Number(second) / 1e6)
                clients.waiting.get(number)?.()
            })
        })
    }

    /** Until all have heard the event of this number. */
    async heard(number, withinMs = 30_000) {
        if (!this.at.has(number)) {
            let timer
            await new Promise((done, fail) => {
                this.waiting.set(number, done)
                timer = setTimeout(() => fail(new Error(`event ${number} did not reach everybody`)), withinMs)
            })
            clearTimeout(timer)
        }
        return this.at.get(number)
    }

    signOfLife() {
        this.child.stdin.write('\n')
    }

    /** How many events reached a client, and how many connections had been closed. */
    async stop() {
        this.child.stdin.end()
        await this.ended
        return { deliveries: this.last[0], closed: this.last[1] }
    }
}

/** Milliseconds of the clock that the clients read. */
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6

/** An event with its number in its data, `bytes` long. */
export function numbered(number, channel, bytes) {
    const begin = `{"n":${number},"pad":"`
    return { name: 'tick', channel, data: `${begin}${'x'.repeat(Math.max(0, bytes - begin.length - 2))}"}` }
}

export class Publisher {
    constructor(url, app) {
        Object.assign(this, { url: new URL(url), app, agent: new http.Agent({ keepAlive: true, maxSockets: 16 }) })
    }

    publish({ name, channel, data }) {
        return this.post('events', { name, channels: [channel], data })
    }

    publishBatch(batch) {
        return this.post('batch_events', { batch })
    }

    post(what, value) {
        const body = JSON.stringify(value)
        const path = `/apps/${this.app.id}/${what}`
        const md5 = createHash('md5').update(body).digest('hex')
        const query = `auth_key=${this.app.key}&auth_timestamp=${Math.floor(Date.now() / 1000)}&auth_version=1.0&body_md5=${md5}`
        const signature = createHmac('sha256', this.app.secret).update(`POST\n${path}\n${query}`).digest('hex')
        const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
        return new Promise((done, fail) => {
            const request = http.request({
                host: this.url.hostname, port: this.url.port, method: 'POST', path: `${path}?${query}&auth_signature=${signature}`, agent: this.agent, headers,
            }, (response) => {
                let text = ''
                response.on('data', (part) => (text += part))
                response.on('end', () => (response.statusCode === 200 ? done() : fail(new Error(`${what}: ${response.statusCode} ${text}`))))
            })
            request.on('error', fail)
            request.end(body)
        })
    }

    stop() {
        this.agent.destroy()
    }
}
