// Pages that listen to an outside server: here another program, which serves no page of theirs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBoth } from '../realtime/outside.mjs'
import { Browser } from './crm.mjs'

let crm, outside, first, second
before(async () => {
    ;({ crm, outside } = await startBoth())
    ;[first, second] = await Promise.all([Browser.start(), Browser.start()])
})
after(async () => {
    await Promise.all([first?.stop(), second?.stop()])
    await crm?.stop()
    await outside?.stop()
})

const row = (page, number) => page.locator('tbody tr', { hasText: number })

test('an order arrives by the outside server, and who has it open is seen; no policy is broken', async () => {
    const sockets = []
    first.page.on('websocket', (socket) => sockets.push(socket.url()))
    await crm.order('before-1')
    const [admin, manager] = [await first.signIn(crm, 'admin'), await second.signIn(crm, 'manager')]
    for (const page of [admin, manager]) {
        await page.goto(`${crm.url}/order`)
        await row(page, 'before-1').first().waitFor()
        await page.waitForSelector('.live-mark[data-state=live]')
    }
    assert.ok(sockets.length > 0)
    for (const url of sockets) assert.equal(new URL(url).host, new URL(outside.url).host)
    await crm.order('out-1', { client_email: 'x@mailinator.com' })
    for (const page of [admin, manager]) await row(page, 'out-1').locator('.badge-pending').first().waitFor()
    await row(admin, 'out-1').locator('[data-open]').first().click()
    await admin.locator('.drawer [data-decide=approve]').first().waitFor()
    await row(manager, 'out-1').locator('[data-open]').first().click()
    await admin.locator('.lookers', { hasText: 'manager' }).waitFor()
    await manager.locator('.lookers', { hasText: 'admin' }).waitFor()
    await admin.locator('[data-decide=approve]').first().click()
    await manager.locator('.toast-card', { hasText: 'admin' }).first().waitFor()
    assert.deepEqual([first.problems, second.problems], [[], []])
})
