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
        await save(admin, { 'smgcrm_secrets[forget_key]': '1' })
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
        await site.run("update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('place' => 'shop.example'))); return 1;")
        assert.deepEqual(await state(), [false, true])
        assert.match((await admin.open('index.php')).text, /SMG CRM was connected at shop\.example\./)
        await admin.open('options.php', { ...form, option_page: 'smgcrm' })
        assert.deepEqual(await state(), [true, false])
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

    test('products and variations have our fields', async () => {
        const fields = await world.classic.run(`
            $ids = get_posts(array('post_type' => array('product', 'product_variation'), 'fields' => 'ids', 'numberposts' => 2, 'orderby' => 'ID', 'order' => 'ASC'));
            global $post; $post = get_post($ids[0]); ob_start();
            do_action('woocommerce_product_options_general_product_data');
            do_action('woocommerce_product_after_variable_attributes', 0, array(), get_post($ids[1]));
            $html = ob_get_clean();
            $_POST = wp_slash(array('_smgcrm_supplier_id' => '1', '_smgcrm_service_id' => " 101<script> ", '_smgcrm_quantity' => '1000', 'smgcrm_variation_quantity' => array('-5'), 'smgcrm_variation_service_id' => array("10'2")));
            $product = wc_get_product($ids[0]); do_action('woocommerce_admin_process_product_object', $product); $product->save();
            $child = wc_get_product($ids[1]); do_action('woocommerce_admin_process_variation_object', $child, 0); $child->save();
            return array($html, get_post_meta($ids[0], '_smgcrm_service_id', true), get_post_meta($ids[0], '_smgcrm_order_type', true), get_post_meta($ids[1], '_smgcrm_quantity', true), get_post_meta($ids[1], '_smgcrm_service_id', true));`, { admin: true })
        assert.match(fields[0], /name="_smgcrm_supplier_id" value="1"[\s\S]*name="smgcrm_variation_quantity\[0\]" value="5000"/)
        assert.deepEqual(fields.slice(1), ['101', 'Default', '5', "10'2"])
    })

    test('asks for the link on the product\'s page where that is switched on', async () => {
        const asked = (on) => world.classic.run(`
            update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('ask_link' => ${on})));
            global $product; $id = get_posts(array('post_type' => 'product', 'fields' => 'ids', 'numberposts' => 1, 'orderby' => 'ID', 'order' => 'ASC'))[0]; $product = wc_get_product($id);
            ob_start(); do_action('woocommerce_before_add_to_cart_button'); $html = ob_get_clean();
            $without = apply_filters('woocommerce_add_to_cart_validation', true, $id, 1);
            $_POST['smgcrm_link'] = 'https://t.me/<b>x</b>';
            $with = apply_filters('woocommerce_add_to_cart_validation', true, $id, 1);
            $cart = apply_filters('woocommerce_add_cart_item_data', array(), $id);
            $item = new WC_Order_Item_Product(1); do_action('woocommerce_checkout_create_order_line_item', $item, 'k', $cart);
            return array(strpos($html, 'name="smgcrm_link"') !== false, $without, $with, $item->get_meta('smgcrm_link'));`)
        assert.deepEqual(await asked(1), [true, false, true, 'https://t.me/x'])
        assert.deepEqual(await asked(0), [false, true, true, ''])
    })

    test('all of this left no word of the plugin in the logs', () => {
        for (const site of world.sites) assert.deepEqual(site.complaints(), [], site.name)
    })
}
