<?php
/**
 * The one way to change a wallet: once for each operation id, one after the other for each user, written into the ledger.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const WALLET_TRIES = 5;

/**
 * Changes a wallet. Gives array( HTTP status, answer, replayed ); status 503 means that nothing was decided.
 *
 * @param int         $user_id   User.
 * @param string      $operation set, credit or debit.
 * @param int         $units     The new balance, or by how much.
 * @param int|null    $expected  Units that the balance must have now.
 * @param string      $id        Operation id.
 * @param string      $reason    For people.
 */
function change_wallet( $user_id, $operation, $units, $expected, $id, $reason ) {
	$asked = hash( 'sha256', wp_json_encode( array( (int) $user_id, $operation, $units, $expected ) ) );
	for ( $try = 0; $try < WALLET_TRIES; ++$try ) {
		$done = change_wallet_once( $user_id, $operation, $units, $expected, $id, $reason, $asked );
		if ( $done ) {
			wp_cache_delete( $user_id, 'user_meta' );
			return $done;
		}
	}
	return array( 503, array( 'code' => 'smgcrm_busy' ), false );
}

// Null when the database refused (a deadlock, a lock that took too long): nothing has happened, try again.
function change_wallet_once( $user_id, $operation, $units, $expected, $id, $reason, $asked ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	$quiet  = $wpdb->suppress_errors( true );
	// phpcs:disable WordPress.DB
	try {
		if ( false === $wpdb->query( 'START TRANSACTION' ) ) {
			return null;
		}
		// Everybody who changes this wallet queues at the user's row; what is read after it is what the one before left.
		if ( null === $wpdb->get_var( $wpdb->prepare( "SELECT ID FROM $wpdb->users WHERE ID = %d FOR UPDATE", $user_id ) ) ) {
			$failed = '' !== $wpdb->last_error;
			$wpdb->query( 'ROLLBACK' );
			return $failed ? null : array( 404, array( 'code' => 'smgcrm_user_not_found' ), false );
		}
		$before = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $ledger WHERE operation_id = %s", $id ) );
		if ( $before ) {
			$wpdb->query( 'ROLLBACK' );
			return answer_again( $before, $asked );
		}
		if ( '' !== $wpdb->last_error ) {
			$wpdb->query( 'ROLLBACK' );
			return null;
		}
		$balance = balance_of( $user_id );
		$status  = decided( $operation, $units, $expected, $balance );
		$delta   = 200 !== $status ? 0 : ( 'set' === $operation ? $units - $balance : ( 'credit' === $operation ? $units : -$units ) );
		$answer  = wallet_answer( $status, $user_id, $operation, $delta, $balance, $id );
		$row     = array(
			'operation_id'   => $id,
			'asked'          => $asked,
			'user_id'        => $user_id,
			'operation'      => $operation,
			'amount'         => amount( $delta ),
			'balance_before' => amount( $balance ),
			'balance'        => amount( $balance + $delta ),
			'status'         => $status,
			'answer'         => wp_json_encode( $answer ),
			'reason'         => $reason,
			'created_at'     => time(),
		);
		// The row first: should the wallet's plugin commit by itself, the operation can still not happen twice.
		if ( 1 !== $wpdb->insert( $ledger, $row ) ) {
			$wpdb->query( 'ROLLBACK' );
			return null;
		}
		$entry = $wpdb->insert_id;
		if ( ! move_balance( $user_id, $delta, $balance + $delta, details_of_operation( $reason, $id ) ) ) {
			$failed = '' !== $wpdb->last_error;
			$wpdb->query( 'ROLLBACK' );
			$wpdb->query( $wpdb->prepare( "DELETE FROM $ledger WHERE id = %d", $entry ) ); // In case it was committed.
			return $failed ? null : array( 503, array( 'code' => 'smgcrm_wallet_refused' ), false );
		}
		if ( false === $wpdb->query( 'COMMIT' ) ) {
			return null; // The connection is gone; a repeat finds out what became of it.
		}
	} catch ( \Throwable $problem ) {
		// Of the wallet's plugin, perhaps of a mail that it sends.
		$wpdb->query( 'ROLLBACK' );
		throw $problem;
	} finally {
		$wpdb->suppress_errors( $quiet );
	}
	// phpcs:enable
	if ( 200 === $status ) {
		/**
		 * A wallet was changed by the CRM.
		 *
		 * @param int   $user_id User.
		 * @param array $answer  What the CRM is answered.
		 */
		do_action( 'smgcrm_wallet_changed', $user_id, $answer );
	}
	return array( $status, $answer, false );
}

function decided( $operation, $units, $expected, $balance ) {
	if ( null !== $expected && $expected !== $balance ) {
		return 409;
	}
	if ( 'credit' === $operation && $units + $balance >= MOST_AMOUNT * UNITS_OF_ONE ) {
		return 422;
	}
	return 'debit' === $operation && $units > $balance ? 422 : 200;
}

function wallet_answer( $status, $user_id, $operation, $delta, $balance, $id ) {
	if ( 200 !== $status ) {
		$too = 'debit' === $operation ? 'smgcrm_insufficient_funds' : 'smgcrm_balance_too_large';
		return array(
			'code'     => 409 === $status ? 'smgcrm_balance_differs' : $too,
			'balance'  => amount( $balance ),
			'currency' => currency(),
		);
	}
	return array(
		'operation_id'   => $id,
		'operation'      => $operation,
		'user_id'        => (int) $user_id,
		'email'          => get_userdata( $user_id )->user_email,
		'amount'         => amount( $delta ),
		'balance_before' => amount( $balance ),
		'balance'        => amount( $balance + $delta ),
		'currency'       => currency(),
		'wallet'         => wallet_kind(),
	);
}

// What was decided stays decided, a refusal too: whoever asks again gets the first answer.
function answer_again( $row, $asked ) {
	if ( ! hash_equals( $row->asked, $asked ) ) {
		return array( 422, array( 'code' => 'smgcrm_operation_differs' ), false );
	}
	return array( (int) $row->status, json_decode( $row->answer, true ), true );
}

function details_of_operation( $reason, $id ) {
	return trim( $reason . ' [' . $id . ']' );
}

/** The latest entries of a user's ledger. */
function ledger_of( $user_id, $most ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	$rows   = array();
	// phpcs:ignore WordPress.DB
	foreach ( $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $ledger WHERE user_id = %d AND status = 200 ORDER BY id DESC LIMIT %d", $user_id, $most ) ) as $row ) {
		$rows[] = array(
			'operation_id'   => $row->operation_id,
			'operation'      => $row->operation,
			'amount'         => amount( units_of( $row->amount ) ),
			'balance_before' => amount( units_of( $row->balance_before ) ),
			'balance'        => amount( units_of( $row->balance ) ),
			'reason'         => $row->reason,
			'date'           => gmdate( 'Y-m-d\TH:i:s\Z', (int) $row->created_at ),
		);
	}
	return $rows;
}
