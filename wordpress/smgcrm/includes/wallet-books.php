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
 * @param int      $user_id   User.
 * @param string   $operation set, credit or debit.
 * @param int      $units     The new balance, or by how much.
 * @param int|null $expected  Units that the balance must have now.
 * @param string   $id        Operation id.
 * @param string   $reason    For people.
 */
function change_wallet( $user_id, $operation, $units, $expected, $id, $reason ) {
	global $wpdb;
	$change          = compact( 'user_id', 'operation', 'units', 'expected', 'id', 'reason' );
	$change['asked'] = hash( 'sha256', wp_json_encode( array( (int) $user_id, $operation, $units, $expected ) ) );
	$quiet           = $wpdb->suppress_errors( true );
	try {
		for ( $try = 0; $try < WALLET_TRIES; ++$try ) {
			$done = change_wallet_once( $change );
			if ( $done ) {
				tell_change( $user_id, $done );
				return $done;
			}
		}
	} finally {
		$wpdb->suppress_errors( $quiet );
	}
	return array( 503, array( 'code' => 'smgcrm_busy' ), false );
}

function tell_change( $user_id, $done ) {
	list( $status, $answer, $replayed ) = $done;
	wp_cache_delete( $user_id, 'user_meta' );
	if ( 200 === $status && ! $replayed ) {
		/**
		 * A wallet was changed.
		 *
		 * @param int   $user_id User.
		 * @param array $answer  What the CRM is answered.
		 */
		do_action( 'smgcrm_wallet_changed', $user_id, $answer );
	}
}

// Null when the database refused (a deadlock, a lock that took too long): nothing has happened, try again.
function change_wallet_once( array $change ) {
	global $wpdb;
	if ( false === $wpdb->query( 'START TRANSACTION' ) ) {
		return null;
	}
	try {
		$done = decide_change( $change );
		if ( is_array( $done ) && 'write' === $done[0] ) {
			return commit_change( $change, $done[1] );
		}
		$wpdb->query( 'ROLLBACK' );
		return $done;
	} catch ( \Throwable $problem ) {
		// Of the wallet's plugin, perhaps of a mail that it sends.
		$wpdb->query( 'ROLLBACK' );
		throw $problem;
	}
}

// What is to be written, as array( 'write', row ), or the answer when there is nothing to write, or null.
function decide_change( array $change ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	// Everybody who changes this wallet queues at the user's row; what is read after it is what the one before left.
	// phpcs:ignore WordPress.DB
	$found = $wpdb->get_var( $wpdb->prepare( "SELECT ID FROM $wpdb->users WHERE ID = %d FOR UPDATE", $change['user_id'] ) );
	if ( '' !== $wpdb->last_error ) {
		return null;
	}
	$before = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $ledger WHERE operation_id = %s", $change['id'] ) ); // phpcs:ignore WordPress.DB
	if ( $before ) {
		return answer_again( $before, $change['asked'] );
	}
	if ( '' !== $wpdb->last_error ) {
		return null;
	}
	if ( null === $found ) {
		return array( 404, array( 'code' => 'smgcrm_user_not_found' ), false );
	}
	if ( $change['units'] % (int) pow( 10, DIGITS - wallet_digits() ) ) {
		return array(
			400,
			array(
				'code'  => 'smgcrm_invalid',
				'field' => 'amount',
			),
			false,
		);
	}
	$balance = balance_of( $change['user_id'] );
	$status  = decided( $change['operation'], $change['units'], $change['expected'], $balance );
	$after   = array(
		'set'    => $change['units'],
		'credit' => $balance + $change['units'],
		'debit'  => $balance - $change['units'],
	);
	$delta   = 200 === $status ? $after[ $change['operation'] ] - $balance : 0;
	return array(
		'write',
		array(
			'operation_id'   => $change['id'],
			'asked'          => $change['asked'],
			'user_id'        => $change['user_id'],
			'operation'      => $change['operation'],
			'amount'         => amount( $delta ),
			'balance_before' => amount( $balance ),
			'balance'        => amount( $balance + $delta ),
			'status'         => $status,
			'answer'         => wp_json_encode( wallet_answer( $status, $change['user_id'], $change['operation'], $delta, $balance, $change['id'] ) ),
			'reason'         => $change['reason'],
			'created_at'     => time(),
		),
	);
}

// The row first: should the wallet's plugin commit by itself, the operation can still not happen twice.
function commit_change( array $change, array $row ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	if ( 1 !== $wpdb->insert( $ledger, $row ) ) { // phpcs:ignore WordPress.DB
		$wpdb->query( 'ROLLBACK' );
		return null;
	}
	$entry = $wpdb->insert_id;
	if ( ! move_balance( $change['user_id'], units( $row['amount'] ), units( $row['balance'] ), details_of_operation( $change['reason'], $change['id'] ) ) ) {
		$failed = '' !== $wpdb->last_error;
		$wpdb->query( 'ROLLBACK' );
		$wpdb->query( $wpdb->prepare( "DELETE FROM $ledger WHERE id = %d", $entry ) ); // phpcs:ignore WordPress.DB -- in case it was committed.
		return $failed ? null : array( 422, array( 'code' => 'smgcrm_wallet_refused' ), false );
	}
	if ( false === $wpdb->query( 'COMMIT' ) ) {
		return null; // The connection is gone; a repeat finds out what became of it.
	}
	return array( (int) $row['status'], json_decode( $row['answer'], true ), false );
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
