<?php
/**
 * The outbox: what the CRM has to be told, one row each, from the moment it is true until the CRM has it.
 *
 * A `create` row is an order line on its way to createOrder, and later what the CRM says of it; a `cancel` row tells of a
 * cancellation or a refund. States: queued, sending, delivered, failed (a person must look), dismissed (they did), held (a
 * cancellation whose order is still on its way), withdrawn (canceled before it was ever sent).
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const WAITS_TOO_LONG_S = 900;
const CLAIM_TRIES      = 50;
const KEPT_S           = 34560000; // Ended rows: 400 days.

/**
 * Adds a row unless one with this key is there. Gives whether it was added.
 *
 * @param array $row kind, state, event_key, order_id, wp_order_number, item_id, payload (array).
 */
function enqueue( array $row ) {
	global $wpdb;
	$table = table( 'outbox' );
	$now   = time();
	// phpcs:ignore WordPress.DB -- a table of ours.
	$added = write(
		$wpdb->prepare(
			"INSERT IGNORE INTO $table (event_key, kind, state, order_id, wp_order_number, item_id, payload, created_at, next_at, last_error, crm_order)
			VALUES (%s, %s, %s, %d, %s, %s, %s, %d, %d, '', '')",
			$row['event_key'],
			$row['kind'],
			$row['state'],
			$row['order_id'],
			$row['wp_order_number'],
			$row['item_id'],
			wp_json_encode( $row['payload'] ),
			$now,
			$now
		)
	);
	if ( 1 === $added && 'queued' === $row['state'] ) {
		run_soon();
	}
	return 1 === $added;
}

function outbox_row( $id ) {
	global $wpdb;
	$table = table( 'outbox' );
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE id = %d", $id ) ); // phpcs:ignore WordPress.DB
}

function outbox_row_of( $event_key ) {
	global $wpdb;
	$table = table( 'outbox' );
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE event_key = %s", $event_key ) ); // phpcs:ignore WordPress.DB
}

/** The rows of one shop order, oldest first. */
function outbox_rows_of_order( $order_id ) {
	global $wpdb;
	$table = table( 'outbox' );
	return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table WHERE order_id = %d ORDER BY id", $order_id ) ); // phpcs:ignore WordPress.DB
}

/**
 * One page of the outbox, newest first.
 *
 * @param string $state '' for all.
 */
function outbox_page( $state, $page, $per_page ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:disable WordPress.DB
	if ( '' === $state ) {
		return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table ORDER BY id DESC LIMIT %d OFFSET %d", $per_page, ( $page - 1 ) * $per_page ) );
	}
	return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table WHERE state = %s ORDER BY id DESC LIMIT %d OFFSET %d", $state, $per_page, ( $page - 1 ) * $per_page ) );
	// phpcs:enable
}

/** How many rows are in each state. */
function outbox_counts() {
	global $wpdb;
	$table  = table( 'outbox' );
	$counts = array_fill_keys( array( 'queued', 'sending', 'delivered', 'failed', 'dismissed', 'held', 'withdrawn' ), 0 );
	foreach ( $wpdb->get_results( "SELECT state, COUNT(*) AS n FROM $table GROUP BY state" ) as $line ) { // phpcs:ignore WordPress.DB
		$counts[ $line->state ] = (int) $line->n;
	}
	return $counts;
}

/** How many rows failed for good, and how many have waited longer than they should. */
function outbox_trouble() {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	$waiting = (int) $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM $table WHERE state IN ('queued', 'sending', 'held') AND created_at < %d", time() - WAITS_TOO_LONG_S ) );
	// phpcs:ignore WordPress.DB
	$failed = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $table WHERE state = 'failed'" );
	return array(
		'failed'  => $failed,
		'waiting' => $waiting,
	);
}

/** Seconds since the oldest waiting row was added, or 0. */
function outbox_oldest_s() {
	global $wpdb;
	$table = table( 'outbox' );
	$since = (int) $wpdb->get_var( "SELECT MIN(created_at) FROM $table WHERE state IN ('queued', 'sending')" ); // phpcs:ignore WordPress.DB
	return $since > 0 ? max( 0, time() - $since ) : 0;
}

/**
 * Takes the next row that is due. Whoever changes it from queued to sending has it.
 */
function claim_row() {
	global $wpdb;
	$table = table( 'outbox' );
	$claim = bin2hex( random_bytes( 16 ) );
	// Found first and changed by its id, as everything else changes rows: one order of locks, no deadlocks.
	// phpcs:disable WordPress.DB
	for ( $try = 0; $try < CLAIM_TRIES; ++$try ) {
		$now = time();
		$id  = (int) $wpdb->get_var( $wpdb->prepare( "SELECT id FROM $table WHERE state = 'queued' AND next_at <= %d ORDER BY next_at, id LIMIT 1", $now ) );
		if ( 0 === $id ) {
			return null;
		}
		$taken = write( $wpdb->prepare( "UPDATE $table SET state = 'sending', claim = %s, claimed_at = %d, attempts = attempts + 1 WHERE id = %d AND state = 'queued' AND next_at <= %d", $claim, $now, $id, $now ) );
		if ( 1 === $taken ) {
			return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE claim = %s", $claim ) );
		}
	}
	// phpcs:enable
	return null; // Others are faster.
}

/** Those who claimed these rows are gone. Sending again is safe: the CRM knows the order by its line. */
function release_abandoned() {
	global $wpdb;
	$table = table( 'outbox' );
	write( $wpdb->prepare( "UPDATE $table SET state = 'queued' WHERE state = 'sending' AND claimed_at < %d", time() - WAITS_TOO_LONG_S / 3 ) ); // phpcs:ignore WordPress.DB
}

/** Cancellations follow their orders: sent after them, dropped with them. */
function release_held() {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:disable WordPress.DB
	foreach ( $wpdb->get_results( "SELECT id, wp_order_number, item_id FROM $table WHERE state = 'held' LIMIT 200" ) as $held ) {
		$state = $wpdb->get_var( $wpdb->prepare( "SELECT state FROM $table WHERE kind = 'create' AND wp_order_number = %s AND item_id = %s ORDER BY id DESC LIMIT 1", $held->wp_order_number, $held->item_id ) );
		$next  = 'delivered' === $state ? 'queued' : ( in_array( $state, array( 'queued', 'sending' ), true ) ? 'held' : 'withdrawn' );
		write( $wpdb->prepare( "UPDATE $table SET state = %s, next_at = %d WHERE id = %d AND state = 'held'", $next, time(), $held->id ) );
	}
	// phpcs:enable
}

/**
 * Takes an order back that was never sent. False when it may already be on its way.
 */
function withdraw( $event_key ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	return 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'withdrawn', ended_at = %d WHERE event_key = %s AND kind = 'create' AND state = 'queued' AND attempts = 0", time(), $event_key ) );
}

/** Paid after all, as it is now: it was never sent. */
function put_back( $event_key, $payload ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	if ( 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'queued', payload = %s, created_at = %d, next_at = %d, ended_at = 0 WHERE event_key = %s AND kind = 'create' AND state = 'withdrawn'", wp_json_encode( $payload ), time(), time(), $event_key ) ) ) {
		run_soon();
	}
}

/** Takes a cancellation back that was never sent. */
function take_cancel_back( $id ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	return 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'withdrawn', ended_at = %d WHERE id = %d AND kind = 'cancel' AND attempts = 0 AND state IN ('held', 'queued')", time(), $id ) );
}

/** A cancellation that was taken back is one after all. */
function cancel_again( array $row ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	$done = write( $wpdb->prepare( "UPDATE $table SET state = %s, payload = %s, created_at = %d, next_at = %d, ended_at = 0 WHERE event_key = %s AND kind = 'cancel' AND state = 'withdrawn'", $row['state'], wp_json_encode( $row['payload'] ), time(), time(), $row['event_key'] ) );
	if ( 1 === $done && 'queued' === $row['state'] ) {
		run_soon();
	}
}

/** What the CRM was told is no longer so: a person must look. */
function fail_delivered( $id, $words ) {
	global $wpdb;
	$table = table( 'outbox' );
	return 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'failed', last_error = %s WHERE id = %d AND state = 'delivered'", $words, $id ) ); // phpcs:ignore WordPress.DB
}

/** The CRM is about to hear of this cancellation: from now on it may know. False when it was taken back. */
function count_held_try( $cancel ) {
	global $wpdb;
	$table = table( 'outbox' );
	return 1 === write( $wpdb->prepare( "UPDATE $table SET attempts = attempts + 1 WHERE id = %d AND state = 'held'", $cancel->id ) ); // phpcs:ignore WordPress.DB
}

/** The CRM is shown this row: from now on it may have the order, or be about to take it. */
function hand_out( $row ) {
	global $wpdb;
	$table = table( 'outbox' );
	write( $wpdb->prepare( "UPDATE $table SET attempts = GREATEST(attempts, 1), shown_at = %d WHERE id = %d AND state IN ('queued', 'sending')", time(), $row->id ) ); // phpcs:ignore WordPress.DB
}

/** The cancellation of all of an order that waits for the order itself. */
function held_cancel_of( $row ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE kind = 'cancel' AND state = 'held' AND event_key LIKE %s AND wp_order_number = %s AND item_id = %s LIMIT 1", 'off-%', $row->wp_order_number, $row->item_id ) );
}

/** Neither of the two is to be sent: the CRM has never had the order. */
function withdraw_both( $create, $cancel ) {
	global $wpdb;
	$table = table( 'outbox' );
	write( $wpdb->prepare( "UPDATE $table SET state = 'withdrawn', attempts = 0, ended_at = %d WHERE id IN (%d, %d) AND state IN ('sending', 'held')", time(), $create->id, $cancel->id ) ); // phpcs:ignore WordPress.DB
}

/**
 * A person wants it tried again, with seven new days, and as the order is now: they may have mended what was refused.
 */
function retry_row( $id ) {
	global $wpdb;
	$table   = table( 'outbox' );
	$row     = outbox_row( $id );
	if ( $row && is_off( $row ) ) {
		// phpcs:ignore WordPress.DB
		write( $wpdb->prepare( "UPDATE $table SET last_error = %s WHERE id = %d AND state IN ('failed', 'dismissed')", __( 'Not sent: the order is not paid any more, or this line is refunded.', 'smgcrm' ), $id ) );
		return false;
	}
	$payload = $row && in_array( $row->state, array( 'failed', 'dismissed' ), true ) ? payload_now( $row ) : null;
	if ( $payload ) {
		// phpcs:ignore WordPress.DB
		write( $wpdb->prepare( "UPDATE $table SET payload = %s WHERE id = %d AND state IN ('failed', 'dismissed')", wp_json_encode( $payload ), $id ) );
	}
	// phpcs:ignore WordPress.DB
	$done = 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'queued', created_at = IF(state = 'queued', created_at, %d), next_at = %d, ended_at = 0 WHERE id = %d AND state IN ('failed', 'dismissed', 'queued')", time(), time(), $id ) );
	if ( $done ) {
		run_soon();
	}
	return $done;
}

/** A person has seen that it failed. */
function dismiss_row( $id ) {
	global $wpdb;
	$table = table( 'outbox' );
	return 1 === write( $wpdb->prepare( "UPDATE $table SET state = 'dismissed' WHERE id = %d AND state = 'failed'", $id ) ); // phpcs:ignore WordPress.DB
}

/** The key keeps an order from being sent twice, so rows stay much longer than the sweep looks back. */
function forget_old_rows() {
	global $wpdb;
	$table = table( 'outbox' );
	write( $wpdb->prepare( "DELETE FROM $table WHERE created_at < %d AND state IN ('delivered', 'dismissed', 'withdrawn') LIMIT 5000", time() - KEPT_S ) ); // phpcs:ignore WordPress.DB
}
