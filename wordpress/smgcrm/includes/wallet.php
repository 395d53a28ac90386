<?php
/**
 * Wallets of customers: TeraWallet's where it is, else our own, a number in the user's meta.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const BALANCE_META = '_smgcrm_balance';

function has_terawallet() {
	return function_exists( 'woo_wallet' ) && is_object( woo_wallet() ) && isset( woo_wallet()->wallet ) && method_exists( woo_wallet()->wallet, 'credit' );
}

function wallet_kind() {
	return has_terawallet() ? 'terawallet' : 'smgcrm';
}

/** Digits after the point that a wallet keeps. */
function wallet_digits() {
	return has_terawallet() && function_exists( 'wc_get_price_decimals' ) ? (int) wc_get_price_decimals() : 4;
}

/**
 * The user who is meant: by user_id, email or login, whichever is given first. Null when there is none.
 *
 * @param array $asked Parameters.
 */
function find_user( array $asked ) {
	if ( isset( $asked['user_id'] ) && '' !== (string) $asked['user_id'] ) {
		$id = asked_user_id( $asked );
		return $id ? ( get_user_by( 'id', $id ) ?: null ) : null;
	}
	foreach ( array( 'email', 'login' ) as $by ) {
		if ( isset( $asked[ $by ] ) && '' !== trim( (string) $asked[ $by ] ) ) {
			return get_user_by( $by, trim( (string) $asked[ $by ] ) ) ?: null;
		}
	}
	return null;
}

/** The user id that is asked for, whether there is such a user or not; 0 when none is named. */
function asked_user_id( array $asked ) {
	$id = isset( $asked['user_id'] ) && is_scalar( $asked['user_id'] ) ? (string) $asked['user_id'] : '';
	return ctype_digit( $id ) ? (int) $id : 0;
}

/**
 * Users whose e-mail, login or name has this text, at most so many.
 */
function search_users( $text, $most ) {
	$found = get_users(
		array(
			'search'         => '*' . $text . '*',
			'search_columns' => array( 'user_login', 'user_email', 'display_name' ),
			'number'         => $most,
			'orderby'        => 'ID',
			'fields'         => 'all',
		)
	);
	if ( ctype_digit( $text ) ) {
		$by_id = get_user_by( 'id', (int) $text );
		if ( $by_id ) {
			array_unshift( $found, $by_id );
		}
	}
	$rows = array();
	foreach ( $found as $user ) {
		$rows[ $user->ID ] = wallet_row( $user );
	}
	return array_slice( array_values( $rows ), 0, $most );
}

/** A user's wallet as the CRM gets it. */
function wallet_row( $user ) {
	return array(
		'user_id'      => (int) $user->ID,
		'email'        => $user->user_email,
		'login'        => $user->user_login,
		'display_name' => $user->display_name,
		'balance'      => amount( balance_of( $user->ID ) ),
		'currency'     => currency(),
		'wallet'       => wallet_kind(),
	);
}

/** Units. Read from the database itself: another request may have changed it. */
function balance_of( $user_id ) {
	if ( has_terawallet() ) {
		if ( function_exists( 'clear_woo_wallet_cache' ) ) {
			clear_woo_wallet_cache( $user_id ); // Older ones remember the sum.
		}
		return units_of( woo_wallet()->wallet->get_wallet_balance( $user_id, 'edit' ) );
	}
	global $wpdb;
	// phpcs:ignore WordPress.DB
	return units_of( $wpdb->get_var( $wpdb->prepare( "SELECT meta_value FROM $wpdb->usermeta WHERE user_id = %d AND meta_key = %s ORDER BY umeta_id LIMIT 1", $user_id, BALANCE_META ) ) );
}

/**
 * Moves a balance by so many units inside the caller's transaction. False when the wallet refuses.
 */
function move_balance( $user_id, $units, $balance, $details ) {
	if ( 0 === $units ) {
		return true;
	}
	if ( has_terawallet() ) {
		$wallet = woo_wallet()->wallet;
		$args   = array( 'for' => 'smgcrm' );
		$done   = $units > 0 ? $wallet->credit( $user_id, amount( $units ), $details, $args ) : $wallet->debit( $user_id, amount( -$units ), $details, $args );
		return (bool) $done;
	}
	global $wpdb;
	// phpcs:disable WordPress.DB
	$id = $wpdb->get_var( $wpdb->prepare( "SELECT umeta_id FROM $wpdb->usermeta WHERE user_id = %d AND meta_key = %s ORDER BY umeta_id LIMIT 1", $user_id, BALANCE_META ) );
	if ( $id ) {
		return false !== $wpdb->query( $wpdb->prepare( "UPDATE $wpdb->usermeta SET meta_value = %s WHERE umeta_id = %d", amount( $balance ), $id ) );
	}
	return false !== $wpdb->query( $wpdb->prepare( "INSERT INTO $wpdb->usermeta (user_id, meta_key, meta_value) VALUES (%d, %s, %s)", $user_id, BALANCE_META, amount( $balance ) ) );
	// phpcs:enable
}
