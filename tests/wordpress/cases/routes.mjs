// Who is let in, what the shop tells of itself, its products and its Monobank token.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from '../site.mjs'

const reading = ['ping', 'get-services/', 'get-services', 'get-products', 'get-user-balance/', 'update-mono-api-key', 'paid-orders']
const queries = { 'get-user-balance/': 'user_id=1', 'paid-orders': 'since=1' }
const makeProducts = (count) => `
    for ($i = 1; $i <= ${count}; ++$i) {
        $id = wp_insert_post(array('post_type' => 'product', 'post_title' => "Product $i", 'post_status' => 'publish'));
        update_post_meta($id, '_price', '12.50'); update_post_meta($id, '_regular_price', '12.5');
        if ($i === 1) {
            foreach (array('supplier_id' => '1', 'service_id' => '101', 'order_type' => 'Default', 'quantity' => '1000') as $name => $value) update_post_meta($id, "_smgcrm_$name", $value);
            update_post_meta($id, '_stock', '7');
            wp_set_object_terms($id, array('Підписники'), 'product_cat');
            $child = wp_insert_post(array('post_type' => 'product_variation', 'post_title' => 'Variation', 'post_status' => 'publish', 'post_parent' => $id));
            update_post_meta($child, '_price', '99'); update_post_meta($child, '_smgcrm_quantity', '5000');
        }
    }
    return 1;`

export function aboutRoutes(world) {
    test('is installed, activated and connected in every site without a word in the log', async () => {
        const answers = await Promise.all(world.sites.map((site) => site.activate()))
        assert.deepEqual(answers, ['ok', 'ok', 'ok'])
        await Promise.all(world.sites.map((site) => site.connect(world.crm.url, world.crm.token, 'whsec_of_the_shop')))
        for (const site of world.sites) assert.deepEqual(site.complaints(), [])
    })

    test('control: a warning from the plugin would be seen', async () => {
        const { content, complaints } = { content: '', complaints: world.bare.complaints }
        const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
        const folder = mkdtempSync('/tmp/smg-log-')
        writeFileSync(`${folder}/debug.log`, '[x] PHP Warning:  Undefined variable $x in /wp-content/plugins/smgcrm/includes/a.php on line 1\n[x] PHP Deprecated:  x in /wp-includes/y.php\n')
        assert.equal(complaints.call({ content: folder + content }).length, 1)
        rmSync(folder, { recursive: true })
    })

    test('lets in what the CRM signed, on pretty and on plain permalinks, with and without the slash', async () => {
        for (const site of world.sites)
            for (const route of reading) {
                const reply = await site.signed('GET', route, { query: queries[route] ?? '' })
                assert.equal(reply.status, 200, `${site.name} ${route}: ${reply.text}`)
                assert.equal(reply.headers.get('cache-control'), 'no-store')
                assert.equal(reply.headers.get('x-knob-cache'), 'never, smgcrm, defined')
            }
    })

    test('answers 401 without a reason to everything else, and changes nothing', async () => {
        const now = Math.floor(Date.now() / 1000)
        const forgeries = {
            'another key': { key: 'f'.repeat(64) }, 'another method': { method: 'PUT' }, 'another route': { route: 'ping2' }, 'another query': { query: 'user_id=2' },
            'another body': { body: '{"api_key":"other"}' }, 'too old': { timestamp: String(now - 400) }, 'of the future': { timestamp: String(now + 400) },
            'no time': { timestamp: 'now' }, 'a short nonce': { nonce: 'short' }, 'a strange nonce': { nonce: `${'a'.repeat(20)}'--` },
        }
        for (const site of [world.classic, world.hpos]) {
            for (const [what, forge] of Object.entries(forgeries)) {
                const reply = await site.signed('POST', 'update-mono-api-key', { body: { api_key: 'stolen-token-1234' }, forge })
                assert.equal(reply.status, 401, `${site.name}: ${what}`)
                assert.deepEqual(reply.body, { code: 'smgcrm_unauthorized', message: 'Unauthorized.', data: { status: 401 } }, what)
            }
            for (const route of [...reading, 'order-event']) {
                const reply = await fetch(site.address(route), { method: route === 'order-event' ? 'POST' : 'GET' })
                assert.deepEqual([reply.status, reply.headers.get('cache-control'), reply.headers.get('x-knob-cache')], [401, 'no-store', 'never, smgcrm, defined'], 'no cache may keep the refusal')
            }
            assert.equal((await fetch(site.address('set-user-balance/'), { method: 'POST' })).status, 401)
            const control = await site.signed('GET', 'update-mono-api-key')
            assert.deepEqual(control.body, { gateways: [] })
        }
    })

    test('signs as the manual\'s example does', async () => {
        const { readFileSync } = await import('node:fs')
        const manual = readFileSync(new URL('../../../docs/wordpress.md', import.meta.url), 'utf8')
        const body = /^\{"user_id":5,"operation".*\}$/m.exec(manual)[0]
        const signatures = await world.classic.run(`
            $key = hash_hmac('sha256', 'smgcrm-sign-v1', 'smg_1_example-token'); $nonce = '0123456789abcdef0123456789abcdef';
            return array($key, SmgCrm\\signature($key, 'POST', '/smgcrm/v1/set-user-balance', '', '1700000000', $nonce, '${body}'),
                SmgCrm\\signature($key, 'GET', '/smgcrm/v1/get-products', 'page=2&per_page=100', '1700000000', $nonce, ''));`)
        for (const one of signatures) assert.ok(manual.includes(`\`${one}\``), one)
    })

    test('takes one signature once: of 20 at the same time one is answered', async () => {
        for (const site of [world.classic, world.hpos]) {
            const forge = { nonce: randomBytes(16).toString('hex'), timestamp: String(Math.floor(Date.now() / 1000)) }
            const replies = await Promise.all(Array.from({ length: 20 }, () => site.signed('GET', 'ping', { forge })))
            const statuses = replies.map(({ status }) => status).sort()
            assert.deepEqual(statuses, [200, ...Array(19).fill(401)])
            assert.equal((await site.signed('GET', 'ping', { forge })).status, 401)
            const control = await Promise.all(Array.from({ length: 20 }, () => site.signed('GET', 'ping')))
            assert.ok(control.every(({ status }) => status === 200))
        }
    })

    test('opens to an application password and to a key in the query only where that was switched on', async () => {
        const site = world.classic
        const password = await site.run("return WP_Application_Passwords::create_new_application_password(1, array('name' => 'old CRM'))[0];")
        const basic = { Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }
        const key = 'a-key-of-the-older-system'
        const ask = async () => [
            (await fetch(site.address('ping'), { headers: basic })).status,
            (await fetch(site.address('ping', `key=${key}`))).status,
            (await fetch(site.address('ping', 'key=another'))).status,
        ]
        assert.deepEqual(await ask(), [401, 401, 401])
        const change = (basicOn, keyOn) => site.run(`
            update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('allow_basic' => ${basicOn}, 'allow_key' => ${keyOn})));
            update_option('smgcrm_secrets', array_merge(get_option('smgcrm_secrets'), array('key' => '${key}'))); return 1;`)
        await change(1, 1)
        assert.deepEqual(await ask(), [200, 200, 401])
        // A signature that is wrong is not made good by another way in.
        assert.equal((await site.signed('GET', 'ping', { query: `key=${key}`, forge: { key: 'x' } })).status, 401)
        await change(0, 0)
        assert.deepEqual(await ask(), [401, 401, 401])
    })

    test('ping says what there is', async () => {
        const [classic, hpos, bare] = await Promise.all(world.sites.map(async (site) => (await site.signed('GET', 'ping')).body))
        assert.deepEqual([classic.plugin, classic.version, classic.woocommerce, classic.hpos, classic.wallet, classic.action_scheduler], ['smgcrm', '1.0.0', '9.4.0', false, 'smgcrm', false])
        assert.deepEqual([hpos.hpos, hpos.wallet, hpos.action_scheduler], [true, 'terawallet', true])
        assert.deepEqual([bare.woocommerce, bare.wallet], [null, 'smgcrm'])
        assert.ok(classic.capabilities.includes('wallet.credit'))
    })

    test('gives products page by page, with the service behind each', async () => {
        await Promise.all([world.classic.run(makeProducts(25)), world.hpos.run(makeProducts(3))])
        const first = await world.classic.signed('GET', 'get-products', { query: 'per_page=10' })
        assert.deepEqual([first.headers.get('x-wp-total'), first.headers.get('x-wp-totalpages'), first.body.total], ['26', '3', 26])
        const { id, categories, modified_at, permalink, ...product } = first.body.products[0]
        assert.deepEqual(product, {
            parent_id: 0, type: 'simple', name: 'Product 1', sku: '', status: 'publish', price: '12.50', regular_price: '12.50', sale_price: null, currency: 'UAH',
            stock_status: 'instock', stock_quantity: 7, supplier_id: '1', service_id: '101', order_type: 'Default', quantity: 1000,
        })
        assert.equal(categories[0].name, 'Підписники')
        assert.match(modified_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        assert.ok(permalink.startsWith('http'))
        const variation = first.body.products[1]
        assert.deepEqual([variation.parent_id, variation.type, variation.service_id, variation.quantity, variation.price], [id, 'variation', '101', 5000, '99.00'])
        const pages = await Promise.all([1, 2, 3].map((page) => world.classic.signed('GET', 'get-products', { query: `page=${page}&per_page=10` })))
        const ids = pages.flatMap(({ body }) => body.products.map((one) => one.id))
        assert.equal(new Set(ids).size, 26)
        const services = await world.classic.signed('GET', 'get-services/')
        assert.deepEqual(services.body.services.map((one) => one.name), ['Product 1', 'Variation'])
        const soon = new Date(Date.now() + 3_600_000).toISOString()
        assert.equal((await world.classic.signed('GET', 'get-products', { query: `modified_after=${soon}` })).body.total, 0)
        assert.equal((await world.classic.signed('GET', 'get-products', { query: 'modified_after=1000' })).body.total, 26)
        for (const query of ['per_page=501', 'per_page=0', 'page=-1', 'page=x', 'modified_after=yesterday'])
            assert.equal((await world.classic.signed('GET', 'get-products', { query })).status, 400, query)
        assert.deepEqual((await world.bare.signed('GET', 'get-products')).body, { products: [], page: 1, per_page: 100, total: 0, total_pages: 0, woocommerce: false })
    })

    test('changes the Monobank token and says which one is in force', async () => {
        const site = world.classic
        await site.run("update_option('woocommerce_mono_gateway_settings', array('enabled' => 'yes', 'API_KEY' => 'old', 'title' => 'Mono')); update_option('woocommerce_morkva-monopay_settings', array('enabled' => 'no')); return 1;")
        const key = 'u-merchant-token-0001'
        const changed = await site.signed('POST', 'update-mono-api-key', { body: { api_key: key } })
        assert.equal(changed.status, 200)
        assert.deepEqual(changed.body.gateways.map(({ gateway, enabled, key_sha256, last_four }) => [gateway, enabled, key_sha256, last_four]),
            [['mono_gateway', true, sha256(key), '0001'], ['morkva-monopay', false, sha256(key), '0001']])
        assert.ok(!changed.text.includes(key))
        assert.deepEqual(await site.run("return get_option('woocommerce_mono_gateway_settings');"), { enabled: 'yes', API_KEY: key, title: 'Mono' })
        assert.equal((await site.signed('GET', 'update-mono-api-key')).body.gateways[0].key_sha256, sha256(key))

        await site.run("update_option('knob_overrule_mono', 1); return 1;")
        const overruled = await site.signed('POST', 'update-mono-api-key', { body: { api_key: 'u-merchant-token-0002' } })
        assert.deepEqual([overruled.status, overruled.body.code, overruled.body.gateways[0].key_sha256], [409, 'smgcrm_key_not_in_force', sha256('the-token-of-another-plugin')])
        await site.run("delete_option('knob_overrule_mono'); return 1;")
        for (const api_key of ['', 'with space in it', 7, 'x'.repeat(300)])
            assert.equal((await site.signed('POST', 'update-mono-api-key', { body: { api_key } })).status, 400)
    })
}
