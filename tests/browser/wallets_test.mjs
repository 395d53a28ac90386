// /balance and /transactions: money of the shops' customers, changed here once.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Program, binary, sqlite } from '../../bench/program.mjs'
import { Browser, Crm } from './crm.mjs'

let crm, shop, browser, page
before(async () => {
    crm = await Crm.start()
    shop = await Program.start(binary, ['simulate', 'wordpress', '--listen', '127.0.0.1:0', '--token', crm.shop])
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
const ledger = async () => (await fetch(`${shop.url}/ledger`)).json()
const balance = (amount) => page.locator(`.wallet-sum[data-balance="${amount}"]`).waitFor()
const dialog = (part) => page.locator(`dialog[open] ${part}`)
const picture = async (name) => {
    if (!process.env.SMGCRM_PICTURES) return
    for (const [width, height] of [[1440, 900], [390, 844]]) {
        await page.setViewportSize({ width, height })
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} scrolls sideways at ${width}`)
        await page.screenshot({ path: join(process.env.SMGCRM_PICTURES, `${name}-${width}.png`) })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
}
async function ask(operation, amount, reason = 'За домовленістю') {
    await page.locator(`[data-change=${operation}]`).click()
    await dialog('[name=amount]').fill(amount)
    await dialog('[name=reason]').fill(reason)
}
const send = () => dialog('[type=submit]').click()
const closed = () => page.locator('dialog[open]').waitFor({ state: 'detached' })

test('a customer is found by a piece of the e-mail, and the address names what is shown', async () => {
    await page.goto(`${crm.url}/balance`)
    await page.locator('.balance-found .state').waitFor()
    await picture('balance-empty')
    await page.fill('.balance-head .search-input', 'olena')
    await page.waitForURL(/q=olena/)
    await page.locator('.found-one').nth(1).waitFor()
    await page.locator('.found-one').first().click()
    await page.waitForURL(/user_id=1/)
    await balance('10.00')
    await picture('balance')
    await page.reload()
    await balance('10.00')
    await page.fill('.balance-head .search-input', 'nobody at all')
    await page.locator('.balance-found .state').waitFor()
    assert.deepEqual(browser.problems, [])
})

test('the number of a customer is not looked up in another shop', async () => {
    await page.goto(`${crm.url}/balance?site_id=999&user_id=1`)
    await page.locator('.balance-found .state', { hasText: 'Такого сайту немає' }).waitFor()
    assert.equal(await page.locator('.wallet-card').count(), 0)
    await page.goto(`${crm.url}/balance?user_id=1`)
    await page.locator('.balance-found .state', { hasText: 'Знайдіть' }).waitFor()
    assert.equal(await page.locator('.wallet-card').count(), 0)
    assert.deepEqual(browser.problems, [])
})

test('one who is found alone is shown at once; a credit says beforehand what it will leave', async () => {
    await page.goto(`${crm.url}/balance?q=shevchenko2%40`)
    await balance('20.00')
    await ask('credit', '12,5')
    assert.match(await dialog('.wallet-after').innerText(), /32,50/)
    await picture('balance-credit')
    await send()
    await closed()
    await balance('32.50')
    await page.locator('.wallet-line[data-state=done] .gain', { hasText: '12,50' }).waitFor()
    assert.equal((await ledger()).length, 1)
    assert.deepEqual(browser.problems, [])
})

test('a balance that changed meanwhile is shown, and asked for again, not overwritten', async () => {
    await page.locator('[data-change=set]').click()
    await control({ balance_of_2: '40.00' })
    await dialog('[name=amount]').fill('35')
    await dialog('[name=reason]').fill('Звірка')
    await send()
    await dialog('.form-error', { hasText: '40,00' }).waitFor()
    await picture('balance-differs')
    assert.equal((await ledger()).filter(({ operation }) => operation === 'set').length, 0)
    assert.match(await dialog('.wallet-now').innerText(), /40,00/)
    await send()
    await closed()
    await balance('35.00')
    assert.deepEqual(browser.problems, [])
})

test('more than there is is refused at the field, with what there is', async () => {
    await ask('debit', '35.01')
    await send()
    await dialog('[data-field=amount] .field-error', { hasText: '35,00' }).waitFor()
    await dialog('[name=amount]').fill('5')
    await send()
    await closed()
    await balance('30.00')
    assert.deepEqual(browser.problems, [])
})

test('an answer that is lost leaves the change being settled, and it is done once', async () => {
    await control({ scenario: 'lost_answer' })
    await ask('credit', '1.00')
    await send()
    await closed()
    await control({ scenario: 'silent' })
    await page.goto(`${crm.url}/transactions?state=asked`)
    await page.locator('.list-of-transactions [data-id]', { hasText: 'Уточнюється' }).waitFor()
    await picture('transactions-asked')
    await control({ scenario: 'ok' })
    await page.locator('.list-of-transactions [data-id]').waitFor({ state: 'detached', timeout: 60_000 })
    await page.goto(`${crm.url}/balance?site_id=1&user_id=2`)
    await balance('31.00')
    assert.equal((await ledger()).filter(({ amount }) => amount === '1.00').length, 1)
})

test('a shop that answers with a page is named, and nothing is changed', async () => {
    await control({ scenario: 'html' })
    await page.reload()
    await page.locator('.balance-wallet [role=alert]', { hasText: 'сторінк' }).waitFor()
    await picture('balance-failed')
    await control({ scenario: 'ok' })
    await page.locator('.balance-wallet [data-action=retry]').click()
    await balance('31.00')
})

test('what cannot be read anew is said above what was read before; an operation that got no answer is made once', async () => {
    await page.route('**/changes', async (route) => {
        await route.fetch()
        await route.abort()
    }, { times: 1 })
    await ask('credit', '2')
    await send()
    await dialog('.form-error', { hasText: 'двічі зміна не виконається' }).waitFor()
    await dialog('[data-dialog=close]').last().click()
    await page.locator('dialog[open] .btn-danger').click()
    await closed()
    await balance('33.00')
    await ask('credit', '2')
    await send()
    await closed()
    await page.locator('.toast-done').first().waitFor()
    assert.equal((await ledger()).filter(({ amount }) => amount === '2.00').length, 1)
    await control({ scenario: 'html' })
    await page.route('**/changes', (route) => route.abort(), { times: 1 })
    await ask('credit', '3')
    await send()
    await page.locator('.wallet-stale', { hasText: 'прочитане раніше' }).waitFor({ state: 'attached' })
    assert.equal(await page.locator('.wallet-sum[data-balance="33.00"]').count(), 1)
    await control({ scenario: 'ok' })
    await send()
    await closed()
    await balance('36.00')
    browser.problems.length = 0
})

test('transactions are summed, filtered by the address, and go into a file', async () => {
    await page.goto(`${crm.url}/transactions`)
    await page.locator('.total', { hasText: '+' }).waitFor()
    const rows = page.locator('.list-of-transactions tbody tr[data-id]')
    assert.equal(await rows.count(), 8)
    assert.equal(await rows.filter({ hasText: 'Відмовлено' }).count(), 2)
    assert.match(await page.locator('.total').innerText(), /6 операцій[\s\S]*\+18,50[\s\S]*-10,00/)
    await picture('transactions')
    await page.goto(`${crm.url}/transactions?operation=debit&state=done`)
    await rows.first().waitFor()
    assert.equal(await rows.count(), 1)
    await page.locator('.page-head [data-export]').click()
    await dialog('[value=csv]').check()
    await dialog('[data-start]').click()
    await dialog('[data-export] a[download]').waitFor()
    assert.deepEqual(browser.problems, [])
})

test('a user may look, and change only with the right to', async () => {
    await browser.context.clearCookies()
    page = await browser.signIn(crm, 'user')
    await page.goto(`${crm.url}/balance?site_id=1&user_id=2`)
    await balance('36.00')
    assert.equal(await page.locator('[data-change]').count(), 0)

    await browser.context.clearCookies()
    await browser.signIn(crm, 'admin')
    await page.goto(`${crm.url}/users/list`)
    await page.locator('tr', { hasText: 'user@ukr.net' }).locator('[data-edit]').click()
    await dialog('[name=edits_wallets]').check()
    await send()
    await closed()

    await browser.context.clearCookies()
    await browser.signIn(crm, 'user')
    await page.goto(`${crm.url}/balance?site_id=1&user_id=2`)
    await page.locator('[data-change=credit]').waitFor()
    assert.deepEqual(browser.problems, [])
})
