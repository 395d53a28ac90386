<?php
/**
 * Leaves nothing behind: options, tables, events, capabilities, meta of users, products and orders.
 *
 * @package SmgCrm
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/** Removes everything of one site. */
function smgcrm_uninstall_site() {
	global $wpdb;
	foreach ( array( 'smgcrm_run', 'smgcrm_tick', 'smgcrm_sweep' ) as $hook ) {
		wp_unschedule_hook( $hook );
	}
	if ( function_exists( 'as_unschedule_all_actions' ) ) {
		as_unschedule_all_actions( '', array(), 'smgcrm' );
	}
	foreach ( array( 'smgcrm_settings', 'smgcrm_secrets', 'smgcrm_since', 'smgcrm_schema' ) as $option ) {
		delete_option( $option );
	}
	foreach ( wp_roles()->role_objects as $role ) {
		$role->remove_cap( 'smgcrm_manage' );
	}
	// phpcs:disable WordPress.DB
	foreach ( array( 'nonces', 'outbox', 'ledger' ) as $name ) {
		$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}smgcrm_$name" );
	}
	$wpdb->query( "DELETE FROM $wpdb->options WHERE option_name LIKE '\\_transient\\_smgcrm\\_%' OR option_name LIKE '\\_transient\\_timeout\\_smgcrm\\_%'" );
	$wpdb->query( "DELETE FROM $wpdb->postmeta WHERE meta_key IN ('_smgcrm_supplier_id', '_smgcrm_service_id', '_smgcrm_order_type', '_smgcrm_quantity')" );
	// phpcs:enable
	wp_cache_flush();
}

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $smgcrm_site ) {
		switch_to_blog( $smgcrm_site );
		smgcrm_uninstall_site();
		restore_current_blog();
	}
} else {
	smgcrm_uninstall_site();
}
delete_metadata( 'user', 0, '_smgcrm_balance', '', true );
