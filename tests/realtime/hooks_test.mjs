// What an app's webhook is told, signed as Pusher signs, until it has taken it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import PusherServer from 'pusher'
import { app, client, Receiver, startCrm, subscribed, until } from './live.mjs'

let crm, receiver
before(async () => {
    receiver = await Receiver.start()
    crm = await startCrm([{ ...app, webhook: receiver.url }])
})
after(async () => {
    await crm?.stop()
    await receiver?.stop()
})

const events = () => receiver.got.flatMap(({ body }) => JSON.parse(body).events)

test('occupied, members, client events and vacated arrive, also at a receiver that failed at first', async () => {
    receiver.failures = 2
    const [one, two] = [client(crm, app, { user: 'anna' }), client(crm, app, { user: 'borys' })]
    const channels = [one.subscribe('presence-hooked'), two.subscribe('presence-hooked')]
    await Promise.all(channels.map(subscribed))
    channels[0].trigger('client-typing', { at: 1 })
    await until(() => events().some(({ name }) => name === 'client_event'), 40_000)
    one.disconnect()
    two.disconnect()
    const named = (name) => events().filter((event) => event.name === name && event.channel === 'presence-hooked')
    await until(() => named('channel_vacated').length > 0)
    await until(() => named('channel_occupied').length > 0 && named('member_added').length >= 2 && named('member_removed').length >= 2, 60_000)
    const said = named('client_event')[0]
    assert.deepEqual([said.event, JSON.parse(said.data), said.user_id], ['client-typing', { at: 1 }, 'anna'])

    // The official library verifies each of them, and not one whose words were changed.
    const verifier = new PusherServer({ appId: app.id, key: app.key, secret: app.secret, host: 'x' })
    const { headers, body } = receiver.got.at(-1)
    assert.ok(verifier.webhook({ headers, rawBody: body }).isValid())
    assert.ok(!verifier.webhook({ headers, rawBody: body.replace('hooked', 'hacked') }).isValid())
})
