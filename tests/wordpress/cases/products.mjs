// What the shop says of its products, and what the customer says of the link.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const inAdmin = { admin: true }
const spaces = { 'a space': ' ', 'a no-break space': '\u00a0', 'a narrow no-break space': '\u202f', 'a thin space': '\u2009' }

export function aboutProducts(world) {
    test('products and variations have our fields', async () => {
        const fields = await world.classic.run(`
            $ids = get_posts(array('post_type' => array('product', 'product_variation'), 'fields' => 'ids', 'numberposts' => 2, 'orderby' => 'ID', 'order' => 'ASC'));
            global $post; $post = get_post($ids[0]); ob_start();
            do_action('woocommerce_product_options_general_product_data');
            do_action('woocommerce_product_after_variable_attributes', 0, array(), get_post($ids[1]));
            $html = ob_get_clean();
            $_POST = wp_slash(array('_smgcrm_supplier_id' => '1', '_smgcrm_service_id' => " 101<script> ", '_smgcrm_quantity' => '1000', 'smgcrm_variation_quantity' => array('7'), 'smgcrm_variation_service_id' => array("10'2")));
            $product = wc_get_product($ids[0]); do_action('woocommerce_admin_process_product_object', $product); $product->save();
            $child = wc_get_product($ids[1]); do_action('woocommerce_admin_process_variation_object', $child, 0); $child->save();
            return array($html, get_post_meta($ids[0], '_smgcrm_service_id', true), get_post_meta($ids[0], '_smgcrm_order_type', true), get_post_meta($ids[1], '_smgcrm_quantity', true), get_post_meta($ids[1], '_smgcrm_service_id', true));`, inAdmin)
        assert.match(fields[0], /name="_smgcrm_supplier_id" value="1"[\s\S]*name="smgcrm_variation_quantity\[0\]" value="5000"/)
        assert.deepEqual(fields.slice(1), ['101', 'Default', '7', "10'2"])
    })

    test('pieces are read as people write them; what cannot be read changes nothing and is said', async () => {
        const typed = (text) => world.classic.run(`
            $id = get_posts(array('post_type' => 'product', 'fields' => 'ids', 'numberposts' => 1, 'orderby' => 'ID', 'order' => 'ASC'))[0]; update_post_meta($id, '_smgcrm_quantity', '500');
            $_POST = wp_slash(array('_smgcrm_quantity' => '${text}')); $product = wc_get_product($id); do_action('woocommerce_admin_process_product_object', $product); $product->save();
            $kept = get_post_meta($id, '_smgcrm_quantity', true); update_post_meta($id, '_smgcrm_quantity', '1000');
            return array($kept, WC_Admin_Meta_Boxes::$meta_box_errors);`, inAdmin)
        for (const [what, space] of Object.entries(spaces)) assert.deepEqual(await typed(`${space}1${space}000 `), ['1000', []], what)
        assert.deepEqual(await typed('1000000000'), ['1000000000', []])
        assert.deepEqual(await typed(' '), ['', []], 'control: emptied')
        for (const text of ['1,000', '1.000', '0', '-5', '1 тис.', '1000000001', '5%30', '<b>5</b>']) {
            const [kept, errors] = await typed(text)
            assert.equal(kept, '500', text)
            assert.equal(errors.length, 1, text)
            assert.ok(errors[0].includes('is not a number of pieces') && !errors[0].includes('<'), errors[0])
        }
    })

    test('an order\'s pieces are what its product says, and none when that cannot be told', async () => {
        const quantityOf = (text) => world.classic.run(`
            $id = get_posts(array('post_type' => 'product', 'fields' => 'ids', 'numberposts' => 1, 'orderby' => 'ID', 'order' => 'ASC'))[0]; update_post_meta($id, '_smgcrm_quantity', '${text}');
            $order = wc_create_order(array('billing_email' => 'olena@ukr.net')); $item = $order->add_product(wc_get_product($id), 2);
            $payload = SmgCrm\\line_payload($order, $order->get_item($item)); $row = SmgCrm\\product_row(wc_get_product($id));
            update_post_meta($id, '_smgcrm_quantity', '1000'); return array($payload['quantity'], $row['quantity']);`)
        assert.deepEqual(await quantityOf('1000'), [2000, 1000])
        for (const [what, space] of Object.entries(spaces)) assert.deepEqual(await quantityOf(`1${space}000`), [2000, 1000], what)
        assert.deepEqual(await quantityOf(''), [2, null], 'control: one unit is one piece')
        for (const text of ['1,000', '1.000', '0', '-5', '2000000000']) assert.deepEqual(await quantityOf(text), [`${text} × 2`, null], text)
    })

    test('asks for the link on the product\'s page where that is switched on, and keeps it as it is', async () => {
        const asked = (on, link) => world.classic.run(`
            update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('ask_link' => ${on})));
            global $product; $id = get_posts(array('post_type' => 'product', 'fields' => 'ids', 'numberposts' => 1, 'orderby' => 'ID', 'order' => 'ASC'))[0]; $product = wc_get_product($id);
            ob_start(); do_action('woocommerce_before_add_to_cart_button'); $html = ob_get_clean();
            $without = apply_filters('woocommerce_add_to_cart_validation', true, $id, 1);
            $_POST['smgcrm_link'] = wp_slash(${link});
            $with = apply_filters('woocommerce_add_to_cart_validation', true, $id, 1);
            $cart = apply_filters('woocommerce_add_cart_item_data', array(), $id);
            $item = new WC_Order_Item_Product(1); do_action('woocommerce_checkout_create_order_line_item', $item, 'k', $cart);
            return array(strpos($html, 'name="smgcrm_link"') !== false, strpos($html, ' required') !== false, $without, $with, $item->get_meta('smgcrm_link'));`)
        assert.deepEqual(await asked(0, "'https://t.me/x'"), [false, false, true, true, ''])
        const kept = {
            'https://t.me/x': "'https://t.me/x'",
            'https://www.instagram.com/explore/tags/%D0%BA%D0%B8%D1%97%D0%B2/?a=1&b=%20': "'https://www.instagram.com/explore/tags/%D0%BA%D0%B8%D1%97%D0%B2/?a=1&b=%20'",
            "https://t.me/київ/it's": `'https://t.me/київ/it\\'s'`,
            'https://t.me/bx/b': `" https://t.me/<b>x\\n\\t\\0\\x7f</b>\u00a0\\" "`,
        }
        for (const [link, given] of Object.entries(kept)) assert.deepEqual(await asked(1, given), [true, true, false, true, link])
        for (const nothing of [`"\\xff\\xfe"`, `' <> '`, "array('x')"]) assert.deepEqual(await asked(1, nothing), [true, true, false, false, ''])
        await asked(0, "''")
    })

    test('asks for the link of a variation, where its variable product names no service', async () => {
        const [page, variation, other, none] = await world.classic.run(`
            update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('ask_link' => 1)));
            $make = function ($type, $parent, $service) {
                $id = wp_insert_post(array('post_type' => $type, 'post_title' => 'Variable', 'post_status' => 'publish', 'post_parent' => $parent));
                if ($service) update_post_meta($id, '_smgcrm_service_id', $service);
                return $id;
            };
            $parent = $make('product', 0, ''); $with = $make('product_variation', $parent, '102'); $without = $make('product_variation', $parent, '');
            $bare = $make('product', 0, ''); $make('product_variation', $bare, '');
            $print = function ($id) { global $product; $product = wc_get_product($id); ob_start(); do_action('woocommerce_before_add_to_cart_button'); return ob_get_clean(); };
            $buy = function ($variation) use ($parent) {
                $_POST = array(); $refused = !apply_filters('woocommerce_add_to_cart_validation', true, $parent, 1, $variation, array());
                $_POST['smgcrm_link'] = 'https://t.me/x'; $passed = apply_filters('woocommerce_add_to_cart_validation', true, $parent, 1, $variation, array());
                return array($refused, $passed, apply_filters('woocommerce_add_cart_item_data', array(), $parent, $variation, 1));
            };
            $found = array($print($parent), $buy($with), $buy($without), $print($bare));
            foreach (get_posts(array('post_type' => array('product', 'product_variation'), 'title' => 'Variable', 'fields' => 'ids', 'numberposts' => -1)) as $id) wp_delete_post($id, true);
            update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('ask_link' => 0)));
            return $found;`)
        assert.match(page, /name="smgcrm_link"/)
        assert.doesNotMatch(page, / required/, 'another variation needs none')
        assert.deepEqual(variation, [true, true, { smgcrm_link: 'https://t.me/x' }])
        assert.deepEqual(other, [false, true, []])
        assert.equal(none, '', 'control')
    })
}
