<?php
/**
 * The Monobank token of the payment plugins. Written, then read back as the gateway reads it: an option may be overruled.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const MONO_FIELD = 'API_KEY';

/** Options of the official plugin (plata by mono) and of Morkva's, by gateway. */
function mono_options() {
	return array(
		'mono_gateway'   => 'woocommerce_mono_gateway_settings',
		'morkva-monopay' => 'woocommerce_morkva-monopay_settings',
	);
}

/**
 * Writes the token for every gateway that is there; for the official one in any case.
 *
 * @param string $key Token of the merchant.
 */
function write_mono_key( $key ) {
	foreach ( mono_options() as $gateway => $option ) {
		$settings = get_option( $option, null );
		if ( null === $settings && 'mono_gateway' !== $gateway ) {
			continue;
		}
		$settings               = is_array( $settings ) ? $settings : array();
		$settings[ MONO_FIELD ] = $key;
		update_option( $option, $settings );
	}
}

/**
 * What is in force now, without showing it.
 */
function mono_in_force() {
	$rows = array();
	foreach ( mono_options() as $gateway => $option ) {
		// An object cache that kept the old value would go on using it.
		wp_cache_delete( $option, 'options' );
		wp_cache_delete( 'alloptions', 'options' );
		wp_cache_delete( 'notoptions', 'options' );
		$settings = get_option( $option, null );
		if ( ! is_array( $settings ) ) {
			continue;
		}
		$key    = isset( $settings[ MONO_FIELD ] ) && is_string( $settings[ MONO_FIELD ] ) ? $settings[ MONO_FIELD ] : '';
		$rows[] = array(
			'gateway'   => $gateway,
			'option'    => $option,
			'enabled'   => isset( $settings['enabled'] ) && 'yes' === $settings['enabled'],
			'key_sha256' => '' === $key ? null : hash( 'sha256', $key ),
			'last_four' => strlen( $key ) >= 12 ? substr( $key, -4 ) : '',
		);
	}
	return $rows;
}

/** Whether every gateway uses this token. */
function mono_matches( array $rows, $key ) {
	foreach ( $rows as $row ) {
		if ( hash( 'sha256', $key ) !== $row['key_sha256'] ) {
			return false;
		}
	}
	return count( $rows ) > 0;
}
