// Every page, in both languages and on a desk and a phone: without an error, without a violation of the policy, without anything that
// keeps people with other senses out, and without scrolling sideways.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { Browser, Crm } from './crm.mjs'
import { paths, settled, speak, widths } from './paths.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let crm, browser
before(async () => {
    crm = await Crm.start()
    await crm.order('1')
    await crm.order('2', { client_email: 'x@mailinator.com' })
    await crm.order('3', { supplier_service_id: '901' })
    browser = await Browser.start()
    await browser.signIn(crm, 'admin')
})
after(async () => {
    await browser?.stop()
    await crm?.stop()
})

async function serious(page) {
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
}

for (const language of ['uk', 'en'])
    for (const [width, height] of widths)
        test(`every page in ${language} at ${width} px`, async () => {
            const { page } = browser
            await page.setViewportSize({ width, height })
            await speak(page, language)
            for (const path of paths) {
                await page.goto(crm.url + path)
                await settled(page)
                assert.equal(await page.evaluate(() => document.documentElement.lang), language, path)
                const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
                assert.ok(sideways <= 0, `${path} scrolls sideways by ${sideways} px`)
                assert.deepEqual(await serious(page), [], path)
            }
            assert.deepEqual(browser.problems, [])
        })

// The control: the policy is in force, and what breaks it is seen.
test('control: an inline script and a foreign picture are stopped and noticed', async () => {
    const { page } = browser
    await page.goto(`${crm.url}/order`)
    await page.evaluate(() => {
        const picture = document.createElement('img')
        picture.src = 'http://127.0.0.1:9/x.png'
        document.body.append(picture)
    })
    await page.waitForFunction(() => document.images.length > 0)
    const refused = await page.evaluate(() => {
        try {
            document.body.insertAdjacentHTML('beforeend', '<b>x</b>')
            return ''
        } catch (error) {
            return error.name
        }
    })
    assert.equal(refused, 'TypeError')
    assert.ok(browser.problems.some((text) => text.includes('Content Security Policy')), browser.problems.join('\n'))
})
