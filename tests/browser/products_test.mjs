// /products: what shops sell, read in the background.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Program, binary, sqlite } from '../../bench/program.mjs'
import { Browser, Crm } from './crm.mjs'

let crm, shop, browser, page
before(async () => {
    crm = await Crm.start()
    shop = await Program.start(binary, ['simulate', 'wordpress', '--listen', '127.0.0.1:0', '--token', crm.shop, '--products', '600'])
    crm.installation.set({ 'shops.timeout_s': '1', 'shops.webhooks': '0' })
    sqlite(join(crm.data, 'smgcrm.db'), `PRAGMA busy_timeout = 20000; UPDATE sites SET url = '${shop.url}', allow_private = 1 WHERE id = 1;`)
    browser = await Browser.start()
    page = await browser.signIn(crm, 'manager')
})
after(async () => {
    await browser?.stop()
    await shop?.stop()
    await crm?.stop()
})
beforeEach(() => {
    browser.problems.length = 0
})

const control = (what) => fetch(`${shop.url}/control`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) })
const rows = () => page.locator('.list-of-products tbody tr[data-id]')
const refresh = () => page.locator('.page-head [data-action=read]').click()
const picture = (name) => process.env.SMGCRM_PICTURES && page.screenshot({ path: join(process.env.SMGCRM_PICTURES, `${name}.png`) })

test('a first look reads the shop, and its products appear by themselves', async () => {
    await page.goto(`${crm.url}/products`)
    await rows().first().waitFor()
    await page.locator('.product-age time').waitFor()
    await page.locator('.list-foot', { hasText: '600' }).waitFor()
    assert.ok((await page.locator('.product-unmapped').count()) > 0)
    await picture('products-1440')
    assert.deepEqual(browser.problems, [])
})

test('filters and the site stand in the address', async () => {
    await page.goto(`${crm.url}/products?mapping=unmapped&site_id=1`)
    await rows().first().waitFor()
    assert.equal(await rows().count(), await page.locator('.product-unmapped').count())
    assert.equal(await page.locator('.product-site').inputValue(), '1')
    await page.selectOption('.product-site', '')
    await page.waitForURL((url) => !url.search.includes('site_id') && url.search.includes('mapping=unmapped'))
    await page.fill('.search-input', 'smg-100')
    await page.waitForURL(/q=smg-100/)
    assert.deepEqual(browser.problems, [])
})

test('a bar shows how the reading goes, also after a reload, while the rows stay', async () => {
    await page.goto(`${crm.url}/products`)
    await rows().first().waitFor()
    await control({ scenario: 'silent' })
    await refresh()
    await page.locator('[data-refresh=running]').waitFor()
    await page.reload()
    await page.locator('[data-refresh=running]').waitFor()
    await picture('products-running')
    assert.ok((await rows().count()) > 0)
    assert.deepEqual(browser.problems, [])
})

test('a failed reading says which trouble it is, and is retried', async () => {
    await page.locator('[data-refresh=failed]').waitFor()
    assert.match(await page.locator('[data-refresh=failed]').innerText(), /не відповідає вчасно[\s\S]*прочитано/)
    assert.ok((await rows().count()) > 0)
    await picture('products-failed')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture('products-failed-390')
    await control({ scenario: 'ok' })
    await page.locator('[data-read]').click()
    await page.locator('[data-refresh]').waitFor({ state: 'detached' })
    await picture('products-390')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
    await page.setViewportSize({ width: 1440, height: 900 })
    assert.deepEqual(browser.problems, [])
})

test('what the list shows goes into a file', async () => {
    await page.locator('.page-head [data-action=export]').click()
    await page.locator('dialog[open]', { hasText: 'Експорт товарів' }).waitFor()
    await page.locator('dialog[open] [value=csv]').check()
    await page.locator('dialog[open] [data-start]').click()
    await page.locator('dialog[open] [data-export] a[download]').waitFor()
    assert.deepEqual(browser.problems, [])
})
