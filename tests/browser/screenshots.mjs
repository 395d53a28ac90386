// `./dev screenshots`: a picture of every page of the real program, on a desk and a phone, light and dark, into build/screenshots.
import { mkdirSync } from 'node:fs'
import { Browser, Crm } from './crm.mjs'
import { paths, settled, widths } from './paths.mjs'

const folder = 'build/screenshots'
mkdirSync(folder, { recursive: true })
const crm = await Crm.start()
try {
    const services = ['101', '101', '901', '907', '908', '404', '101']
    for (const [i, service] of services.entries()) await crm.order(`${1001 + i}`, { supplier_service_id: service })
    await crm.order('1010', { client_email: 'x@mailinator.com' })
    for (const colorScheme of ['light', 'dark']) {
        const browser = await Browser.start({ colorScheme })
        try {
            for (const [width, height] of widths) {
                await browser.page.setViewportSize({ width, height })
                const shot = (name) => browser.page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` })
                await browser.context.clearCookies()
                await browser.page.goto(`${crm.url}/`)
                await browser.page.waitForSelector('[name=email]')
                await shot('sign-in')
                await browser.signIn(crm, 'admin')
                for (const path of paths) {
                    await browser.page.goto(crm.url + path)
                    await settled(browser.page)
                    await shot(path.slice(1).replaceAll(/[^a-z0-9]+/g, '-'))
                }
                await browser.page.goto(`${crm.url}/order?status=uncertain`)
                await browser.page.locator('[data-open]').first().click()
                await browser.page.waitForSelector('.drawer h2')
                await shot('drawer')
            }
        } finally {
            await browser.stop()
        }
    }
} finally {
    await crm.stop()
}
console.log(`pictures are in ${folder}`)
