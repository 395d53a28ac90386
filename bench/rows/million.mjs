// Lists over 1,000,000 orders, and what starting and waiting cost with them.
import { send } from '../client.mjs'
import { Installation, now, percentile, sleep, wrk } from '../program.mjs'
import { seedOrders } from '../seed.mjs'
import { addAdministrator, desk } from './desk.mjs'

const orders = 1_000_000, sites = 20
const statuses = ['executing', 'pending', 'notaccepted', 'canceled', 'completed']
const any = (list) => list[Math.floor(Math.random() * list.length)]
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

// The times of `count` requests, `together` at once; `path` gives each.
async function times(server, token, path, count = 400, together = 4) {
    const all = []
    const one = async () => {
        for (let i = 0; i < count / together; ++i) {
            const url = server.url + await path()
            const began = now()
            const { status, body, at } = await send(url, { token })
            if (status !== 200) throw new Error(`${url}: ${status} ${body}`)
            all.push(at - began)
        }
    }
    await Promise.all(Array.from({ length: together }, one))
    return all
}

const row = (name, all, most) => ({ name, figure: percentile(all, 0.99), unit: ' ms p99', most, note: `p50 ${percentile(all, 0.5).toFixed(1)} ms` })

async function lists(server, token, seconds) {
    const base = '/api/v1/orders?per_page=25'
    const first = () => `${base}&site_id=${1 + Math.floor(Math.random() * sites)}&status=${any(statuses)}`
    const next = async () => {
        const url = first()
        return `${url}&cursor=${JSON.parse((await send(server.url + url, { token })).body).meta.next_cursor}`
    }
    await times(server, token, first, 100)
    const rows = [
        row('list by site and status, first page', await times(server, token, first), 20),
        row('list by site and status, next page', await times(server, token, next), 20),
        row('list of all sites', await times(server, token, () => base)),
        row('search by the shop\'s number', await times(server, token, () => `${base}&q=WP-${1 + Math.floor(Math.random() * orders)}`)),
        row('search by e-mail', await times(server, token, () => `${base}&q=client${Math.floor(Math.random() * 200_000)}%40example.com`)),
        row('search by link', await times(server, token, () => `${base}&q=https://instagram.com/some.user.name.${Math.floor(Math.random() * 300_000)}`)),
        row('the last two days', await times(server, token, () => `${base}&from=${day(2)}`)),
        row('one day of a site, 10 days ago', await times(server, token, () => `${base}&site_id=${1 + Math.floor(Math.random() * sites)}&from=${day(10)}&to=${day(9)}`, 100)),
    ]
    const loaded = await wrk('list_orders.lua', server.url, { seconds, token })
    return [...rows, { name: 'lists under load, 32 connections', figure: loaded.per_second, unit: '/s', note: `p50 ${loaded.p50_ms} ms, p99 ${loaded.p99_ms} ms` }]
}

export async function million({ folder, seconds }) {
    const installation = new Installation(`${folder}/million`)
    for (let site = 1; site <= sites; ++site) installation.addSite(site)
    for (const number of [1, 2, 3, 4]) installation.addSupplier(number, 'http://127.0.0.1:9/api/v2')
    const token = installation.addToken('manager')
    addAdministrator(installation)
    seedOrders(`${folder}/million/smgcrm.db`, orders, sites)

    const starts = []
    for (let i = 0; i < 5; ++i) {
        const server = await installation.serve()
        starts.push(server.readyMs)
        await server.stop()
    }
    const server = await installation.serve()
    try {
        await sleep(15_000)
        const idle = server.memory()
        const rows = await lists(server, token, seconds)
        return [
            { name: 'start to ready, 1,000,000 orders', figure: percentile(starts, 0.5), unit: ' ms', most: 300, note: `slowest of 5: ${Math.max(...starts).toFixed(0)} ms` },
            { name: 'memory at rest, 15 s after the start', figure: idle, unit: ' MiB', most: 40, note: `after the lists: ${server.memory().toFixed(0)} MiB` },
            ...rows,
            ...(await desk(server)),
        ]
    } finally {
        await server.stop()
    }
}
