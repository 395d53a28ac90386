<?php
/**
 * Tables, options and capabilities: made at activation and after an update, removed by uninstall.php.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const SCHEMA  = 1;
const MANAGES = 'smgcrm_manage'; // May see the outbox and retry; settings are for manage_options.

const NO_TABLES = 'failed'; // In place of the schema's number.

function boot_install() {
	add_action( 'plugins_loaded', __NAMESPACE__ . '\\upgrade' );
	add_action( 'init', __NAMESPACE__ . '\\load_words' );
	add_action( 'before_woocommerce_init', __NAMESPACE__ . '\\declare_compatibility' );
	add_action( 'wp_initialize_site', __NAMESPACE__ . '\\install_new_site', 900 );
}

function load_words() {
	load_plugin_textdomain( 'smgcrm', false, dirname( plugin_basename( SMGCRM_FILE ) ) . '/languages' );
}

// Orders are read through wc_get_order() alone, so both of WooCommerce's storages will do.
function declare_compatibility() {
	if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', SMGCRM_FILE, true );
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', SMGCRM_FILE, true );
	}
}

function table( $name ) {
	global $wpdb;
	return $wpdb->prefix . 'smgcrm_' . $name;
}

function activate( $network_wide = false ) {
	if ( $network_wide && is_multisite() ) {
		foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $id ) {
			switch_to_blog( $id );
			install();
			restore_current_blog();
		}
		return;
	}
	install();
}

function deactivate() {
	unschedule_all();
}

function install_new_site( $site ) {
	if ( ! function_exists( 'is_plugin_active_for_network' ) ) {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
	}
	if ( is_plugin_active_for_network( plugin_basename( SMGCRM_FILE ) ) ) {
		switch_to_blog( $site->blog_id );
		install();
		restore_current_blog();
	}
}

function upgrade() {
	$made = get_option( 'smgcrm_schema' );
	// What the database refused once it is asked again by somebody who sees the answer, not by each visitor.
	if ( (int) $made !== SCHEMA && ( NO_TABLES !== $made || ( is_admin() && ! wp_doing_ajax() ) ) ) {
		install();
	}
	remember_place();
	keep_scheduled();
}

function install() {
	// Secrets are read when they are needed, not with every page: this is settled when the option is first made.
	add_option( 'smgcrm_secrets', array(), '', 'no' );
	add_option( 'smgcrm_settings', array() );
	add_option( 'smgcrm_since', time() );
	remember_place();

	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	dbDelta( tables() );
	foreach ( array( 'administrator', 'shop_manager' ) as $name ) {
		$role = get_role( $name );
		if ( $role ) {
			$role->add_cap( MANAGES );
		}
	}
	keep_scheduled();
	update_option( 'smgcrm_schema', has_tables() ? SCHEMA : NO_TABLES );
}

// dbDelta() does not say whether it could.
function has_tables() {
	global $wpdb;
	foreach ( tables() as $sql ) {
		$name = preg_match( '/^CREATE TABLE (\S+)/', $sql, $found ) ? $found[1] : '';
		// phpcs:ignore WordPress.DB
		if ( '' !== $name && ! $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $name ) ) ) ) {
			return false;
		}
	}
	return true;
}

// Row locks and unique keys keep the promises of this plugin, so the tables are InnoDB whatever the server prefers. Where words are
// kept all columns have one character set: of a table with ascii among them WordPress takes no other word in any statement.
function tables() {
	global $wpdb;
	$end     = 'ENGINE=InnoDB ' . $wpdb->get_charset_collate();
	$exact   = $wpdb->charset ? "COLLATE {$wpdb->charset}_bin" : '';
	$nonces  = table( 'nonces' );
	$outbox  = table( 'outbox' );
	$ledger  = table( 'ledger' );
	$wallets = table( 'wallets' );
	return array(
		"CREATE TABLE $nonces (
			nonce varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
			expires bigint(20) unsigned NOT NULL,
			PRIMARY KEY  (nonce),
			KEY expires (expires)
		) $end;",
		"CREATE TABLE $outbox (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			event_key varchar(120) $exact NOT NULL,
			kind varchar(16) NOT NULL,
			state varchar(16) NOT NULL,
			order_id bigint(20) unsigned NOT NULL DEFAULT 0,
			wp_order_number varchar(64) NOT NULL,
			item_id varchar(64) NOT NULL,
			payload longtext NOT NULL,
			attempts int(10) unsigned NOT NULL DEFAULT 0,
			created_at bigint(20) unsigned NOT NULL,
			next_at bigint(20) unsigned NOT NULL,
			claimed_at bigint(20) unsigned NOT NULL DEFAULT 0,
			claim varchar(40) NOT NULL DEFAULT '',
			ended_at bigint(20) unsigned NOT NULL DEFAULT 0,
			http_status int(10) unsigned NOT NULL DEFAULT 0,
			last_error text NOT NULL,
			crm_order_id bigint(20) unsigned NOT NULL DEFAULT 0,
			crm_status varchar(64) NOT NULL DEFAULT '',
			crm_updated_at varchar(40) NOT NULL DEFAULT '',
			crm_order longtext NOT NULL,
			finished tinyint(1) NOT NULL DEFAULT 0,
			asked_at bigint(20) unsigned NOT NULL DEFAULT 0,
			shown_at bigint(20) unsigned NOT NULL DEFAULT 0,
			PRIMARY KEY  (id),
			UNIQUE KEY event_key (event_key),
			KEY state (state,next_at),
			KEY claim (claim),
			KEY order_id (order_id),
			KEY line (wp_order_number,item_id),
			KEY crm_order_id (crm_order_id),
			KEY following (kind,state,finished,asked_at),
			KEY created_at (created_at)
		) $end;",
		"CREATE TABLE $ledger (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			operation_id varchar(64) $exact NOT NULL,
			asked char(64) NOT NULL,
			request varchar(32) NOT NULL DEFAULT '',
			user_id bigint(20) unsigned NOT NULL,
			operation varchar(8) NOT NULL,
			amount decimal(20,8) NOT NULL DEFAULT 0,
			balance_before decimal(20,8) NOT NULL DEFAULT 0,
			balance decimal(20,8) NOT NULL DEFAULT 0,
			status smallint(5) unsigned NOT NULL DEFAULT 0,
			follows bigint(20) unsigned NOT NULL DEFAULT 0,
			answer text NOT NULL,
			reason text NOT NULL,
			created_at bigint(20) unsigned NOT NULL,
			PRIMARY KEY  (id),
			UNIQUE KEY operation_id (operation_id),
			KEY user_id (user_id,id),
			KEY pending (user_id,status)
		) $end;",
		"CREATE TABLE $wallets (
			user_id bigint(20) unsigned NOT NULL,
			balance decimal(20,8) NOT NULL DEFAULT 0,
			PRIMARY KEY  (user_id)
		) $end;",
	);
}
