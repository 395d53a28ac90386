<?php
/**
 * What an administrator has set. Two options: smgcrm_settings, and smgcrm_secrets, which is not autoloaded and never shown.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function default_settings() {
	return array(
		'url'         => '',
		'link_fields' => 'smgcrm_link, url, link, Link, Посилання',
		'ask_link'    => 0,
		'send_all'    => 0,
		'allow_basic' => 0,
		'allow_key'   => 0,
		'remove_all'  => 0,
		'place'       => '', // Where the settings were saved last, for people; who copies a site rewrites it.
		'place_hash'  => '', // The same, as no search and replace finds it.
	);
}

/**
 * One setting. A constant of wp-config.php wins for the address: SMGCRM_URL.
 *
 * @param string $name A key of default_settings().
 */
function setting( $name ) {
	if ( 'url' === $name && defined( 'SMGCRM_URL' ) ) {
		return untrailingslashit( (string) SMGCRM_URL );
	}
	$stored = get_option( 'smgcrm_settings', array() );
	$all    = array_merge( default_settings(), is_array( $stored ) ? $stored : array() );
	return $all[ $name ];
}

/**
 * One secret, or ''. `token` may stand in wp-config.php as SMGCRM_TOKEN, `webhook` as SMGCRM_WEBHOOK_SECRET.
 *
 * @param string $name token, webhook or key.
 */
function secret( $name ) {
	$constants = array(
		'token'   => 'SMGCRM_TOKEN',
		'webhook' => 'SMGCRM_WEBHOOK_SECRET',
	);
	if ( isset( $constants[ $name ] ) && defined( $constants[ $name ] ) ) {
		return (string) constant( $constants[ $name ] );
	}
	$stored = get_option( 'smgcrm_secrets', array() );
	return is_array( $stored ) && isset( $stored[ $name ] ) ? (string) $stored[ $name ] : '';
}

function has_crm() {
	return '' !== setting( 'url' ) && '' !== secret( 'token' );
}

function is_connected() {
	return has_crm() && ! is_copy();
}

/** Host and path of this site, without what changes between two visits. */
function site_place() {
	return preg_replace( '~^https?://(www\.)?~i', '', strtolower( untrailingslashit( (string) get_option( 'home' ) ) ) );
}

/**
 * Whether this is a copy of the shop that was connected, made for trying things out. Its orders have the numbers of the real
 * shop's next ones, so it must not send them. Saving the settings makes it a shop of its own.
 */
function is_copy() {
	$connected = (string) setting( 'place_hash' );
	return '' !== $connected && place_hash( site_place() ) !== $connected;
}

function place_hash( $place ) {
	return hash( 'sha256', $place );
}

/** For a shop whose settings nobody saves, as its constants say all: where it was installed is where it is. */
function remember_place() {
	if ( '' !== setting( 'place_hash' ) ) {
		return;
	}
	$stored = get_option( 'smgcrm_settings', array() );
	$place  = '' === setting( 'place' ) ? site_place() : (string) setting( 'place' );
	update_option(
		'smgcrm_settings',
		array_merge(
			is_array( $stored ) ? $stored : array(),
			array(
				'place'      => $place,
				'place_hash' => place_hash( $place ),
			)
		)
	);
}

/** The key that signs: both sides derive it from the token. Sixty-four hexadecimal digits, used as they are written. */
function signing_key() {
	$token = secret( 'token' );
	return '' === $token ? '' : hash_hmac( 'sha256', 'smgcrm-sign-v1', $token );
}
