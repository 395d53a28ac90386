<?php
/**
 * What only tests turn: how long the plugin waits before it tries again and before it asks, how long a row counts as on its way,
 * who overrules the Monobank token. What a cache's plugin was told stands in a header.
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
add_action( 'litespeed_control_set_nocache', function ( $why ) {
	headers_sent() || header( 'X-Knob-Cache: never, ' . $why . ( defined( 'DONOTCACHEPAGE' ) && DONOTCACHEPAGE ? ', defined' : '' ) );
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
add_action( 'smgcrm_wallet_changed', function ( $user_id, $answer ) {
	file_put_contents( WP_CONTENT_DIR . '/wallet-changed.txt', $answer['operation_id'] . "\n", FILE_APPEND );
}, 10, 2 );
// Just before the nth statement of a request that matches, once: its connection ends, or the process does; perhaps it stays there for a while.
add_filter( 'query', function ( $sql ) {
	static $seen = 0;
	$file  = WP_CONTENT_DIR . '/fault.json';
	$fault = is_file( $file ) ? json_decode( file_get_contents( $file ) ) : null;
	if ( ! $fault || ! preg_match( $fault->before, $sql ) || $seen++ !== $fault->nth ) {
		return $sql;
	}
	file_put_contents( WP_CONTENT_DIR . '/fault-at.txt', strtok( $sql, "\n" ) . "\n", FILE_APPEND );
	if ( 'exit' === $fault->how ) {
		unlink( $file );
		exit;
	}
	list( $host, $port ) = explode( ':', DB_HOST );
	$id    = $GLOBALS['wpdb']->dbh->thread_id;
	$other = new mysqli( $host, DB_USER, DB_PASSWORD, DB_NAME, (int) $port );
	$other->query( "KILL $id" );
	while ( $other->query( "SELECT 1 FROM information_schema.processlist WHERE ID = $id" )->num_rows ) {
		usleep( 1000 );
	}
	unlink( $file );
	while ( $fault->until && ! is_file( WP_CONTENT_DIR . '/' . $fault->until ) ) {
		usleep( 1000 );
	}
	return $sql;
}, PHP_INT_MAX - 1 );
