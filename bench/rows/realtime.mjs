// WebSockets by the ten thousand, beside a public server of the same protocol; and how soon a page shows what happened.
import { loadavg } from 'node:os'
import { Browser, Crm } from '../../tests/browser/crm.mjs'
import { startPeer } from '../peer.mjs'
import { Installation, now, percentile, sleep } from '../program.mjs'
import { Clients, monotonic, numbered, Publisher } from '../pusher.mjs'

const clients = 10_000, channels = 1000
const messageBytes = 300, rounds = 5, perRound = 20
const rate = 1000, batch = 10
const app = { id: 'bench', key: 'bench-key', secret: 'bench-secret', connections: 20_000 }

async function startOurs(folder) {
    const installation = new Installation(`${folder}/realtime`)
    Object.assign(installation.env, { SMGCRM_REALTIME_APPS: JSON.stringify([app]), SMGCRM_CONNECTIONS: '1000', SMGCRM_REALTIME_CONNECTIONS: '12000' })
    const server = await installation.serve()
    return Object.assign(server, { app, port: Number(new URL(server.url).port) })
}

// KiB of the server for each of so many clients that do nothing.
async function settled(server) {
    await sleep(3000)
    return server.memory() * 1024
}

async function connected(server) {
    const before = await settled(server)
    const all = await Clients.start(server.port, app.key, clients, 1)
    return { all, each: ((await settled(server)) - before) / clients, publisher: new Publisher(server.url, app), taken: [] }
}

let number = 0

async function fanOut({ all, publisher, taken }) {
    for (let i = 0; i < perRound; ++i) {
        const event = numbered(++number, 'bench-0', messageBytes)
        const began = monotonic()
        await Promise.all([publisher.publish(event), all.heard(number).then((at) => taken.push(at - began))])
        await sleep(20)
    }
}

const spread = (taken) => `p50 ${percentile(taken, 0.5).toFixed(1)} ms, p99 ${percentile(taken, 0.99).toFixed(1)} ms`

async function crowd(ours, peer) {
    const here = await connected(ours)
    const there = peer.problem ? undefined : await connected(peer)
    for (const one of [here, there]) if (one) await fanOut({ ...one, taken: [] })
    for (let round = 0; round < rounds; ++round)
        for (const one of [here, there]) if (one) await fanOut(one)
    for (const one of [here, there]) {
        one?.publisher.stop()
        if ((await one?.all.stop())?.closed) throw new Error('connections were closed')
    }
    const load = `load of the machine ${loadavg()[0].toFixed(1)}`
    const row = (part, unit) => {
        const figure = percentile(here.taken, part)
        const name = `${messageBytes} bytes to ${clients.toLocaleString('en')} clients: the last has it`
        if (!there) return { name, figure, unit, note: `not beside a public server: ${peer.problem}` }
        return { name, figure, unit, baseline: percentile(there.taken, part), baselineUnit: ' ms', against: `${peer.name}, in turns`, atMost: 0.5,
                 note: `${here.taken.length} messages each, ${load}` }
    }
    return [
        { name: `memory of each of ${clients.toLocaleString('en')} idle clients`, figure: here.each, unit: ' KiB', most: 12,
          note: there ? `${peer.name}: ${there.each.toFixed(1)} KiB` : undefined },
        row(0.5, ' ms p50'), row(0.99, ' ms p99'),
    ]
}

async function manyChannels(ours) {
    const all = await Clients.start(ours.port, app.key, clients, channels)
    const publisher = new Publisher(ours.url, app)
    const seconds = 60, count = rate * seconds
    const sent = [], open = []
    const began = monotonic()
    for (let from = 0; from < count; from += batch) {
        const pause = began + (from * 1000) / rate - monotonic()
        if (pause > 1) await sleep(pause)
        const events = Array.from({ length: batch }, (_, i) => numbered(from + i, `bench-${(from + i) % channels}`, messageBytes))
        sent.push(monotonic())
        open.push(publisher.publishBatch(events))
    }
    await Promise.all(open)
    const took = (monotonic() - began) / 1000
    for (let tries = 0; all.at.size < count && tries < 100; ++tries) await sleep(100)
    publisher.stop()
    const taken = [...all.at].map(([one, at]) => at - sent[Math.floor(one / batch)])
    const { deliveries, closed } = await all.stop()
    return [{
        name: `${channels.toLocaleString('en')} channels × ${clients / channels} clients, ${rate.toLocaleString('en')} messages/s for ${seconds} s`,
        figure: (count * clients) / channels - deliveries, unit: ' lost', most: 0,
        note: `${Math.round(count / took)}/s, ${deliveries.toLocaleString('en')} deliveries, the last client of a channel has it: ${spread(taken)}, ${closed} closed`,
    }]
}

// In the page: notes when a row first shows an order, and when it first shows it in another status.
const watchRows = () => {
    window.seen = {}
    const look = () => {
        const at = performance.timeOrigin + performance.now()
        for (const row of document.querySelectorAll('tbody tr[data-id]')) {
            const waits = row.querySelector('.badge-pending') !== null
            window.seen[`${row.dataset.id}${waits ? '' : ' decided'}`] ??= at
        }
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    look()
}

async function page() {
    const changes = 60
    const crm = await Crm.start()
    const browser = await Browser.start()
    try {
        const token = crm.installation.addToken('admin')
        const tab = await browser.signIn(crm, 'admin')
        await crm.order('first', { client_email: 'x@mailinator.com' })
        await tab.goto(`${crm.url}/order`)
        await tab.waitForSelector('.live-mark[data-state=live]')
        await tab.waitForSelector('tbody tr[data-id]')
        await tab.evaluate(watchRows)
        const began = {}
        // A change that the page does not show in time is counted as never seen.
        const shown = (what) => tab.waitForFunction((key) => window.seen[key], what, { timeout: 10_000 }).catch(() => {})
        for (let i = 0; i < changes; ++i) {
            const start = now()
            const id = await crm.order(`bench-${i}`, { client_email: 'x@mailinator.com' })
            began[id] = start
            await shown(`${id}`)
            await sleep(200)
            began[`${id} decided`] = now()
            const reply = await fetch(`${crm.url}/api/v1/orders/${id}/decisions`, {
                method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ kind: 'approve', version: 1 }),
            })
            if (reply.status !== 200) throw new Error(`approve: ${reply.status} ${await reply.text()}`)
            await shown(`${id} decided`)
            await sleep(200)
        }
        const seen = await tab.evaluate(() => window.seen)
        const taken = Object.entries(began).map(([what, start]) => (seen[what] ?? Infinity) - start)
        const missing = taken.filter((ms) => ms === Infinity).length
        return [{ name: 'a changed order is on the page in Chromium', figure: percentile(taken, 0.99), unit: ' ms p99', most: 1000,
                  note: `p50 ${percentile(taken, 0.5).toFixed(0)} ms, most ${Math.max(...taken).toFixed(0)} ms, ${taken.length} changes, from before the request${missing ? `, ${missing} NEVER SEEN` : ''}` }]
    } finally {
        await browser.stop()
        await crm.stop()
    }
}

export async function realtime({ folder }) {
    const peer = await startPeer()
    const ours = await startOurs(folder)
    let rows
    try {
        rows = [...(await crowd(ours, peer)), ...(await manyChannels(ours))]
    } finally {
        await ours.stop()
        await peer.stop?.()
    }
    return [...rows, ...(await page())]
}
