// Durable orders a second over HTTP, beside the raw INSERTs of the same rows.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { built, Installation, wrk } from '../program.mjs'
import { startMariaDb } from '../mariadb.mjs'

const raw = (name, ...args) => JSON.parse(execFileSync(built(name), args, { encoding: 'utf8' })).per_second

const words = (result) => `p50 ${result.p50_ms} ms, p99 ${result.p99_ms} ms${result.refused + result.broken ? `, ${result.refused + result.broken} FAILED` : ''}`

// One place in the mapping for each of the shop's supplier ids; nobody is called.
function prepared(data, database) {
    const installation = new Installation(data, database)
    const token = installation.addSite()
    for (const number of [1, 2, 3, 4]) installation.addSupplier(number, 'http://127.0.0.1:9/api/v2')
    return { installation, token }
}

async function load(installation, token, seconds, connections) {
    const server = await installation.serve('web')
    await wrk('create_order.lua', server.url, { seconds: 2, connections, token })
    const result = await wrk('create_order.lua', server.url, { seconds, connections, token })
    await server.stop()
    return result
}

export async function createOrder({ folder, seconds }) {
    const data = `${folder}/create_order`
    const { installation, token } = prepared(data)
    const result = await load(installation, token, seconds, 32)
    const fresh = () => {
        for (const end of ['', '-wal', '-shm']) rmSync(`${data}/raw.db${end}`, { force: true })
        return `${data}/raw.db`
    }
    const grouped = raw('bench_raw_inserts', `${data}/smgcrm.db`, fresh(), '256', `${seconds}`)
    const one = raw('bench_raw_inserts', `${data}/smgcrm.db`, fresh(), '1', `${seconds}`)
    const many = await load(installation, token, seconds, 256)
    return [
        { name: 'createOrder, 32 connections', figure: result.per_second, unit: '/s', note: words(result),
          baseline: grouped, against: 'raw INSERTs, 256 orders a commit', aim: 0.4 },
        { name: 'createOrder, 32 connections', figure: result.per_second, unit: '/s',
          baseline: one, against: 'raw INSERTs, one order a commit', aim: 3 },
        { name: 'createOrder, 256 connections', figure: many.per_second, unit: '/s', note: words(many),
          baseline: grouped, against: 'raw INSERTs, 256 orders a commit' },
    ]
}

export async function createOrderMariaDb({ folder, seconds }) {
    const mariadb = await startMariaDb(`${folder}/mariadb`)
    try {
        const { installation, token } = prepared(`${folder}/create_order_mariadb`, mariadb.url('sample'))
        const few = await load(installation, token, seconds, 32)
        const many = await load(installation, token, seconds, 256)
        new Installation(`${folder}/create_order_mariadb_raw`, mariadb.url('target')).command('migrate')
        const grouped = raw('bench_raw_inserts_mariadb', ...mariadb.address, 'sample', 'target', '256', `${seconds}`)
        const row = (connections, result) => ({
            name: `createOrder on MariaDB, ${connections} connections`, figure: result.per_second, unit: '/s', note: words(result),
            baseline: grouped, against: 'its own multi-row INSERTs, 256 orders a commit', aim: 0.5 })
        return [row(32, few), row(256, many)]
    } finally {
        await mariadb.stop()
    }
}
