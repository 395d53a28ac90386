// Two windows: what happens in one is seen in the other, without a reload.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { Browser, Crm } from './crm.mjs'

let crm, first, second
before(async () => {
    crm = await Crm.start()
})
after(() => crm?.stop())
beforeEach(async () => {
    ;[first, second] = await Promise.all([Browser.start(), Browser.start()])
})
afterEach(() => Promise.all([first.stop(), second.stop()]))

const row = (page, number) => page.locator('tbody tr', { hasText: number })
const live = (page) => page.waitForSelector('.live-mark[data-state=live]')

test('an order arrives in both windows; one decides, the other sees it and by whom', async () => {
    await crm.order('before-1')
    const [admin, manager] = [await first.signIn(crm, 'admin'), await second.signIn(crm, 'manager')]
    for (const page of [admin, manager]) {
        await page.goto(`${crm.url}/order`)
        await row(page, 'before-1').first().waitFor()
        await live(page)
    }
    await crm.order('live-1', { client_email: 'x@mailinator.com' })
    for (const page of [admin, manager]) await row(page, 'live-1').locator('.badge-pending').first().waitFor()
    await row(admin, 'live-1').locator('[data-open]').first().click()
    await admin.locator('.drawer [data-decide=approve]').first().waitFor()
    await row(manager, 'live-1').locator('[data-open]').first().click()
    // Each sees that the other has it open.
    await admin.locator('.lookers', { hasText: 'manager' }).waitFor()
    await manager.locator('.lookers', { hasText: 'admin' }).waitFor()
    await admin.locator('[data-decide=approve]').first().click()
    await manager.waitForSelector('.drawer .badge-launching, .drawer .badge-executing, .drawer .badge-completed')
    await manager.locator('.toast-card', { hasText: 'admin' }).first().waitFor()
    assert.deepEqual([first.problems, second.problems], [[], []])
})

test('after the connection was away the page catches up by itself', async () => {
    const page = await first.signIn(crm, 'admin')
    await page.goto(`${crm.url}/order`)
    await live(page)
    await first.context.setOffline(true)
    await page.waitForSelector('.live-mark:not([data-state=live])', { timeout: 60_000 })
    await crm.order('missed-1')
    await first.context.setOffline(false)
    await row(page, 'missed-1').first().waitFor({ timeout: 60_000 })
    await live(page)
})
