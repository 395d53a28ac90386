// Every page when there is nothing to show, when the server fails, and when the person may not see it: in both languages, on a desk and on
// a phone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, Crm } from './crm.mjs'
import { paths, settled, speak, widths } from './paths.mjs'

// What the frame itself needs; the page's own calls fail.
const ofTheFrame = /\/api\/v1\/(session|me$|orders\/counts|notices)/
const forManagers = ['/order?needs_decision=1']
const forAdministrators = paths.filter((path) => path.startsWith('/settings/') || path.startsWith('/users/') || path.startsWith('/system'))
// These show a form, or a text, whatever the server has.
const withoutLists = ['/user/settings', '/no/such/page']

let crm
const browsers = {}
before(async () => {
    crm = await Crm.start()
    for (const role of ['admin', 'user']) {
        browsers[role] = await Browser.start()
        await browsers[role].signIn(crm, role)
    }
})
after(async () => {
    for (const browser of Object.values(browsers)) await browser.stop()
    await crm?.stop()
})

async function upright(page, path) {
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(sideways <= 0, `${path} scrolls sideways by ${sideways} px`)
}

// What a page shows in place of what it has not: a state, or the steps of a new installation.
const place = '.state, .beginning'
const words = async (page) => (await page.locator(place).first().innerText()).trim()

for (const language of ['uk', 'en'])
    for (const [width, height] of widths) {
        test(`pages with nothing to show, in ${language} at ${width} px`, async () => {
            const { page } = browsers.admin
            await page.setViewportSize({ width, height })
            await speak(page, language)
            for (const path of ['/order', ...forManagers, '/settings/site-groups', '/settings/webhooks', '/settings/general', '/system?tab=audit&q=nothing-of-the-kind']) {
                await page.goto(crm.url + path)
                await settled(page)
                await page.waitForSelector(place)
                assert.ok((await words(page)).length > 20, `${path} says what to do next`)
                await upright(page, path)
            }
            assert.deepEqual(browsers.admin.problems, [])
        })

        test(`pages while the server fails, in ${language} at ${width} px`, async () => {
            const { page } = browsers.admin
            await page.setViewportSize({ width, height })
            await speak(page, language)
            const fail = (route) => ofTheFrame.test(route.request().url()) ? route.continue() : route.fulfill({ status: 500, json: { message: 'Server Error', id: 'x' } })
            for (const path of paths.filter((one) => !withoutLists.includes(one))) {
                await page.route('**/api/v1/**', fail)
                await page.goto(crm.url + path)
                const retry = page.locator('[data-action="retry"]').first()
                await retry.waitFor()
                await upright(page, path)
                await page.unroute('**/api/v1/**', fail)
                await retry.click()
                await page.waitForFunction(() => !document.querySelector('[role="alert"] [data-action="retry"]'))
                await settled(page)
            }
            browsers.admin.problems.length = 0 // the browser's own lines on the 500s
        })

        test(`pages that a user may not see, in ${language} at ${width} px`, async () => {
            const { page } = browsers.user
            await page.setViewportSize({ width, height })
            await speak(page, language)
            for (const path of forAdministrators) {
                await page.goto(crm.url + path)
                await page.waitForSelector('.state h1')
                assert.ok((await words(page)).length > 20, path)
                assert.equal(await page.locator('table, form').count(), 0, `${path} shows nothing else`)
                await upright(page, path)
            }
            // The control: what they may see is there.
            await page.goto(`${crm.url}/user/settings`)
            await page.waitForSelector('form')
            assert.deepEqual(browsers.user.problems, [])
        })
    }
