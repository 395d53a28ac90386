// Every page of the web application.
export const paths = ['/order', '/products', '/balance', '/transactions', '/order?needs_decision=1', '/user/settings', '/users/list', '/settings/general', '/settings/apies', '/settings/order-statuses',
    '/settings/currencies', '/settings/sites', '/settings/site-groups', '/settings/supplier', '/settings/webhooks', '/system', '/system?tab=audit', '/system?tab=log', '/no/such/page']

export const widths = [[1440, 900], [390, 844]]

export async function settled(page) {
    await page.waitForSelector('h1')
    await page.waitForFunction(() => !document.querySelector('.skeleton'))
}

/** The person's own language, for the next page. */
export const speak = (page, language) => page.evaluate(async (locale) => {
    const session = await (await fetch('/api/v1/session')).json()
    await fetch('/api/v1/me', {
        method: 'PATCH', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.data.csrf }, body: JSON.stringify({ locale }),
    })
}, language)
