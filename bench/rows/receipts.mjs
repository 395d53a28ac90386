// From the shop's 2xx to the supplier's receipt: both on this machine's clock, the receipt by the simulator's own ledger.
import { order, send } from '../client.mjs'
import { Installation, now, percentile, simulator, sleep } from '../program.mjs'

const suppliers = [1, 2, 3, 4]

// The times from 2xx to receipt in ms, of as many orders.
async function delays(server, supplier, token, count, pauseMs, prefix) {
    const answered = new Map()
    const began = now()
    const open = []
    for (let i = 0; i < count; ++i) {
        const number = `${prefix}${i}`
        const asked = send(`${server.url}/api/v1/createOrder`, { method: 'POST', token, body: order(number, suppliers[i % suppliers.length]) })
        open.push(asked.then(({ status, body, at }) => {
            if (status !== 200) throw new Error(`createOrder: ${status} ${body}`)
            answered.set(`https://instagram.com/${number}`, at)
        }))
        const due = began + (i + 1) * pauseMs - now()
        if (due > 1) await sleep(due)
    }
    await Promise.all(open)
    const seconds = (now() - began) / 1000
    for (let tries = 0; ; ++tries) {
        const ledger = JSON.parse((await send(`${supplier.url}/ledger`)).body)
        const times = ledger.filter(({ link }) => answered.has(link)).map(({ link, time }) => Date.parse(time) - answered.get(link))
        if (times.length >= count || tries > 600) return { times, seconds, missing: count - times.length }
        await sleep(100)
    }
}

const row = (name, { times, missing }, aim) => ({
    name, figure: percentile(times, 0.99), unit: ' ms p99', most: aim,
    note: `p50 ${percentile(times, 0.5).toFixed(1)} ms, most ${Math.max(...times).toFixed(0)} ms, ${times.length} orders${missing ? `, ${missing} NEVER CAME` : ''}`,
})

export async function receipts({ folder, seconds }) {
    const supplier = await simulator()
    const installation = new Installation(`${folder}/receipts`)
    const token = installation.addSite()
    for (const number of suppliers) installation.addSupplier(number, `${supplier.url}/api/v2`)
    const server = await installation.serve()
    try {
        await delays(server, supplier, token, 20, 50, 'warm')
        const idle = await delays(server, supplier, token, 200, 50, 'idle')
        const loaded = await delays(server, supplier, token, 500 * seconds, 2, 'busy')
        const rate = Math.round((500 * seconds) / loaded.seconds)
        return [row('supplier has the order after the 2xx, idle', idle, 50),
                row(`supplier has the order after the 2xx, ${rate}/s`, loaded, 250)]
    } finally {
        await server.stop()
        await supplier.stop()
    }
}
