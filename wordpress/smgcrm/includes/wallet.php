<?php
/**
 * Wallets of customers: TeraWallet's where it is, else our own, a row of a table for each customer.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const WALLET_WAIT_S = 10;

add_action( 'deleted_user', __NAMESPACE__ . '\\forget_wallet' );
add_action( 'wpmu_delete_user', __NAMESPACE__ . '\\forget_wallets_of_network' );

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
		return $id ? of_this_site( get_user_by( 'id', $id ) ) : null;
	}
	foreach ( array( 'email', 'login' ) as $by ) {
		if ( isset( $asked[ $by ] ) && '' !== trim( (string) $asked[ $by ] ) ) {
			return of_this_site( get_user_by( $by, trim( (string) $asked[ $by ] ) ) );
		}
	}
	return null;
}

// The users of a network are in one table: those of its other sites are none of ours.
function of_this_site( $user ) {
	return $user && ( ! is_multisite() || is_user_member_of_blog( $user->ID ) ) ? $user : null;
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
		$by_id = of_this_site( get_user_by( 'id', (int) $text ) );
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
	$wallets = table( 'wallets' );
	return units_of( $wpdb->get_var( $wpdb->prepare( "SELECT balance FROM $wallets WHERE user_id = %d", $user_id ) ) ); // phpcs:ignore WordPress.DB
}

/** Old databases give the number of the last user again when that user is gone: the next one must not find a filled wallet. */
function forget_wallet( $user_id ) {
	global $wpdb;
	// On a network the user was taken out of one site alone, and may come back.
	if ( ! is_multisite() ) {
		$wpdb->delete( table( 'wallets' ), array( 'user_id' => $user_id ) ); // phpcs:ignore WordPress.DB
	}
}

function forget_wallets_of_network( $user_id ) {
	global $wpdb;
	$quiet = $wpdb->suppress_errors( true ); // Not every site has the plugin.
	foreach ( get_blogs_of_user( $user_id, true ) as $site ) {
		$wpdb->delete( $wpdb->get_blog_prefix( $site->userblog_id ) . 'smgcrm_wallets', array( 'user_id' => $user_id ) ); // phpcs:ignore WordPress.DB
	}
	$wpdb->suppress_errors( $quiet );
}

// One table and one wallet for all sites of a network.
function terawallet_table() {
	global $wpdb;
	return $wpdb->base_prefix . 'woo_wallet_transactions';
}

// Of the server, so that it needs the database's name.
function wallet_lock( $user_id ) {
	global $wpdb;
	return 'smgcrm_' . md5( DB_NAME . ' ' . $wpdb->base_prefix . ' ' . $user_id );
}

/**
 * Queues for a TeraWallet's wallet. Row locks will not do there: its plugin may commit, its table may know none.
 *
 * @return int The connection that has the lock and loses it when it ends; 0 when it was not to be had.
 */
function lock_wallet( $user_id ) {
	global $wpdb;
	// phpcs:ignore WordPress.DB
	$found = $wpdb->get_row( $wpdb->prepare( 'SELECT GET_LOCK(%s, %d) AS got, CONNECTION_ID() AS connection', wallet_lock( $user_id ), WALLET_WAIT_S ) );
	if ( ! $found || 1 !== (int) $found->got ) {
		return 0;
	}
	$wpdb->query( 'COMMIT' ); // Of somebody who called us within a transaction: what is read from here on is as it is now.
	return (int) $found->connection;
}

function unlock_wallet( $user_id ) {
	global $wpdb;
	$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', wallet_lock( $user_id ) ) ); // phpcs:ignore WordPress.DB
}

/** The number of TeraWallet's last transaction of a user, null when that cannot be told. */
function last_in_terawallet( $user_id ) {
	global $wpdb;
	$table = terawallet_table();
	$last  = $wpdb->get_var( $wpdb->prepare( "SELECT COALESCE(MAX(transaction_id), 0) FROM $table WHERE user_id = %d", $user_id ) ); // phpcs:ignore WordPress.DB
	return null === $last ? null : (int) $last;
}

/**
 * Whether TeraWallet has done what this row of the ledger says; null when that cannot be told.
 *
 * @param object $row Of the ledger.
 */
function in_terawallet( $row ) {
	global $wpdb;
	$table = terawallet_table();
	$site  = is_multisite() ? $wpdb->prepare( ' AND blog_id = %d', get_current_blog_id() ) : '';
	$like  = '%' . $wpdb->esc_like( '[' . $row->operation_id . ']' ) . '%';
	// phpcs:ignore WordPress.DB -- only newer ones: an operation of a ledger that was removed once may have had the same id.
	$found = $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM $table WHERE user_id = %d AND transaction_id > %d AND details LIKE %s$site", $row->user_id, $row->follows, $like ) );
	return null === $found ? null : (int) $found > 0;
}

/**
 * Has TeraWallet credit or debit. False when it says no.
 *
 * @param int    $units      By how much, negative for a debit.
 * @param string $mark       What its statement has in it.
 * @param int    $connection The one with the lock.
 */
function move_terawallet( $user_id, $units, $details, $mark, $connection ) {
	$wallet = woo_wallet()->wallet;
	$args   = array( 'for' => 'smgcrm' );
	$insert = '/^(\s*INSERT\s+INTO\s+`?' . preg_quote( terawallet_table(), '/' ) . '`?\s*\([^)]*\)\s*)VALUES\s*\((.*)\)\s*$/isD';
	// WordPress repeats a statement on a new connection when it lost the old one, and with it our lock: there it must do nothing.
	$guard = function ( $sql ) use ( $insert, $mark, $connection ) {
		return false === strpos( $sql, $mark ) ? $sql : preg_replace( $insert, '$1SELECT $2 FROM DUAL WHERE CONNECTION_ID() = ' . $connection, $sql );
	};
	add_filter( 'query', $guard, PHP_INT_MAX );
	try {
		$done = $units > 0 ? $wallet->credit( $user_id, amount( $units ), $details, $args ) : $wallet->debit( $user_id, amount( -$units ), $details, $args );
	} finally {
		remove_filter( 'query', $guard, PHP_INT_MAX );
	}
	return $done && ! is_wp_error( $done );
}
