// The dashboard: who may do what, what is shown, and that no secret ever is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Visitor, adminPassword, formOf } from '../site.mjs'

const settings = 'admin.php?page=smgcrm'
const outbox = 'admin.php?page=smgcrm-outbox'
const secretsOf = (site) => site.run("return get_option('smgcrm_secrets');")

export function aboutAdmin(world) {
    let admin, keeper, reader
    test('only administrators have the settings, only who manages the shop has the outbox', async () => {
        const site = world.classic
        await site.run(`
            add_role('shop_manager', 'Shop manager', array('read' => true)); SmgCrm\\install();
            foreach (array('keeper' => 'shop_manager', 'reader' => 'subscriber') as $login => $role)
                wp_insert_user(array('user_login' => $login, 'user_email' => "$login@ukr.net", 'user_pass' => '${adminPassword}', 'role' => $role)); return 1;`)
        ;[admin, keeper, reader] = await Promise.all(['admin', 'keeper', 'reader'].map((login) => new Visitor(site).signIn(login)))
        const statuses = async (path) => [(await admin.open(path)).status, (await keeper.open(path)).status, (await reader.open(path)).status, (await new Visitor(site).open(path)).status]
        assert.deepEqual(await statuses(settings), [200, 403, 403, 302])
        assert.deepEqual(await statuses(outbox), [200, 200, 403, 302])
        assert.match((await admin.open('options-privacy.php?tab=policyguide')).text, /your e-mail address and the link you gave are sent/)
    })

    test('settings are saved with the page\'s nonce and not without; an empty secret keeps the old one; none is printed', async () => {
        const site = world.classic
        const before = await secretsOf(site)
        const page = (await admin.open(settings)).text
        const form = formOf(page, 'smgcrm_settings[url]')
        assert.equal(form['smgcrm_settings[url]'], world.crm.url)
        assert.equal(form['smgcrm_secrets[token]'], '')
        const link = { 'smgcrm_settings[link_fields]': 'my_link' }
        const save = (who, changes) => who.open('options.php', { ...form, option_page: 'smgcrm', ...changes })
        const saved = () => site.run("return get_option('smgcrm_settings')['link_fields'];")

        assert.equal((await save(admin, { ...link, _wpnonce: 'forged0000' })).status, 403)
        assert.equal((await save(reader, link)).status, 403)
        assert.equal((await save(keeper, link)).status, 403)
        assert.notEqual(await saved(), 'my_link')
        assert.equal((await save(admin, link)).status, 302)
        assert.equal(await saved(), 'my_link')
        assert.deepEqual(await secretsOf(site), before)

        await save(admin, { 'smgcrm_secrets[token]': 'smg_7_a-new-token-of-this-site', 'smgcrm_settings[link_fields]': 'url' })
        assert.equal((await secretsOf(site)).token, 'smg_7_a-new-token-of-this-site')
        await save(admin, { 'smgcrm_secrets[webhook]': 'with space', 'smgcrm_secrets[key]': 'short-key' })
        assert.deepEqual(await secretsOf(site), { ...before, token: 'smg_7_a-new-token-of-this-site' })
        const refused = ['javascript:alert(1)', 'http://crm.example', 'http://1.2.3.4', 'https://crm.example?x=1', 'https://user@crm.example', 'http://10.0.0.1.example', 'http://[2001:db8::1]', 'crm.example']
        const taken = ['https://crm.example', 'https://crm.example/crm', 'http://127.0.0.1:8080', 'http://192.168.1.5', 'http://crm:8080', 'http://[::1]:80']
        const judged = await site.run(`require_once WP_PLUGIN_DIR . '/smgcrm/admin/settings-fields.php'; return array_map('SmgCrm\\is_good_address', json_decode('${JSON.stringify([...refused, ...taken])}'));`)
        assert.deepEqual(judged, [...refused.map(() => false), ...taken.map(() => true)])
        await save(admin, { 'smgcrm_secrets[key]': 'long-enough-to-be-a-key', 'smgcrm_settings[url]': 'http://crm.example' })
        const stored = await secretsOf(site)
        assert.equal(stored.key, 'long-enough-to-be-a-key')
        assert.equal(await site.run("return get_option('smgcrm_settings')['url'];"), world.crm.url)
        for (const path of [settings, outbox, 'index.php', 'plugins.php', 'options.php'])
            for (const secret of Object.values(stored)) {
                const { text } = await admin.open(path)
                assert.ok(!text.includes(secret) || secret === '', `${path} shows a secret`)
            }
        const removes = () => site.run("return SmgCrm\\setting('remove_all');")
        assert.equal(await removes(), 0)
        assert.match((await admin.open(settings)).text, /Remove everything when the plugin is deleted/)
        await save(admin, { 'smgcrm_settings[remove_all]': '1' })
        assert.equal(await removes(), 1)
        await save(admin, { 'smgcrm_secrets[forget_key]': '1' })
        assert.equal(await removes(), 0)
        assert.equal((await secretsOf(site)).key, '')
        assert.deepEqual(site.query("SELECT autoload FROM wp_options WHERE option_name = 'smgcrm_secrets'"), [['no']])
        await site.connect(world.crm.url, world.crm.token, 'whsec_of_the_shop')
    })

    test('Test connection says what the CRM says, to administrators who came from the page', async () => {
        const site = world.classic
        const press = async (who = admin, changes = {}) => {
            const form = formOf((await admin.open(settings)).text, 'smgcrm_test')
            const { status } = await who.open('admin-post.php', { ...form, ...changes })
            return status === 302 ? /notice-(success|error)"><p>([^<]*)</.exec((await who.open(settings)).text).slice(1) : status
        }
        assert.deepEqual(await press(), ['success', 'Connected: the CRM knows this token.'])
        assert.equal(await press(admin, { _wpnonce: 'forged0000' }), 403)
        assert.equal(await press(reader), 403)
        await site.connect(world.crm.url, 'smg_1_another-token', 'whsec_of_the_shop')
        assert.deepEqual(await press(), ['error', 'The CRM answers, but does not know this token.'])
        await site.connect(`${world.crm.url}/nothing/here`, world.crm.token, 'whsec_of_the_shop')
        assert.deepEqual(await press(), ['error', 'Something else than the CRM answers at this address (HTTP 404).'])
        await site.connect('http://127.0.0.1:1', world.crm.token, 'whsec_of_the_shop')
        assert.match((await press())[1], /^The CRM does not answer: /)
        await site.connect(world.crm.url, world.crm.token, 'whsec_of_the_shop')
    })

    test('what failed and what waits too long is said on every page, and can be tried again', async () => {
        const site = world.classic
        const notices = async (who) => [...(await who.open('index.php')).text.matchAll(/smgcrm-notice"><p>([^<]*) </g)].map(([, words]) => words)
        const id = world.failedRow
        assert.deepEqual(await notices(admin), ['1 order was not taken by SMG CRM and needs you.'])
        assert.deepEqual(await notices(keeper), await notices(admin))
        site.query("INSERT INTO wp_smgcrm_outbox (event_key, kind, state, wp_order_number, item_id, payload, created_at, next_at, last_error, crm_order) VALUES ('slow-1', 'create', 'queued', 'S-1', '1', '{\"product_service\":\"<script>alert(1)</script>\"}', UNIX_TIMESTAMP() - 899, 9999999999, '<b>slow</b>', '')")
        assert.equal((await notices(admin)).length, 1, 'control: not before 15 minutes')
        site.query("UPDATE wp_smgcrm_outbox SET created_at = UNIX_TIMESTAMP() - 901 WHERE event_key = 'slow-1'")
        assert.deepEqual((await notices(admin))[1], '1 order has waited for SMG CRM for more than 15 minutes.')

        const page = (await keeper.open(outbox)).text
        assert.ok(page.includes('client_email: The client email field is required.'))
        assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !page.includes('<script>alert(1)'))
        assert.ok(page.includes('&lt;b&gt;slow&lt;/b&gt;'))
        const stateOf = () => site.query(`SELECT state FROM wp_smgcrm_outbox WHERE id = ${id}`)[0][0]
        const press = async (who, action, changes = {}) => {
            const forms = (await keeper.open(outbox)).text.split('<form').filter((form) => form.includes(`value="${action}"`) && form.includes(`name="id" value="${id}"`))
            return (await who.open('admin-post.php', { ...formOf(`<form${forms[0]}`, action), ...changes })).status
        }
        assert.equal(await press(keeper, 'smgcrm_retry', { _wpnonce: 'forged0000' }), 403)
        assert.equal(await press(reader, 'smgcrm_retry'), 403)
        assert.equal(stateOf(), 'failed')
        assert.equal(await press(keeper, 'smgcrm_dismiss'), 302)
        assert.equal(stateOf(), 'dismissed')
        assert.equal((await notices(admin)).length, 1)
        // Mended in the order meanwhile.
        const [[order, item]] = site.query(`SELECT order_id, item_id FROM wp_smgcrm_outbox WHERE id = ${id}`)
        await site.run(`$order = wc_get_order(${order}); $order->data['billing_email'] = 'mended@ukr.net'; $order->save(); return 1;`)
        assert.equal(await press(keeper, 'smgcrm_retry'), 302)
        assert.equal(stateOf(), 'queued')
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.equal(stateOf(), 'delivered')
        assert.equal(world.crm.to('/api/v1/createOrder').findLast(({ body }) => body.item_id === item && body.wp_order_number === order).body.client_email, 'mended@ukr.net')
        site.query(`DELETE FROM wp_smgcrm_outbox WHERE event_key = 'slow-1'`)
        assert.deepEqual(await notices(admin), [])
    })

    test('a shop that is not connected says so and keeps its orders', async () => {
        const site = world.bare
        await site.connect('', '')
        const key = await site.run("return smgcrm_send_order(array('wp_order_number' => 'B-9', 'product_service' => 'x', 'client_email' => 'o@ukr.net'));")
        await site.run("do_action('smgcrm_run'); return 1;")
        assert.deepEqual(await site.run(`return smgcrm_order_status('${key}');`), { state: 'queued', crm_order_id: 0, crm_status: '', last_error: '' })
        const { text } = await (await new Visitor(site).signIn('admin')).open('index.php')
        assert.ok(text.includes('SMG CRM ще не під&#039;єднано: оплачені замовлення чекають тут.'), 'in Ukrainian')
        await site.connect(world.crm.url, world.crm.token)
    })

    test('a copy of a connected shop sends nothing until somebody has said that it may', async () => {
        const site = world.classic
        const form = formOf((await admin.open(settings)).text, 'smgcrm_settings[url]')
        assert.equal((await admin.open('options.php', { ...form, option_page: 'smgcrm' })).status, 302)
        const state = () => site.run("return array(SmgCrm\\is_connected(), SmgCrm\\is_copy());")
        assert.deepEqual(await state(), [true, false])
        const cameFrom = (place) => site.run(`update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('place' => ${place}, 'place_hash' => hash('sha256', 'shop.example')))); return 1;`)
        await cameFrom("'shop.example'")
        assert.deepEqual(await state(), [false, true])
        assert.match((await admin.open('index.php')).text, /SMG CRM was connected at shop\.example\./)
        await admin.open('options.php', { ...form, option_page: 'smgcrm' })
        assert.deepEqual(await state(), [true, false])

        await cameFrom('SmgCrm\\site_place()') // As wp search-replace leaves it.
        assert.deepEqual(await state(), [false, true])
        assert.match((await admin.open('index.php')).text, /SMG CRM was connected at another address\./)
        await admin.open('options.php', { ...form, option_page: 'smgcrm' })
        assert.deepEqual(await state(), [true, false])
    })

    test('a copy is known by where it was installed too, where wp-config.php says all and nobody saves', async () => {
        const state = (home) => world.bare.run(`
            define('SMGCRM_URL', 'https://crm.example'); define('SMGCRM_TOKEN', 'smg_1_of-the-constants');
            add_filter('option_home', function ($home) { return ${home}; }, 99); return array(SmgCrm\\is_connected(), SmgCrm\\is_copy());`)
        assert.deepEqual(await state('$home'), [true, false], 'control')
        assert.deepEqual(await state("str_replace('http://', 'https://www.', $home) . '/'"), [true, false], 'control: the same place')
        assert.deepEqual(await state("'https://staging.example'"), [false, true])
    })

    test('a copy of a shop that knew its place before there was a hash of it stays one', async () => {
        const place = (was) => world.bare.run(`
            $settings = get_option('smgcrm_settings'); unset($settings['place_hash']); update_option('smgcrm_settings', array_merge($settings, array('place' => ${was})));
            SmgCrm\\upgrade(); return SmgCrm\\is_copy();`)
        assert.equal(await place("'shop.example'"), true)
        assert.equal(await place("''"), false)
    })

    test('tables that cannot be made are said to be missing, and are made when the database lets them', async () => {
        const site = world.bare
        const visitor = await new Visitor(site).signIn('admin')
        const dashboard = async () => /Не вдалося створити таблиці SMG CRM/.test((await visitor.open('index.php')).text)
        const schema = () => site.query("SELECT option_value FROM wp_options WHERE option_name = 'smgcrm_schema'")[0][0]
        const made = schema()
        site.expects(/(CREATE command denied|command denied to user|doesn't exist).*smgcrm_nonces/)
        assert.equal(await dashboard(), false, 'control')
        world.db.query(`REVOKE CREATE ON ${site.name}.* FROM ${site.name}@127.0.0.1`)
        site.query("DROP TABLE wp_smgcrm_nonces; UPDATE wp_options SET option_value = '0' WHERE option_name = 'smgcrm_schema'")
        assert.equal(await dashboard(), true)
        assert.notEqual(schema(), made)
        world.db.query(`GRANT CREATE ON ${site.name}.* TO ${site.name}@127.0.0.1`)
        await fetch(`${site.url}/`)
        assert.notEqual(schema(), made, 'a visitor does not wait for it')
        assert.equal(await dashboard(), false)
        assert.deepEqual([schema(), site.query("SHOW TABLES LIKE 'wp_smgcrm_nonces'").length], [made, 1])
    })

    test('an order\'s screen shows where it is, in both of WooCommerce\'s storages', async () => {
        const [[order, crmOrder]] = world.classic.query("SELECT order_id, crm_order_id FROM wp_smgcrm_outbox WHERE crm_status = 'completed'")
        await world.classic.run("get_role('administrator')->add_cap('edit_posts'); return 1;")
        const { text } = await admin.open(`post.php?post=${order}&action=edit`)
        assert.match(text, new RegExp(`id="smgcrm_order"[\\s\\S]*«Product 1»[\\s\\S]*Order ${crmOrder} in the CRM: completed[\\s\\S]*Supplier&#039;s number: 777`))
        const [[other]] = world.hpos.query("SELECT order_id FROM wp_smgcrm_outbox WHERE crm_status = 'completed'")
        const shown = await world.hpos.run(`
            wp_set_current_user(1); do_action('add_meta_boxes', 'woocommerce_page_wc-orders', wc_get_order(${other}));
            global $wp_meta_boxes; $box = $wp_meta_boxes['woocommerce_page_wc-orders']['side']['default']['smgcrm_order'];
            ob_start(); call_user_func($box['callback'], wc_get_order(${other})); return ob_get_clean();`, { admin: true })
        assert.match(shown, /in the CRM: completed/)
        const declared = await world.hpos.run('return Automattic\\WooCommerce\\Utilities\\FeaturesUtil::$declared;')
        assert.equal(declared.custom_order_tables, true)
    })

    test('all of this left no word of the plugin in the logs', () => {
        for (const site of world.sites) assert.deepEqual(site.complaints(), [], site.name)
    })
}
