// How long 100,000 open orders take to be asked about and written down, at a supplier that answers in 50 ms.
import { send } from '../client.mjs'
import { Installation, now, Program, sleep, sqlite } from '../program.mjs'
import { seedOpenOrders } from '../seed.mjs'

const open = 100_000

export async function polling({ folder }) {
    const supplier = await Program.start(process.execPath, ['bench/supplier.mjs', '50'])
    const installation = new Installation(`${folder}/polling`)
    installation.addSite()
    const id = installation.addSupplier(1, `${supplier.url}/api/v2`)
    const admin = installation.addToken('admin')
    installation.set({ 'timetable.statuses_s': '1', 'statuses.every_s': '3600' })
    const file = `${folder}/polling/smgcrm.db`
    seedOpenOrders(file, open)
    const server = await installation.serve('web')
    await send(`${server.url}/api/v1/suppliers/${id}`, { method: 'PATCH', token: admin, body: { calls_per_second: 100 } })
    await server.stop()

    const worker = await installation.serve()
    try {
        const asked = async () => JSON.parse((await send(`${supplier.url}/counts`)).body)
        const due = () => Number(sqlite(file, `SELECT COUNT(*) FROM orders WHERE poll_at <= strftime('%Y-%m-%d %H:%M:%f', 'now');`))
        while ((await asked()).calls === 0) await sleep(5)
        const began = now()
        while ((await asked()).orders < open && now() - began < 300_000) await sleep(50)
        while (due() > 0 && now() - began < 300_000) await sleep(50)
        const seconds = (now() - began) / 1000
        const { calls, orders } = await asked()
        return [{ name: '100,000 open orders followed, supplier answers in 50 ms', figure: seconds, unit: ' s', most: 60,
                  note: `${calls} calls for ${orders} orders; one call after the other: ${(open / 100) * 0.05} s in waiting alone` }]
    } finally {
        await worker.stop()
        await supplier.stop()
    }
}
