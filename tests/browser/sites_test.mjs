// /settings/sites: whether each shop's plugin works, and what is wrong when it does not.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Program, binary } from '../../bench/program.mjs'
import { Browser, Crm } from './crm.mjs'

let crm, browser, page, shop, admin
before(async () => {
    crm = await Crm.start()
    shop = await Program.start(binary, ['simulate', 'wordpress', '--listen', '127.0.0.1:0', '--token', crm.shop])
    admin = crm.installation.addToken('admin')
    browser = await Browser.start()
    page = await browser.signIn(crm, 'admin')
})
after(async () => {
    await browser?.stop()
    await shop?.stop()
    await crm?.stop()
})

const control = (change) => fetch(`${shop.url}/control`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(change) })
const check = async () => {
    await page.locator('tbody .btn-square').first().click()
    await page.locator('tbody [data-action=check]').first().click()
}

test('a shop that cannot be asked says why, and works once its address is right', async () => {
    await page.goto(`${crm.url}/settings/sites`)
    await page.getByText('не перевірено').waitFor()
    await check()
    await page.getByText('недоступний').first().waitFor()

    const change = await fetch(`${crm.url}/api/v1/sites/1`, {
        method: 'PATCH', headers: { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ url: shop.url, allow_private: true }),
    })
    assert.equal(change.status, 200)
    await control({ scenario: 'html' })
    await page.reload()
    await check()
    await page.getByText('відповідає сторінкою').first().waitFor()
    await page.getByText('хостинг, захист').waitFor()

    await control({ scenario: 'ok' })
    await check()
    await page.getByText('Плагін 1.0.0, WordPress 6.1.9, WooCommerce 9.4.0.').waitFor()
    await page.locator('tbody .dot-state', { hasText: '1.0.0' }).waitFor()
    assert.deepEqual(browser.problems, [])
})
