// What people ask for now and then: files of what a list shows, rules for e-mail addresses, settings as they were, views of their own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
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

test('a webhook is added, its secret shown once, and its log shows and repeats what was sent', async () => {
    const got = []
    const receiver = createServer((request, response) => {
        let body = ''
        request.on('data', (piece) => (body += piece))
        request.on('end', () => {
            got.push({ event: request.headers['x-smg-event'], body })
            response.writeHead(200).end('thank you')
        })
    })
    await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    try {
        const page = await browser.signIn(crm, 'admin')
        await page.goto(`${crm.url}/settings/webhooks`)
        await page.click('[data-page-add]')
        await page.fill('dialog [name=name]', 'Books')
        await page.fill('dialog [name=url]', `http://127.0.0.1:${receiver.address().port}/hook`)
        await page.check('dialog [name=allow_private]')
        await page.click('dialog [type=submit]')
        const secret = page.locator('dialog .once-text')
        await secret.waitFor()
        assert.match(await secret.innerText(), /^whsec_/)
        await page.click('dialog [data-done]')
        await page.locator('tbody tr[data-id]', { hasText: 'Books' }).waitFor()

        await crm.order('told', { client_email: 'told@mailinator.com' })
        while (!got.some(({ event }) => event === 'order.created')) await page.waitForTimeout(20)
        await page.click('tbody tr[data-id] [data-bs-toggle=dropdown]')
        await page.click('tbody [data-action=log]')
        await page.locator('dialog .things li', { hasText: 'Нове замовлення' }).locator('[data-show]').click()
        const payload = page.locator('dialog .raw pre').first()
        await payload.waitFor()
        assert.match(await payload.innerText(), /"wp_order_number": "told"/)
        await page.locator('dialog').last().locator('[data-dialog=close]').click()
        await page.locator('dialog .things li', { hasText: 'Нове замовлення' }).locator('[data-replay]').click()
        while (got.filter(({ event }) => event === 'order.created').length < 2) await page.waitForTimeout(20)
        assert.equal(got[0].body, got.filter(({ event }) => event === 'order.created')[1].body)
        assert.deepEqual(browser.problems, [])
    } finally {
        receiver.closeAllConnections()
        receiver.close()
    }
})
