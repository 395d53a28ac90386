// What people do all day at the order desk.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { Browser, Crm, password } from './crm.mjs'

let crm, browser
before(async () => {
    crm = await Crm.start()
})
after(() => crm?.stop())
beforeEach(async () => {
    browser = await Browser.start()
})
afterEach(() => browser.stop())

const row = (page, number) => page.locator('tbody tr', { hasText: number })

test('a held order is approved and goes its way', async () => {
    await crm.order('held-1', { client_email: 'x@mailinator.com' })
    const page = await browser.signIn(crm, 'manager')
    await page.goto(`${crm.url}/order?phase=uncertain`)
    await page.waitForURL(/needs_decision=1/)
    await row(page, 'held-1').locator('[data-open]').first().click()
    await page.locator('[data-decide=approve]').first().click()
    await page.waitForSelector('.drawer .badge-launching, .drawer .badge-executing, .drawer .badge-completed')
    await page.goto(`${crm.url}/order`)
    await row(page, 'held-1').locator('.badge-completed, .badge-executing, .badge-launching').first().waitFor()
    assert.deepEqual(browser.problems, [])
})

test('an uncertain order is sent again only after its number was typed', async () => {
    await crm.order('lost-1', { supplier_service_id: '901' })
    const page = await browser.signIn(crm, 'manager')
    await page.goto(`${crm.url}/order?status=uncertain`)
    // The list reads itself anew only now and then.
    await page.waitForFunction(async () => (await (await fetch('/api/v1/orders?status=uncertain')).json()).data.length > 0)
    await page.reload()
    await row(page, 'lost-1').locator('[data-open]').first().click()
    await page.locator('.decide-actions [data-decide=send_again]').click()
    const yes = page.locator('dialog [data-yes]')
    assert.ok(await yes.isDisabled())
    await page.fill('dialog [name=typed]', 'lost-1')
    assert.ok(await yes.isEnabled())
    assert.deepEqual(browser.problems, [])
})

test('a refused order is sent again to another supplier, and the drawer follows it', async () => {
    crm.installation.addSupplier(2, `${crm.supplier.url}/api/v2`)
    await crm.order('refused-1', { supplier_service_id: '404' })
    const page = await browser.signIn(crm, 'manager')
    await page.waitForFunction(async () => (await (await fetch('/api/v1/orders?status=notaccepted')).json()).data.length > 0)
    await page.goto(`${crm.url}/order?status=notaccepted`)
    await row(page, 'refused-1').locator('[data-open]').first().click()
    await page.locator('.decide-actions [data-decide=resend]').click()
    assert.deepEqual(await page.locator('dialog datalist option').allTextContents(), ['Supplier 1', 'Supplier 2'])
    await page.fill('dialog [name=supplier_id]', '2')
    await page.fill('dialog [name=supplier_service_id]', '101')
    await page.click('dialog [type=submit]')
    await page.waitForSelector('.drawer .badge-executing, .drawer .badge-completed')
    assert.match(await page.locator('.drawer').innerText(), /Supplier 2/)
    assert.deepEqual(browser.problems, [])
})

test('what customers and shops write appears as text and nothing else', async () => {
    const hostile = [`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `{{7*7}}`, `javascript:alert(1)`, `' OR 1=1 --`, `\u202Etxt.exe`, `<svg/onload=alert(1)>`]
    for (const [i, text] of hostile.entries())
        await crm.order(`h-${i}`, { product_service: text, notes: text, telegram: text, url_site: text, type_payment: text.slice(0, 60) })
    const page = await browser.signIn(crm, 'admin')
    let opened = 0
    page.on('dialog', (dialog) => {
        ++opened
        dialog.dismiss()
    })
    await page.goto(`${crm.url}/order?q=h-`)
    await row(page, 'h-0').first().waitFor()
    for (const [i, text] of hostile.entries()) {
        await row(page, `h-${i}`).locator('[data-open]').first().click()
        await page.waitForSelector('.drawer h2')
        await page.waitForFunction((wanted) => document.querySelector('.drawer').textContent.includes(wanted), text)
        await page.keyboard.press('Escape')
        await page.waitForSelector('.drawer', { state: 'detached' })
    }
    assert.equal(await page.locator('tbody script, tbody img, .drawer script').count(), 0)
    assert.equal(opened, 0)
    assert.deepEqual(browser.problems, [])
})

test('a user sees neither cost nor settings, and is told so where they look', async () => {
    await crm.order('seen-1')
    const page = await browser.signIn(crm, 'user')
    await page.goto(`${crm.url}/settings/general`)
    await page.waitForSelector('.state')
    await page.goto(`${crm.url}/order`)
    await page.waitForSelector('.state, tbody')
    assert.equal(await page.locator('a[href^="/settings"]').count(), 0)
    assert.equal(await page.locator('th.c-cost').count(), 0)
})

test('a session that ends in the middle of a form loses nothing', async () => {
    const page = await browser.signIn(crm, 'admin')
    await page.goto(`${crm.url}/settings/site-groups`)
    await page.waitForSelector('h1')
    await page.keyboard.press('n')
    await page.fill('dialog [name=name]', 'Проєкт')
    await browser.context.clearCookies()
    // Not by the pointer: the page behind the form may have been told first, and asks already.
    await page.evaluate(() => document.querySelector('dialog [type=submit]').click())
    await page.fill('.again [name=password]', password)
    await page.click('.again [type=submit]')
    await page.locator('tbody', { hasText: 'Проєкт' }).waitFor()
    assert.deepEqual(browser.problems, [])
})

test('a server that is gone is told of, and the page comes back by itself', async () => {
    await crm.order('gone-1')
    const page = await browser.signIn(crm, 'manager')
    await page.goto(`${crm.url}/order`)
    await row(page, 'gone-1').first().waitFor()
    await browser.context.setOffline(true)
    await page.locator('[data-action=refetch]').click()
    await page.waitForSelector('.banner')
    assert.ok((await row(page, 'gone-1').count()) > 0, 'the rows stay')
    await browser.context.setOffline(false)
    await page.waitForSelector('.banner', { state: 'detached' })
})

test('a first load takes at most 250 KiB', async () => {
    await crm.order('small-1')
    const page = await browser.signIn(crm, 'admin')
    await page.goto(`${crm.url}/order`)
    await row(page, 'small-1').filter({ hasText: 'Виконано' }).first().waitFor() // nothing is drawn anew meanwhile
    await page.goto('about:blank')
    const session = await browser.context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.clearBrowserCache')
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    await page.goto(`${crm.url}/order`)
    await row(page, 'small-1').first().waitFor()
    // The live connection comes a second later, and counts too.
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/pusher-')))
    await page.waitForLoadState('networkidle')
    assert.ok(bytes > 20 * 1024, `${bytes} bytes`)
    assert.ok(bytes <= 250 * 1024, `${bytes} bytes`)
})
