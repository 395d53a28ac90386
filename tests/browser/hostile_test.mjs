// Forty texts that mean harm, in every field that keeps one: everywhere they are text and nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, Crm } from './crm.mjs'
import { settled } from './paths.mjs'

const hostile = [
    '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '"><script>alert(1)</script>', "'><script>alert(1)</script>", '<script src=//127.0.0.1:9/x.js>',
    '</td></tr></table><h1>x', '<iframe src=javascript:alert(1)>', '<a href=javascript:alert(1)>x</a>', '<b onmouseover=alert(1)>b</b>', '<style>*{display:none}</style>',
    '<base href=//127.0.0.1:9/>', '<meta http-equiv=refresh content=0>', '<form action=//127.0.0.1:9><input name=q>', '<math><mi xlink:href=x>', '<template><img src=x>',
    '<!-- ', ']]><x', '&lt;b&gt;', '&#60;script&#62;', '%3Cscript%3E',
    'javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', '{{7*7}}', '${7*7}', '#{7*7}',
    '<%= 7*7 %>', "' OR 1=1 --", '"; DROP TABLE orders; --', '=cmd|calc!A0', '+380*1',
    '@SUM(A1:A9)', '-2+3', 'null', 'undefined', '\u202Egnp.exe',
    'a\u200Bb\u2066c', 'Z\u0351\u0352a\u0353l\u0354g\u0355o', 'مرحبا בעולם', '👩‍👩‍👧‍👦🏳️‍🌈', 'ЇжакҐанок'.repeat(5),
]
assert.equal(hostile.length, 40)

// What a person does not see, and what a page may fold.
const plain = (text) => text.replace(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '').replace(/\s+/g, ' ').trim()

let crm, browser
before(async () => {
    crm = await Crm.start()
    browser = await Browser.start()
    await browser.signIn(crm, 'admin')
})
after(async () => {
    await browser?.stop()
    await crm?.stop()
})

// As the page itself would: many at once, each with what came back.
const send = (page, calls) => page.evaluate(async (all) => {
    const { csrf } = (await (await fetch('/api/v1/session')).json()).data
    const answers = []
    for (const [method, path, body] of all) {
        const reply = await fetch(`/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify(body) })
        answers.push({ status: reply.status, path, said: reply.ok ? '' : await reply.text() })
    }
    return answers
}, calls)

const code = (i) => `X${String.fromCharCode(65 + Math.floor(i / 26))}${String.fromCharCode(65 + (i % 26))}`

const places = [
    ['/settings/site-groups', (text) => ['POST', '/site-groups', { name: text, description: text }]],
    ['/settings/sites', (text, i) => ['POST', '/sites', { url: `https://hostile${i}.example`, name: text, currency_id: 1 }]],
    ['/settings/order-statuses', (text, i) => ['POST', '/order-statuses', { status_value: `hostile_${i}`, name: text, name_en: text, color: '#64748b', position: 50 }]],
    ['/settings/currencies', (text, i) => ['POST', '/currencies', { code: code(i), name: text, symbol: [...text].slice(0, 16).join(''), exchange_rate: '1' }]],
    ['/settings/apies', (text, i) => ['POST', '/suppliers', { name: text, api_url: `https://hostile${i}.example/api/v2`, api_key: 'k' }]],
    ['/users/list', (text, i) => ['POST', '/users', { name: text, email: `hostile${i}@ukr.net`, role: 'user' }]],
    ['/settings/general', (text, i) => ['POST', '/email-rules', { verdict: 'hold', kind: 'domain', value: `hostile${i}.example`, note: text }]],
    ['/order', (text) => ['POST', '/views', { page: 'order', name: text, query: 'status=completed' }]],
    ['/user/settings', (text) => ['POST', '/me/tokens', { name: text, scope: 'read' }]],
]

// Picture by picture until all are there: a list draws what fills the window first.
async function showsAll(page, root, place) {
    const deadline = Date.now() + 30_000
    for (let missing = hostile; missing.length > 0;) {
        const text = plain(await page.evaluate((where) => new Promise((done) => requestAnimationFrame(() => {
            const all = document.querySelector(where)
            done(all.textContent + [...all.querySelectorAll('input')].map(({ value }) => ` ${value}`).join(''))
        })), root))
        missing = hostile.filter((one) => !text.includes(plain(one)))
        assert.ok(missing.length === 0 || Date.now() < deadline, `${place} shows ${missing[0]}`)
    }
}

async function harmless(page, path) {
    const strange = await page.evaluate(() => [...document.querySelectorAll('main script, main iframe, main img[src="x"], main base, main meta, main math, main template, main style, main svg[onload], main [onmouseover], main a[href^="javascript:"], main form[action*="127.0.0.1:9"]')].map((one) => one.outerHTML))
    assert.deepEqual(strange, [], path)
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(sideways <= 0, `${path} scrolls sideways by ${sideways} px`)
}

test('in lists and forms', async () => {
    const { page } = browser
    let opened = 0
    page.on('dialog', (dialog) => {
        ++opened
        void dialog.dismiss()
    })
    for (const [path, call] of places) {
        const answers = await send(page, hostile.map(call))
        const refused = answers.filter(({ status }) => status >= 300)
        assert.deepEqual(refused, [], `${path} takes them`)
        await page.goto(crm.url + path)
        await settled(page)
        await showsAll(page, 'body', path)
        await harmless(page, path)
    }
    assert.equal(opened, 0)
    assert.deepEqual(browser.problems, [])
})

test('in an order and its notes', async () => {
    const { page } = browser
    for (const [i, text] of hostile.entries())
        await crm.order(`w${i}`, { product_service: text, notes: text, telegram: text, url_site: text, type_payment: [...text].slice(0, 60).join('') })
    const notes = hostile.map((text) => ['POST', '/orders/1/notes', { text }])
    assert.deepEqual((await send(page, notes)).filter(({ status }) => status >= 300), [])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${crm.url}/order?order=1`)
    await page.waitForSelector('.drawer h2')
    await showsAll(page, '.drawer', 'the history')
    await harmless(page, 'the drawer')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${crm.url}/order?q=w`)
    await settled(page)
    await harmless(page, '/order')
    const { data } = await page.evaluate(async () => (await fetch('/api/v1/orders?per_page=100&q=w')).json())
    assert.equal(data.length, hostile.length)
    assert.deepEqual(browser.problems, [])
})

// The control: what is looked for would be seen.
test('control: an element that should not be there is noticed', async () => {
    const { page } = browser
    await page.evaluate(() => document.querySelector('main').append(document.createElement('iframe')))
    await assert.rejects(() => harmless(page, 'here'))
})
