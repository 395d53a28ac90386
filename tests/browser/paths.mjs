// Every page of the web application.
export const paths = ['/order', '/order?needs_decision=1', '/user/settings', '/users/list', '/settings/general', '/settings/apies', '/settings/order-statuses',
    '/settings/currencies', '/settings/sites', '/settings/site-groups', '/settings/supplier', '/no/such/page']

export const widths = [[1440, 900], [390, 844]]

export async function settled(page) {
    await page.waitForSelector('h1')
    await page.waitForFunction(() => !document.querySelector('.skeleton'))
}
