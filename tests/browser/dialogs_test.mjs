// What people ask for now and then: files of what a list shows, rules for e-mail addresses, settings as they were, views of their own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { Browser, Crm } from './crm.mjs'

let crm, browser
before(async () => {
    crm = await Crm.start()
    for (const number of ['first', 'second']) await crm.order(number, { client_email: `${number}@mailinator.com` })
})
after(() => crm?.stop())
beforeEach(async () => {
    browser = await Browser.start()
})
afterEach(() => browser.stop())

test('what a list shows is downloaded as a file', async () => {
    const page = await browser.signIn(crm, 'manager')
    await page.goto(`${crm.url}/order?q=first`)
    await page.locator('tbody tr[data-id]').first().waitFor()
    await page.click('.page-head [data-action=export]')
    await page.check('dialog [name=format][value=csv]')
    await page.click('dialog [data-start]')
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('dialog a[download]').first().click()])
    const text = readFileSync(await download.path(), 'utf8')
    assert.match(download.suggestedFilename(), /^orders-.*\.csv$/)
    assert.match(text, /№ замовлення/)
    assert.match(text, /first@mailinator\.com/)
    assert.doesNotMatch(text, /second@mailinator\.com/)

    await page.locator('dialog [data-remove]').first().click()
    await page.waitForSelector('dialog .export', { state: 'detached' })
    assert.deepEqual(browser.problems, [])
})

test('an address is held, and no longer', async () => {
    const page = await browser.signIn(crm, 'admin')
    await page.goto(`${crm.url}/settings/general`)
    await page.click('#email-rules [data-add]')
    await page.selectOption('dialog [name=kind]', 'domain')
    await page.fill('dialog [name=value]', 'no domain')
    await page.click('dialog [type=submit]')
    await page.locator('dialog [name=value][aria-invalid=true]').waitFor()
    await page.fill('dialog [name=value]', 'held.example')
    await page.click('dialog [type=submit]')
    const rule = page.locator('#email-rules tbody tr', { hasText: 'held.example' })
    await rule.waitFor()
    const id = await crm.order('by-rule', { client_email: 'olena@held.example' })
    await page.goto(`${crm.url}/order?order=${id}`)
    await page.waitForSelector('.drawer .badge-pending')

    await page.goto(`${crm.url}/settings/general`)
    await rule.locator('[data-remove]').click()
    await page.click('dialog [data-yes]')
    await rule.waitFor({ state: 'detached' })
    assert.deepEqual(browser.problems, [])
})

test('a setting that was changed goes back to what it was', async () => {
    const page = await browser.signIn(crm, 'admin')
    await page.goto(`${crm.url}/settings/general`)
    const field = page.locator('[name="suspicious.threshold"]')
    const before = await field.inputValue()
    await field.fill('61')
    await field.press('Enter')
    const reset = page.locator('[data-reset="suspicious.threshold"]')
    await reset.click()
    await reset.waitFor({ state: 'detached' })
    assert.equal(await field.inputValue(), before)
    await page.reload()
    await field.waitFor()
    assert.equal(await field.inputValue(), before)
    assert.deepEqual(browser.problems, [])
})

test('a view is saved under a name, renamed and forgotten', async () => {
    const page = await browser.signIn(crm, 'manager')
    await page.goto(`${crm.url}/order?q=first`)
    await page.click('.views [data-view=save]')
    await page.fill('dialog [name=name]', 'Перші')
    await page.click('dialog [type=submit]')
    const tab = (name) => page.locator('.views .view', { hasText: name })
    await tab('Перші').waitFor()
    await page.click('.views [data-rename]')
    await page.fill('dialog [name=name]', 'Найперші')
    await page.click('dialog [type=submit]')
    await tab('Найперші').waitFor()

    await page.goto(`${crm.url}/order`)
    await tab('Найперші').click()
    await page.waitForURL(/q=first/)
    await page.locator('.views [data-view]:not([data-view=save])').click()
    await page.click('dialog [data-yes]')
    await tab('Найперші').waitFor({ state: 'detached' })
    assert.deepEqual(browser.problems, [])
})
