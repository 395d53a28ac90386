<?php
/**
 * What only tests turn: how long the plugin waits before it tries again and before it asks, how long a row counts as on its way,
 * who overrules the Monobank token.
 */

// phpcs:disable
add_filter( 'smgcrm_retry_delay', function ( $delay ) {
	$set = get_option( 'knob_retry_delay', 'none' );
	return 'none' === $set ? $delay : (int) $set;
} );
add_filter( 'smgcrm_ask_every', function ( $seconds ) {
	$set = get_option( 'knob_ask_every', 'none' );
	return 'none' === $set ? $seconds : (int) $set;
} );
add_filter( 'smgcrm_fresh', function ( $seconds ) {
	return get_option( 'knob_all_old' ) ? -1 : $seconds;
} );
if ( get_option( 'knob_overrule_mono' ) ) {
	add_filter( 'option_woocommerce_mono_gateway_settings', function ( $settings ) {
		$settings['API_KEY'] = 'the-token-of-another-plugin';
		return $settings;
	} );
}
foreach ( array( 'sent', 'failed', 'status_changed' ) as $smgcrm_hook ) {
	add_action( 'smgcrm_order_' . $smgcrm_hook, function ( $row, $more ) use ( $smgcrm_hook ) {
		global $wpdb;
		$wpdb->query( 'CREATE TABLE IF NOT EXISTS knob_heard (id bigint AUTO_INCREMENT PRIMARY KEY, hook varchar(40), event_key varchar(120), more text)' );
		$wpdb->insert( 'knob_heard', array( 'hook' => $smgcrm_hook, 'event_key' => $row->event_key, 'more' => is_string( $more ) ? $more : '' ) );
	}, 10, 2 );
}
