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
	$change            = compact( 'user_id', 'operation', 'units', 'expected', 'id' );
	$change['asked']   = hash( 'sha256', wp_json_encode( array( (int) $user_id, $operation, $units, $expected ) ) );
	$change['request'] = bin2hex( random_bytes( 16 ) ); // Whose row of the ledger it is: who wrote it is no repeat.
	$quiet             = $wpdb->suppress_errors( true );
	try {
		$change['reason'] = keepable( table( 'ledger' ), 'reason', $reason );
		for ( $try = 0; $try < WALLET_TRIES; ++$try ) {
			$done = has_terawallet() ? change_terawallet( $change ) : change_own_wallet( $change );
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

// Every statement that writes names the connection it is meant for. WordPress repeats a statement on a new one when it lost the old,
// and there are neither our transaction nor our locks.

// Null when the database refused or was lost: try again.
function change_own_wallet( array $change ) {
	global $wpdb;
	if ( has_pending( $change['user_id'] ) ) {
		settle_locked( $change ); // From when there was TeraWallet.
	}
	$early = early_answer( $change );
	if ( false !== $early ) {
		return $early;
	}
	$wallets = table( 'wallets' );
	// phpcs:disable WordPress.DB
	$wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $wallets (user_id) VALUES (%d)", $change['user_id'] ) );
	// Before the transaction begins: should it begin on another one, nothing is found below.
	$connection = (int) $wpdb->get_var( $wpdb->prepare( "SELECT CONNECTION_ID() FROM $wallets WHERE user_id = %d", $change['user_id'] ) );
	// phpcs:enable
	if ( ! $connection || false === $wpdb->query( 'START TRANSACTION' ) ) {
		return null;
	}
	$done = null;
	try {
		$done = book_own_change( $change, $connection );
	} finally {
		$wpdb->query( true === $done ? 'COMMIT' : 'ROLLBACK' );
	}
	// A COMMIT that was repeated elsewhere succeeds too: done is what is there.
	return true === $done ? ( answer_in_books( $change ) ?: null ) : $done;
}

// True when all is written that is to be committed, else the answer, or null.
function book_own_change( array $change, $connection ) {
	global $wpdb;
	$wallets = table( 'wallets' );
	// Everybody who changes this wallet queues here; what is read after it is what the one before left.
	// phpcs:ignore WordPress.DB
	$balance = $wpdb->get_var( $wpdb->prepare( "SELECT balance FROM $wallets WHERE user_id = %d AND CONNECTION_ID() = %d FOR UPDATE", $change['user_id'], $connection ) );
	if ( null === $balance ) {
		return null;
	}
	$known = answer_in_books( $change );
	if ( false !== $known ) {
		return $known;
	}
	$row = row_of_change( $change, units_of( $balance ) );
	if ( ! write_row( $row, $connection ) ) {
		return null;
	}
	if ( ! units( $row['amount'] ) ) {
		return true;
	}
	// phpcs:ignore WordPress.DB
	return 1 === $wpdb->query( $wpdb->prepare( "UPDATE $wallets SET balance = %s WHERE user_id = %d AND CONNECTION_ID() = %d", $row['balance'], $change['user_id'], $connection ) ) ? true : null;
}

// TeraWallet's table and its transactions are not ours, so there are three steps instead of one transaction: a pending row (status 0),
// TeraWallet's own transaction with the operation's id in its details, the row's final status. Whoever has the lock finds a pending
// row only when the one before was lost on the way, and asks TeraWallet how far.
function change_terawallet( array $change ) {
	$connection = lock_wallet( $change['user_id'] );
	if ( ! $connection ) {
		return null;
	}
	try {
		return settle_pending( $change, $connection ) ? change_locked_terawallet( $change, $connection ) : null;
	} finally {
		unlock_wallet( $change['user_id'] );
	}
}

function change_locked_terawallet( array $change, $connection ) {
	global $wpdb;
	$early = early_answer( $change );
	if ( false !== $early ) {
		return $early;
	}
	$balance = balance_of( $change['user_id'] );
	if ( '' !== $wpdb->last_error ) {
		return null;
	}
	$row  = row_of_change( $change, $balance );
	$last = last_in_terawallet( $change['user_id'] );
	if ( null === $last ) {
		return null;
	}
	$moves = (bool) units( $row['amount'] );
	if ( $moves ) {
		$row['status']  = 0;
		$row['follows'] = $last;
	}
	if ( ! write_row( $row, $connection ) ) {
		return null;
	}
	if ( $moves && ! carry_out( $change, $row, $connection ) ) {
		return array( 422, array( 'code' => 'smgcrm_wallet_refused' ), false );
	}
	return answer_in_books( $change ) ?: null;
}

// False when TeraWallet refused, and nothing of it is left. Else the row says what became of it.
function carry_out( array $change, array $row, $connection ) {
	global $wpdb;
	$ledger  = table( 'ledger' );
	$details = details_of_operation( keepable( terawallet_table(), 'details', $change['reason'] ), $change['id'] );
	being_moved( $change['user_id'], true );
	try {
		$moved = move_terawallet( $change['user_id'], units( $row['amount'] ), $details, '[' . $change['id'] . ']', $connection );
	} catch ( \Throwable $problem ) {
		// Perhaps of a mail that it sends, when all is done.
		being_moved( $change['user_id'], false );
		$wpdb->query( 'ROLLBACK' );
		settle_pending( $change, $connection );
		tell_change( $change['user_id'], answer_in_books( $change ) ?: array( 503, null, false ) );
		throw $problem;
	}
	being_moved( $change['user_id'], false );
	$failed = '' !== $wpdb->last_error;
	$wpdb->query( $moved ? 'COMMIT' : 'ROLLBACK' ); // What it may have left open.
	$found = in_terawallet( (object) $row );
	// phpcs:disable WordPress.DB
	if ( $found ) {
		$wpdb->query( $wpdb->prepare( "UPDATE $ledger SET status = 200 WHERE operation_id = %s AND status = 0", $change['id'] ) );
	} elseif ( $moved ) {
		// Its word will do where no connection was lost.
		$wpdb->query( $wpdb->prepare( "UPDATE $ledger SET status = 200 WHERE operation_id = %s AND status = 0 AND CONNECTION_ID() = %d", $change['id'], $connection ) );
	} elseif ( false === $found && ! $failed ) {
		return 1 !== $wpdb->query( $wpdb->prepare( "DELETE FROM $ledger WHERE operation_id = %s AND status = 0 AND CONNECTION_ID() = %d", $change['id'], $connection ) );
	}
	// phpcs:enable
	return true;
}

// Whether this very process is just having TeraWallet change this wallet, and was called by somebody who is told of it.
function being_moved( $user_id, $now = null ) {
	static $users = array();
	if ( null !== $now ) {
		$users[ $user_id ] = $now;
	}
	return ! empty( $users[ $user_id ] );
}

function has_pending( $user_id ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	return (bool) $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM $ledger WHERE user_id = %d AND status = 0", $user_id ) ); // phpcs:ignore WordPress.DB
}

function settle_locked( array $change ) {
	$connection = lock_wallet( $change['user_id'] );
	if ( $connection ) {
		try {
			settle_pending( $change, $connection );
		} finally {
			unlock_wallet( $change['user_id'] );
		}
	}
}

// What others left pending is finished where TeraWallet has done it, else taken back. False when that cannot be told.
function settle_pending( array $change, $connection ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	// phpcs:disable WordPress.DB
	$rows = $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $ledger WHERE user_id = %d AND status = 0 ORDER BY id", $change['user_id'] ) );
	if ( '' !== $wpdb->last_error ) {
		return false;
	}
	foreach ( $rows as $row ) {
		$found = in_terawallet( $row );
		if ( null === $found || ( ! $found && being_moved( $change['user_id'] ) ) ) {
			return false;
		}
		if ( ! $found ) {
			if ( 1 !== $wpdb->query( $wpdb->prepare( "DELETE FROM $ledger WHERE id = %d AND status = 0 AND CONNECTION_ID() = %d", $row->id, $connection ) ) ) {
				return false;
			}
			continue;
		}
		// Whoever finishes it tells of it.
		$finished = $wpdb->query( $wpdb->prepare( "UPDATE $ledger SET status = 200, request = %s WHERE id = %d AND status = 0", $change['request'], $row->id ) );
		if ( 1 === $finished && $row->operation_id !== $change['id'] ) {
			tell_change( $change['user_id'], array( 200, json_decode( $row->answer, true ), false ) );
		}
	}
	// phpcs:enable
	return true;
}

// The answer that needs no balance, null when it cannot be told, false when there is none.
function early_answer( array $change ) {
	global $wpdb;
	$known = answer_in_books( $change );
	if ( false !== $known ) {
		return $known;
	}
	$found = $wpdb->get_var( $wpdb->prepare( "SELECT ID FROM $wpdb->users WHERE ID = %d", $change['user_id'] ) ); // phpcs:ignore WordPress.DB
	if ( '' !== $wpdb->last_error ) {
		return null;
	}
	if ( null === $found || ! of_this_site( get_userdata( $change['user_id'] ) ) ) {
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
	return false;
}

// The row of the ledger for what is decided with this balance.
function row_of_change( array $change, $balance ) {
	$status = decided( $change['operation'], $change['units'], $change['expected'], $balance );
	$after  = array(
		'set'    => $change['units'],
		'credit' => $balance + $change['units'],
		'debit'  => $balance - $change['units'],
	);
	$delta  = 200 === $status ? $after[ $change['operation'] ] - $balance : 0;
	return array(
		'operation_id'   => $change['id'],
		'asked'          => $change['asked'],
		'request'        => $change['request'],
		'user_id'        => $change['user_id'],
		'operation'      => $change['operation'],
		'amount'         => amount( $delta ),
		'balance_before' => amount( $balance ),
		'balance'        => amount( $balance + $delta ),
		'status'         => $status,
		'answer'         => wp_json_encode( wallet_answer( $status, $change['user_id'], $change['operation'], $delta, $balance, $change['id'] ) ),
		'reason'         => $change['reason'],
		'created_at'     => time(),
	);
}

function write_row( array $row, $connection ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	$names  = implode( ', ', array_keys( $row ) );
	$values = implode( ', ', array_fill( 0, count( $row ), '%s' ) );
	// phpcs:ignore WordPress.DB
	return 1 === $wpdb->query( $wpdb->prepare( "INSERT INTO $ledger ($names) SELECT $values FROM DUAL WHERE CONNECTION_ID() = %d", array_merge( array_values( $row ), array( $connection ) ) ) );
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

// What was decided stays decided, a refusal too: whoever asks again gets the first answer. False when nothing was, null when that
// cannot be told.
function answer_in_books( array $change ) {
	global $wpdb;
	$ledger = table( 'ledger' );
	$row    = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $ledger WHERE operation_id = %s", $change['id'] ) ); // phpcs:ignore WordPress.DB
	if ( ! $row ) {
		return '' === $wpdb->last_error ? false : null;
	}
	if ( ! hash_equals( $row->asked, $change['asked'] ) ) {
		return array( 422, array( 'code' => 'smgcrm_operation_differs' ), false );
	}
	return (int) $row->status ? array( (int) $row->status, json_decode( $row->answer, true ), $row->request !== $change['request'] ) : null;
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
