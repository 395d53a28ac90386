// Every channel kind, by the official pusher-js, laravel-echo and pusher packages.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import PusherServer from 'pusher'
import { app, client, closedApp, once, portOf, quietApp, Raw, server, smallApp, startCrm, subscribed, until } from './live.mjs'

let crm
const opened = []
const open = (...given) => {
    const one = client(crm, ...given)
    opened.push(one)
    return one
}
before(async () => {
    crm = await startCrm([app, quietApp, smallApp, closedApp])
})
after(() => crm?.stop())
afterEach(() => {
    for (const one of opened.splice(0)) one.disconnect()
})

test('a public channel: what the server publishes arrives, but not at the excluded socket', async () => {
    const [one, two] = [open(), open()]
    const channels = [one.subscribe('news'), two.subscribe('news')]
    await Promise.all(channels.map(subscribed))
    const heard = once(channels[1], 'said')
    channels[0].bind('said', () => assert.fail('it was excluded'))
    await server(crm).trigger('news', 'said', { words: 'привіт "x"' }, { socket_id: one.connection.socket_id })
    assert.deepEqual(await heard, { words: 'привіт "x"' })
    const again = once(channels[0], 'more')
    await server(crm).trigger(['news', 'other'], 'more', 1)
    assert.equal(await again, 1)
})

test('a private channel opens by its signature only', async () => {
    const one = open(app)
    const channel = one.subscribe('private-orders')
    await subscribed(channel)
    const heard = once(channel, 'x')
    await server(crm).trigger('private-orders', 'x', { n: 1 })
    assert.deepEqual(await heard, { n: 1 })

    const raw = await Raw.open(crm)
    const id = await raw.socketId()
    const foreign = server(crm).authorizeChannel(id, 'private-other').auth
    const wrongSocket = server(crm).authorizeChannel('1.2', 'private-orders').auth
    const wrongSecret = server(crm, { ...app, secret: 'guess' }).authorizeChannel(id, 'private-orders').auth
    // A presence signature must not open a private channel whose name holds its words.
    for (const auth of [undefined, '', 'x', foreign, wrongSocket, wrongSecret]) {
        raw.got.length = 0
        raw.say('pusher:subscribe', { channel: 'private-orders', auth })
        const refused = await raw.hears('pusher:subscription_error')
        assert.equal(JSON.parse(refused.data).status, 401)
        assert.equal(JSON.parse(refused.data).type, 'AuthError')
    }
    await server(crm).trigger('private-orders', 'secret', {})
    raw.say('pusher:ping')
    await raw.hears('pusher:pong')
    assert.ok(!raw.got.some((one) => one.event === 'secret'))
    // The control: the right words open it.
    raw.say('pusher:subscribe', { channel: 'private-orders', auth: server(crm).authorizeChannel(id, 'private-orders').auth })
    await raw.hears('pusher_internal:subscription_succeeded')
    raw.close()
})

test('members of a presence channel know each other, one member for two tabs', async () => {
    const anna = open(app, { user: 'anna' })
    const channel = anna.subscribe('presence-room')
    await subscribed(channel)
    assert.equal(channel.members.count, 1)
    const added = once(channel, 'pusher:member_added')
    const [first, second] = [open(app, { user: 'borys' }), open(app, { user: 'borys' })]
    const theirs = first.subscribe('presence-room')
    await subscribed(theirs)
    assert.deepEqual(await added, { id: 'borys', info: { name: 'name borys' } })
    assert.deepEqual(Object.keys(theirs.members.members).sort(), ['anna', 'borys'])
    await subscribed(second.subscribe('presence-room'))
    assert.equal(channel.members.count, 2)
    const users = await (await server(crm).get({ path: '/channels/presence-room/users' })).json()
    assert.deepEqual(users.users.map((one) => one.id).sort(), ['anna', 'borys'])
    let removed = 0
    channel.bind('pusher:member_removed', () => ++removed)
    first.disconnect()
    await until(async () => (await (await server(crm).get({ path: '/channels/presence-room', params: { info: 'subscription_count,user_count' } })).json()).subscription_count === 2)
    assert.equal(removed, 0)
    second.disconnect()
    await until(() => removed === 1)
})

test('client events reach the other members, and only with the right to send them', async () => {
    const [one, two] = [open(app, { user: '1' }), open(app, { user: '2' })]
    const channels = [one.subscribe('presence-talk'), two.subscribe('presence-talk')]
    await Promise.all(channels.map(subscribed))
    channels[0].bind('client-typing', () => assert.fail('not to the sender'))
    const heard = new Promise((done) => channels[1].bind('client-typing', (data, about) => done([data, about.user_id])))
    channels[0].trigger('client-typing', { at: 1 })
    assert.deepEqual(await heard, [{ at: 1 }, '1'])

    const raw = await Raw.open(crm)
    raw.say('client-x', {}, 'presence-talk')
    assert.equal((await raw.hears('pusher:error')).data.code, 4009)
    raw.close()
    const other = await Raw.open(crm, `/app/${quietApp.key}?protocol=7`)
    const auth = server(crm, quietApp).authorizeChannel(await other.socketId(), 'private-x').auth
    other.say('pusher:subscribe', { channel: 'private-x', auth })
    await other.hears('pusher_internal:subscription_succeeded')
    other.say('client-x', {}, 'private-x')
    assert.equal((await other.hears('pusher:error')).data.code, 4009)
    other.close()
})

test('client events beyond ten a second are refused', async () => {
    const raw = await Raw.open(crm)
    const auth = server(crm).authorizeChannel(await raw.socketId(), 'private-fast').auth
    raw.say('pusher:subscribe', { channel: 'private-fast', auth })
    await raw.hears('pusher_internal:subscription_succeeded')
    for (let i = 0; i < 30; ++i) raw.say('client-x', { i }, 'private-fast')
    assert.equal((await raw.hears('pusher:error')).data.code, 4301)
    raw.close()
})

test('a cache channel gives its last event to who comes later', async () => {
    const first = open().subscribe('cache-rates')
    await once(first, 'pusher:cache_miss')
    await server(crm).trigger('cache-rates', 'rate', { usd: '41.20' })
    const later = open().subscribe('cache-rates')
    assert.deepEqual(await once(later, 'rate'), { usd: '41.20' })
})

test('what a client says does not take the place of what the server said last', async () => {
    const [first, later] = [open().subscribe('private-cache-rates'), open().subscribe('private-cache-rates')]
    await Promise.all([subscribed(first), subscribed(later)])
    const heard = once(later, 'client-rate')
    await server(crm).trigger('private-cache-rates', 'rate', { usd: '41.20' })
    await until(() => first.trigger('client-rate', { usd: '1.00' }))
    assert.deepEqual(await heard, { usd: '1.00' })
    assert.deepEqual(await once(open().subscribe('private-cache-rates'), 'rate'), { usd: '41.20' })
})

test('a signed-in user enters a presence channel without channel_data', async () => {
    const bare = (socketId, channel) => `${app.key}:${createHmac('sha256', app.secret).update(`${socketId}:${channel}`).digest('hex')}`
    const raw = await Raw.open(crm)
    const socketId = await raw.socketId()
    raw.say('pusher:subscribe', { channel: 'presence-named', auth: bare(socketId, 'presence-named') })
    assert.equal(JSON.parse((await raw.hears('pusher:subscription_error')).data).status, 401, 'control: nobody is signed in')
    const user = JSON.stringify({ id: 'u9', user_info: { name: 'Nina' } })
    raw.say('pusher:signin', { auth: `${app.key}:${createHmac('sha256', app.secret).update(`${socketId}::user::${user}`).digest('hex')}`, user_data: user })
    await raw.hears('pusher:signin_success')
    raw.say('pusher:subscribe', { channel: 'presence-named', auth: bare(socketId, 'presence-named') })
    const { presence } = JSON.parse((await raw.hears('pusher_internal:subscription_succeeded')).data)
    assert.deepEqual(presence, { count: 1, ids: ['u9'], hash: { u9: { name: 'Nina' } } })
    raw.close()
})

test('a flood of pings is not answered one by one', async () => {
    const raw = await Raw.open(crm)
    await raw.socketId()
    let pongs = 0
    raw.socket.on('pong', () => ++pongs)
    const many = 5000
    for (let i = 0; i < many; ++i) raw.socket.ping('')
    raw.say('pusher:ping', {})
    await until(() => pongs > 0)
    assert.equal((await raw.closed).code, 4301, 'they count as messages do')
    assert.ok(pongs < many, `${pongs}`)
})

test('encrypted channels pass through', async () => {
    const masterKey = Buffer.alloc(32, 7).toString('base64')
    const signer = new PusherServer({ appId: app.id, key: app.key, secret: app.secret, host: '127.0.0.1', port: portOf(crm), useTLS: false, encryptionMasterKeyBase64: masterKey })
    const one = new Pusher(app.key, {
        wsHost: '127.0.0.1', wsPort: portOf(crm), forceTLS: false, enabledTransports: ['ws'], cluster: 'none',
        channelAuthorization: { customHandler: ({ socketId, channelName }, done) => done(null, signer.authorizeChannel(socketId, channelName)) },
    })
    opened.push(one)
    const channel = one.subscribe('private-encrypted-vault')
    await subscribed(channel)
    const heard = once(channel, 'secret')
    await signer.trigger('private-encrypted-vault', 'secret', { pin: 42 })
    assert.deepEqual(await heard, { pin: 42 })
})

test('a signed-in user gets what is sent to them, and can be sent away', async () => {
    const one = open(app, { user: 'u7' })
    one.signin()
    await one.user.signinDonePromise
    const heard = once(one.user, 'hello')
    await until(async () => {
        await server(crm).sendToUser('u7', 'hello', { a: 1 })
        return Promise.race([heard, new Promise((done) => setTimeout(done, 100))])
    })
    assert.deepEqual(await heard, { a: 1 })
    const gone = once(one.connection, 'disconnected')
    await server(crm).terminateUserConnections('u7')
    await gone

    const raw = await Raw.open(crm)
    raw.say('pusher:signin', { auth: `${app.key}:${'0'.repeat(64)}`, user_data: '{"id":"u7"}' })
    assert.equal((await raw.closed).code, 4009)
})

test('laravel-echo works unchanged', async () => {
    const echo = new Echo({
        broadcaster: 'pusher', Pusher, key: app.key, wsHost: '127.0.0.1', wsPort: portOf(crm), forceTLS: false, enabledTransports: ['ws'], cluster: 'none',
        authorizer: (channel) => ({ authorize: (socketId, done) => done(null, server(crm).authorizeChannel(socketId, channel.name, { user_id: 'e', user_info: { name: 'Echo' } })) }),
    })
    opened.push(echo)
    const channel = echo.private('orders.7')
    await new Promise((done) => channel.subscribed(done))
    const heard = new Promise((done) => channel.listen('.order.updated', done))
    await server(crm).trigger('private-orders.7', 'order.updated', { id: 7 })
    assert.deepEqual(await heard, { id: 7 })
    const here = await new Promise((done) => echo.join('desk').here(done))
    assert.deepEqual(here, [{ name: 'Echo' }])
})

test('after a lost connection the library comes back by itself', async () => {
    const one = open()
    const channel = one.subscribe('news')
    await subscribed(channel)
    const before = one.connection.socket_id
    one.connection.connection.transport.socket.close()
    await until(() => one.connection.state === 'connected' && one.connection.socket_id !== before)
    await until(() => channel.subscribed)
    const heard = once(channel, 'back')
    await server(crm).trigger('news', 'back', {})
    await heard
})

test('the HTTP API tells of channels, and refuses what was not signed so', async () => {
    const one = open()
    await subscribed(one.subscribe('listed'))
    const list = await (await server(crm).get({ path: '/channels', params: { filter_by_prefix: 'list', info: 'subscription_count' } })).json()
    assert.deepEqual(list, { channels: { listed: { subscription_count: 1 } } })
    assert.equal((await (await server(crm).get({ path: '/channels/nobody' })).json()).occupied, false)
    assert.equal((await server(crm).get({ path: '/channels/listed/users' }).catch((error) => error)).status, 400)
    const batch = await server(crm).triggerBatch([{ channel: 'listed', name: 'a', data: 1 }, { channel: 'b', name: 'b', data: 2 }])
    assert.equal(batch.status, 200)

    const refused = async (of, run) => (await run(server(crm, of)).catch((error) => error)).status
    const send = (one) => one.trigger('listed', 'x', {})
    assert.equal(await refused({ ...app, secret: 'wrong' }, send), 401)
    assert.equal(await refused({ ...app, key: 'other' }, send), 401)
    assert.equal(await refused({ ...app, id: 'nobody' }, send), 404)
    assert.equal(await refused(closedApp, send), 403)
    assert.equal(await refused(app, (one) => one.trigger('listed', 'x', 'y'.repeat(10 * 1024 + 1))), 413)
    const now = Date.now
    Date.now = () => now() - 700_000
    try {
        assert.equal(await refused(app, send), 401)
    } finally {
        Date.now = now
    }
    // Words changed on the way: the body no longer is what was signed.
    const { createSignedQueryString } = server(crm)
    const body = JSON.stringify({ name: 'x', channel: 'listed', data: '1' })
    const query = createSignedQueryString.call(server(crm), { method: 'POST', path: `/apps/${app.id}/events`, body })
    const post = (text) => fetch(`${crm.url}/apps/${app.id}/events?${query}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text })
    assert.equal((await post(body.replace('"1"', '"2"'))).status, 401)
    assert.equal((await post(body)).status, 200)
})

test('connections that cannot be served are told why, in the codes that libraries know', async () => {
    const code = async (path) => (await (await Raw.open(crm, path)).closed).code
    assert.equal(await code('/app/nobody?protocol=7'), 4001)
    assert.equal(await code(`/app/${closedApp.key}?protocol=7`), 4003)
    assert.equal(await code(`/app/${app.key}`), 4008)
    assert.equal(await code(`/app/${app.key}?protocol=99`), 4007)
    const first = await Raw.open(crm, `/app/${smallApp.key}?protocol=7`)
    await first.socketId()
    assert.equal(await code(`/app/${smallApp.key}?protocol=7`), 4100)
    first.close()
    assert.equal((await fetch(`${crm.url}/app/${app.key}?protocol=7`)).status, 426)
})

test('malformed words end nothing and give no rights; malformed frames end the connection', async () => {
    const raw = await Raw.open(crm)
    for (const text of ['', '{', '[]', '"x"', '{"event":1}', '{"event":"pusher:unknown"}', '{"event":"pusher:subscribe"}', '{"event":"pusher:subscribe","data":{"channel":"bad name"}}', '\u0000'])
        raw.socket.send(text)
    raw.say('pusher:ping')
    await raw.hears('pusher:pong')
    assert.ok(raw.got.filter((one) => one.event === 'pusher:error').length >= 6)
    assert.ok(!raw.got.some((one) => one.event === 'pusher_internal:subscription_succeeded'))
    raw.socket.send('x'.repeat(16 * 1024 + 1))
    assert.equal((await raw.closed).code, 1009)
    const other = await Raw.open(crm)
    other.socket._socket.write(Buffer.from([0x81, 0x01, 0x41])) // not masked
    assert.equal((await other.closed).code, 1002)
})

test('the 101st channel of a connection is refused', async () => {
    const raw = await Raw.open(crm)
    await raw.socketId()
    for (let i = 0; i <= 100; ++i) raw.say('pusher:subscribe', { channel: `c${i}` })
    const refused = await raw.hears('pusher:subscription_error')
    assert.equal(refused.channel, 'c100')
    assert.equal(raw.got.filter((one) => one.event === 'pusher_internal:subscription_succeeded').length, 100)
    raw.close()
})

test('a reader that does not read is cut off, and nobody else waits for it', async () => {
    const slow = await Raw.open(crm)
    await slow.socketId()
    slow.say('pusher:subscribe', { channel: 'flood' })
    await slow.hears('pusher_internal:subscription_succeeded')
    slow.socket._socket.pause()
    const reader = open()
    const channel = reader.subscribe('flood')
    await subscribed(channel)
    let heard = 0
    channel.bind('x', () => ++heard)
    const data = 'y'.repeat(9000)
    let sent = 0
    await until(async () => {
        await server(crm).triggerBatch(Array.from({ length: 10 }, () => ({ channel: 'flood', name: 'x', data })))
        sent += 10
        return (await (await server(crm).get({ path: '/channels/flood', params: { info: 'subscription_count' } })).json()).subscription_count === 1
    })
    await until(() => heard === sent)
    slow.close()
})
