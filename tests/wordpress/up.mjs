// A real shop beside the CRM's demo, for people to try: `./dev wordpress up`. Ctrl+C ends both and removes their data.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { MariaDb } from './mariadb.mjs'
import { Site, adminPassword, copyWordPress } from './site.mjs'

const cronEveryMs = 2000
const products = [['Instagram followers, 1000', '101', '49.00', 1000], ['Instagram likes, 500', '103', '19.00', 500], ['TikTok followers, 100', '131', '25.00', 100]]
const standIns = ['woocommerce', 'storefront']

/** The demo, as soon as it has printed who may sign in. */
async function startDemo(binary, words) {
    const child = spawn(binary, ['demo', ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    const demo = { child }
    const names = { 'SMG CRM runs at': 'url', 'sign in': 'signIn', 'admin token': 'admin' }
    const lines = createInterface({ input: child.stdout })
    await new Promise((done, fail) => {
        child.once('exit', () => fail(new Error('the demo ended')))
        lines.on('line', (line) => {
            const found = /^(.*?) {2,}(.*)$/.exec(line)
            if (found && names[found[1]]) demo[names[found[1]]] = found[2]
            if (line.startsWith('An order comes')) done()
        })
    })
    return demo
}

async function call(demo, path, body) {
    const reply = await fetch(`${demo.url}/api/v1/${path}`, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${demo.admin}`, 'Content-Type': 'application/json' } })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()).data
}

async function fill(site) {
    for (const [name, service, price, quantity] of products)
        await site.run(`
            $id = wp_insert_post(array('post_type' => 'product', 'post_title' => '${name}', 'post_status' => 'publish'));
            foreach (array('_price' => '${price}', '_regular_price' => '${price}', '_smgcrm_supplier_id' => '1', '_smgcrm_service_id' => '${service}', '_smgcrm_quantity' => '${quantity}') as $key => $value) update_post_meta($id, $key, $value);
            return 1;`)
}

async function connect(demo, site) {
    const hryvnia = (await call(demo, 'currencies')).find(({ code }) => code === 'UAH')
    const shop = await call(demo, 'sites', { url: site.url, name: 'WordPress shop', currency_id: hryvnia.id, allow_private: true })
    const { token } = await call(demo, `sites/${shop.id}/tokens`, { name: 'WordPress' })
    await site.connect(demo.url, token)
    const { trouble, message } = await call(demo, `sites/${shop.id}/check`, {})
    if (trouble) throw new Error(`${trouble}: ${message}`)
}

const ended = new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, done)))
let db, site, demo
try {
    ;[demo, db] = await Promise.all([startDemo(process.env.SMGCRM_BINARY ?? 'build/release/smgcrm', process.argv.slice(2)), MariaDb.start()])
    site = await Site.start(db, copyWordPress(join(db.folder, 'wordpress')), 'shop', { permalinks: '/%postname%/', standIns, workers: 4 })
    await site.activate()
    await fill(site)
    await connect(demo, site)
    console.log(`
the shop              ${site.url}/
its dashboard         ${site.url}/wp-admin/   admin   ${adminPassword}
SMG CRM               ${demo.url}
sign in               ${demo.signIn}

Buy something in the shop: it comes to the CRM within seconds, and its notes tell what became of it. Ctrl+C ends both.
`)
    let over = false
    ended.then(() => (over = true))
    while (!over) await Promise.race([ended, site.cron().then(() => pause(cronEveryMs))])
} finally {
    site?.stop()
    await db?.stop()
    if (demo?.child.exitCode === null) demo.child.kill('SIGTERM')
}
