// The real program with an app of its own for these tests, and the official libraries pointed at it.
import http from 'node:http'
import Pusher from 'pusher-js'
import PusherServer from 'pusher'
import WebSocket from 'ws'
import { Crm } from '../browser/crm.mjs'

export const app = { id: 'shop-app', key: 'shop-key', secret: 'shop-secret', client_events: true }
export const quietApp = { id: 'quiet-app', key: 'quiet-key', secret: 'quiet-secret' }
export const smallApp = { id: 'small-app', key: 'small-key', secret: 'small-secret', connections: 1 }
export const closedApp = { id: 'closed-app', key: 'closed-key', secret: 'closed-secret', enabled: false }

/** A server that keeps what it is sent and answers what it is told to. */
export class Receiver {
    static async start() {
        const receiver = new Receiver()
        receiver.got = []
        receiver.failures = 0
        receiver.server = http.createServer((request, response) => {
            let body = ''
            request.on('data', (piece) => (body += piece))
            request.on('end', () => {
                receiver.got.push({ headers: request.headers, body })
                response.statusCode = receiver.failures-- > 0 ? 500 : 200
                response.end()
            })
        })
        await new Promise((done) => receiver.server.listen(0, '127.0.0.1', done))
        receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hooks`
        return receiver
    }

    stop() {
        this.server.closeAllConnections()
        return new Promise((done) => this.server.close(done))
    }
}

export async function startCrm(apps, env = {}) {
    process.env.SMGCRM_REALTIME_APPS = JSON.stringify(apps)
    Object.assign(process.env, env)
    try {
        return await Crm.start()
    } finally {
        delete process.env.SMGCRM_REALTIME_APPS
        for (const name of Object.keys(env)) delete process.env[name]
    }
}

export const portOf = (crm) => Number(new URL(crm.url).port)

export function server(crm, of = app) {
    return new PusherServer({ appId: of.id, key: of.key, secret: of.secret, host: '127.0.0.1', port: portOf(crm), useTLS: false })
}

/** pusher-js as a shop's page would use it; rights are signed here, as the page's own server would. */
export function client(crm, of = app, { user, options = {} } = {}) {
    const signer = server(crm, of)
    return new Pusher(of.key, {
        wsHost: '127.0.0.1', wsPort: portOf(crm), forceTLS: false, enabledTransports: ['ws'], enableStats: false, cluster: 'none',
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, done) => done(null, signer.authorizeChannel(socketId, channelName, user && { user_id: user, user_info: { name: `name ${user}` } })),
        },
        userAuthentication: { customHandler: ({ socketId }, done) => done(null, signer.authenticateUser(socketId, { id: user ?? 'u1' })) },
        ...options,
    })
}

export const once = (source, event) => new Promise((done) => {
    const heard = (data) => {
        source.unbind(event, heard)
        done(data)
    }
    source.bind(event, heard)
})

export const subscribed = (channel) => channel.subscribed ? Promise.resolve() : once(channel, 'pusher:subscription_succeeded')

export async function until(what, within = 20_000) {
    for (const end = Date.now() + within; ; ) {
        const value = await what()
        if (value) return value
        if (Date.now() > end) throw new Error(`it never came: ${what}`)
        await new Promise((done) => setTimeout(done, 20))
    }
}

/** A bare WebSocket, for what no library would send. */
export class Raw {
    static async open(crm, path = `/app/${app.key}?protocol=7&client=js&version=8.4.0`, headers = {}) {
        const raw = new Raw()
        raw.got = []
        raw.socket = new WebSocket(`ws://127.0.0.1:${portOf(crm)}${path}`, { headers })
        raw.closed = new Promise((done) => raw.socket.on('close', (code, reason) => done({ code, reason: String(reason) })))
        raw.answers = true // what it is asked for as a sign of life
        raw.socket.on('message', (text) => {
            const message = JSON.parse(String(text))
            raw.got.push(message)
            if (message.event === 'pusher:ping' && raw.answers) raw.say('pusher:pong')
        })
        raw.socket.on('error', () => {})
        await new Promise((done, failed) => {
            raw.socket.on('open', done)
            raw.socket.on('unexpected-response', (_, response) => failed(new Error(String(response.statusCode))))
        })
        return raw
    }

    say(event, data = {}, channel) {
        this.socket.send(JSON.stringify({ event, data, channel }))
    }

    async hears(event) {
        return until(() => this.got.find((one) => one.event === event))
    }

    async socketId() {
        return JSON.parse((await this.hears('pusher:connection_established')).data).socket_id
    }

    close() {
        this.socket.terminate()
    }
}
