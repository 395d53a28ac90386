<?php
/**
 * Deleting the plugin and uploading a newer one is how many shops update, so it keeps what it has: wallets are money, and without
 * the outbox orders would be sent twice. With the setting "Remove everything when the plugin is deleted" it leaves nothing behind:
 * options, tables, capabilities, meta of products and orders. Its events go in any case.
 *
 * @package SmgCrm
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

function smgcrm_unschedule_site() {
	foreach ( array( 'smgcrm_run', 'smgcrm_tick', 'smgcrm_sweep' ) as $hook ) {
		wp_unschedule_hook( $hook );
	}
	if ( function_exists( 'as_unschedule_all_actions' ) ) {
		as_unschedule_all_actions( '', array(), 'smgcrm' );
	}
}

/** Whether this site's administrator wants nothing kept. */
function smgcrm_is_unwanted() {
	$settings = get_option( 'smgcrm_settings' );
	return is_array( $settings ) && ! empty( $settings['remove_all'] );
}

/** Removes everything of one site. */
function smgcrm_uninstall_site() {
	global $wpdb;
	foreach ( array( 'smgcrm_settings', 'smgcrm_secrets', 'smgcrm_since', 'smgcrm_schema' ) as $option ) {
		delete_option( $option );
	}
	foreach ( wp_roles()->role_objects as $role ) {
		$role->remove_cap( 'smgcrm_manage' );
	}
	// phpcs:disable WordPress.DB
	foreach ( $wpdb->get_col( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $wpdb->prefix . 'smgcrm_' ) . '%' ) ) as $table ) {
		$wpdb->query( "DROP TABLE IF EXISTS `$table`" );
	}
	$wpdb->query( "DELETE FROM $wpdb->options WHERE option_name LIKE '\\_transient\\_smgcrm\\_%' OR option_name LIKE '\\_transient\\_timeout\\_smgcrm\\_%'" );
	$wpdb->query( "DELETE FROM $wpdb->postmeta WHERE meta_key IN ('_smgcrm_supplier_id', '_smgcrm_service_id', '_smgcrm_order_type', '_smgcrm_quantity')" );
	// phpcs:enable
	wp_cache_flush();
}

function smgcrm_uninstall_one() {
	smgcrm_unschedule_site();
	if ( smgcrm_is_unwanted() ) {
		smgcrm_uninstall_site();
	}
}

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $smgcrm_site ) {
		switch_to_blog( $smgcrm_site );
		smgcrm_uninstall_one();
		restore_current_blog();
	}
} else {
	smgcrm_uninstall_one();
}
