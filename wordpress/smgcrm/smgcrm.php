<?php
/**
 * Plugin Name:       SMG CRM for shops
 * Description:       Sends paid orders to SMG CRM, shows what becomes of them, and lets the CRM read products and change wallets.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            SMG CRM
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       smgcrm
 * Domain Path:       /languages
 *
 * @package SmgCrm
 */

defined( 'ABSPATH' ) || exit;

if ( defined( 'SMGCRM_VERSION' ) ) {
	return; // The same plugin from another folder.
}

define( 'SMGCRM_VERSION', '1.0.0' );
define( 'SMGCRM_FILE', __FILE__ );

require_once __DIR__ . '/includes/install.php';
require_once __DIR__ . '/includes/write.php';
require_once __DIR__ . '/includes/settings.php';
require_once __DIR__ . '/includes/money.php';
require_once __DIR__ . '/includes/signature.php';
require_once __DIR__ . '/includes/crm.php';
require_once __DIR__ . '/includes/outbox.php';
require_once __DIR__ . '/includes/outbox-run.php';
require_once __DIR__ . '/includes/schedule.php';
require_once __DIR__ . '/includes/status.php';
require_once __DIR__ . '/includes/order-lines.php';
require_once __DIR__ . '/includes/orders.php';
require_once __DIR__ . '/includes/sweep.php';
require_once __DIR__ . '/includes/products.php';
require_once __DIR__ . '/includes/product-link.php';
require_once __DIR__ . '/includes/wallet.php';
require_once __DIR__ . '/includes/wallet-books.php';
require_once __DIR__ . '/includes/mono.php';
require_once __DIR__ . '/includes/auth.php';
require_once __DIR__ . '/includes/rest.php';
require_once __DIR__ . '/includes/rest-shop.php';
require_once __DIR__ . '/includes/rest-orders.php';
require_once __DIR__ . '/includes/functions.php';

register_activation_hook( __FILE__, 'SmgCrm\\activate' );
register_deactivation_hook( __FILE__, 'SmgCrm\\deactivate' );

SmgCrm\boot_install();
SmgCrm\boot_schedule();
SmgCrm\boot_orders();
SmgCrm\boot_product_link();
SmgCrm\boot_rest();

if ( is_admin() ) {
	require_once __DIR__ . '/admin/settings-fields.php';
	require_once __DIR__ . '/admin/settings-page.php';
	require_once __DIR__ . '/admin/outbox-page.php';
	require_once __DIR__ . '/admin/notices.php';
	require_once __DIR__ . '/admin/order-box.php';
	require_once __DIR__ . '/admin/product-fields.php';
	SmgCrm\boot_settings_page();
	SmgCrm\boot_outbox_page();
	SmgCrm\boot_notices();
	SmgCrm\boot_order_box();
	SmgCrm\boot_product_fields();
}
