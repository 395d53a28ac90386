<?php
/**
 * SMG CRM → Settings.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_settings_page() {
	add_action( 'admin_init', __NAMESPACE__ . '\\register_fields' );
	add_action( 'admin_init', __NAMESPACE__ . '\\add_privacy_words' );
	add_action( 'admin_menu', __NAMESPACE__ . '\\add_pages' );
	add_action( 'admin_post_smgcrm_test', __NAMESPACE__ . '\\handle_test' );
	add_filter( 'plugin_action_links_' . plugin_basename( SMGCRM_FILE ), __NAMESPACE__ . '\\add_settings_link' );
}

function add_pages() {
	add_menu_page( 'SMG CRM', 'SMG CRM', MANAGES, 'smgcrm-outbox', __NAMESPACE__ . '\\print_outbox_page', 'dashicons-randomize', 56 );
	add_submenu_page( 'smgcrm-outbox', __( 'Orders to SMG CRM', 'smgcrm' ), __( 'Outbox', 'smgcrm' ), MANAGES, 'smgcrm-outbox', __NAMESPACE__ . '\\print_outbox_page' );
	add_submenu_page( 'smgcrm-outbox', __( 'Settings of SMG CRM', 'smgcrm' ), __( 'Settings', 'smgcrm' ), 'manage_options', SETTINGS_PAGE, __NAMESPACE__ . '\\print_settings_page' );
}

// For WordPress's guide to a shop's privacy policy.
function add_privacy_words() {
	wp_add_privacy_policy_content(
		'SMG CRM',
		'<p>' . esc_html__( 'When you have paid, your order, your e-mail address and the link you gave are sent to the system in which we fulfil orders. The shop keeps a copy for 400 days.', 'smgcrm' ) . '</p>'
	);
}

function settings_url() {
	return admin_url( 'admin.php?page=' . SETTINGS_PAGE );
}

function add_settings_link( $links ) {
	array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( settings_url() ), esc_html__( 'Settings', 'smgcrm' ) ) );
	return $links;
}

function print_settings_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	echo '<div class="wrap"><h1>' . esc_html__( 'Settings of SMG CRM', 'smgcrm' ) . '</h1>';
	settings_errors();
	print_test_result();
	echo '<form action="options.php" method="post">';
	settings_fields( SETTINGS_PAGE );
	do_settings_sections( SETTINGS_PAGE );
	submit_button();
	echo '</form><h2>' . esc_html__( 'Test connection', 'smgcrm' ) . '</h2>';
	printf( '<form action="%s" method="post"><input type="hidden" name="action" value="smgcrm_test">', esc_url( admin_url( 'admin-post.php' ) ) );
	wp_nonce_field( 'smgcrm_test' );
	echo '<p>' . esc_html__( 'Asks the CRM with the saved address and token. Nothing is changed there.', 'smgcrm' ) . '</p>';
	submit_button( __( 'Test connection', 'smgcrm' ), 'secondary', 'submit', false );
	echo '</form><h2>' . esc_html__( 'What the CRM needs', 'smgcrm' ) . '</h2><table class="widefat striped" style="max-width: 60em"><tbody>';
	print_fact( __( 'Address of this shop', 'smgcrm' ), home_url() );
	print_fact( __( 'Address for its webhook', 'smgcrm' ), rest_url( REST_NAMESPACE . '/order-event' ) );
	print_fact( __( 'Wallet', 'smgcrm' ), 'terawallet' === wallet_kind() ? 'TeraWallet' : __( 'of this plugin', 'smgcrm' ) );
	echo '</tbody></table></div>';
}

function print_fact( $name, $value ) {
	printf( '<tr><th scope="row">%s</th><td><code>%s</code></td></tr>', esc_html( $name ), esc_html( $value ) );
}

function print_test_result() {
	$result = get_transient( 'smgcrm_test_' . get_current_user_id() );
	if ( is_array( $result ) ) {
		delete_transient( 'smgcrm_test_' . get_current_user_id() );
		printf( '<div class="notice notice-%s"><p>%s</p></div>', $result[0] ? 'success' : 'error', esc_html( $result[1] ) );
	}
}

function handle_test() {
	check_admin_referer( 'smgcrm_test' );
	if ( ! current_user_can( 'manage_options' ) ) {
		wp_die( esc_html__( 'You may not do this.', 'smgcrm' ), '', array( 'response' => 403 ) );
	}
	set_transient( 'smgcrm_test_' . get_current_user_id(), test_connection(), 300 );
	wp_safe_redirect( settings_url() );
	exit;
}
