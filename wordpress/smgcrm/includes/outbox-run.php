<?php
/**
 * Sending what is in the outbox, and what its answers mean.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const RUN_S           = 25;
const FIRST_DELAY_S   = 15;
const LONGEST_DELAY_S = 3600;
const PATIENCE_S      = 604800; // Seven days.
const LEAST_TRIES     = 20;     // However long it waited before its first.
const BEING_TAKEN_S   = 600;    // A CRM that was shown an order may still take it, whatever it said a moment before.
const GIVE_UP_RUN     = 3;      // A CRM that did not answer three times is not asked again in this run.

/** Sends what is due. Any number of these may run at once. */
function run_outbox() {
	if ( ! is_connected() ) {
		return;
	}
	release_abandoned();
	release_held();
	$until  = microtime( true ) + RUN_S;
	$silent = 0;
	while ( microtime( true ) < $until && $silent < GIVE_UP_RUN ) {
		$row = claim_row();
		if ( ! $row ) {
			break;
		}
		$silent = send_row( $row ) ? 0 : $silent + 1;
	}
	release_held();
	run_when_due();
}

/** Sends one. False when the CRM did not answer. */
function send_row( $row ) {
	$path = 'cancel' === $row->kind ? '/api/v1/orderCancelled' : '/api/v1/createOrder';
	$body = json_decode( $row->payload, true );
	if ( 'cancel' === $row->kind ) {
		$body = with_crm_order( $row, $body );
	}
	$off = 'create' === $row->kind ? held_cancel_of( $row ) : null;
	if ( $off ) {
		$asked = settle_cancelled( $row, $off );
		if ( null !== $asked ) {
			return $asked;
		}
	}
	$said = call_crm( 'POST', $path, $body, 'wp-' . $row->event_key );
	if ( is_delivered( $row, $said ) ) {
		note_delivery( $row, $said );
	} elseif ( 422 === $said['status'] && isset( $said['data']['message'], $said['data']['errors'] ) && is_array( $said['data']['errors'] ) ) {
		note_failure( $row, $said, refusal( $said['data'] ) );
	} elseif ( time() - $row->created_at >= PATIENCE_S && $row->attempts >= LEAST_TRIES ) {
		/* translators: %s: the last error */
		note_failure( $row, $said, sprintf( __( 'Given up after 7 days: %s', 'smgcrm' ), what_went_wrong( $row, $said ) ) );
	} else {
		note_retry( $row, $said );
	}
	return 0 !== $said['status'];
}

// Cancelled before it is known whether an earlier try arrived: nothing is sent any more. The CRM says whether it has the order.
// Null when this CRM cannot say, or the cancellation is none any more; false when it did not answer.
function settle_cancelled( $row, $off ) {
	if ( ! count_held_try( $off ) ) {
		return null;
	}
	$said = call_crm( 'POST', '/api/v1/orderCancelled', with_crm_order( $off, json_decode( $off->payload, true ) ), 'wp-' . $off->event_key );
	if ( 200 === $said['status'] && is_array( $said['data'] ) && array_key_exists( 'order_id', $said['data'] ) ) {
		if ( (int) $said['data']['order_id'] > 0 ) {
			note_delivery( $row, $said );
			note_delivery( $off, $said );
		} elseif ( $row->shown_at > time() - BEING_TAKEN_S ) {
			note_retry( $row, $said, __( 'Cancelled, but the CRM may be taking it just now: it is asked again.', 'smgcrm' ) );
		} else {
			withdraw_both( $row, $off );
		}
		return true;
	}
	if ( 404 === $said['status'] ) {
		return null;
	}
	note_retry( $row, $said );
	return 0 !== $said['status'];
}

// Anything else with a 2xx is a page of somebody who stands between us and the CRM.
function is_delivered( $row, $said ) {
	if ( $said['status'] < 200 || $said['status'] > 299 || ! is_array( $said['data'] ) ) {
		return false;
	}
	return 'cancel' === $row->kind || ( isset( $said['data']['order_id'] ) && (int) $said['data']['order_id'] > 0 );
}

function kept_words( $words ) {
	return keepable( table( 'outbox' ), 'last_error', cut( $words, 1000 ) );
}

function refusal( $data ) {
	$words = array();
	foreach ( $data['errors'] as $field => $errors ) {
		foreach ( (array) $errors as $error ) {
			$words[] = is_string( $error ) ? $field . ': ' . $error : (string) $field;
		}
	}
	return $words ? implode( ' ', $words ) : (string) $data['message'];
}

function what_went_wrong( $row, $said ) {
	if ( 'cancel' === $row->kind && 404 === $said['status'] ) {
		return __( 'not supported by this CRM version', 'smgcrm' );
	}
	if ( '' !== $said['error'] ) {
		return $said['error'];
	}
	/* translators: %d: HTTP status */
	return sprintf( __( 'HTTP %d, but not an answer of the CRM', 'smgcrm' ), $said['status'] );
}

// By the CRM's own number where it is known by now.
function with_crm_order( $row, $body ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	$id = (int) $wpdb->get_var( $wpdb->prepare( "SELECT crm_order_id FROM $table WHERE kind = 'create' AND wp_order_number = %s AND item_id = %s ORDER BY id DESC LIMIT 1", $row->wp_order_number, $row->item_id ) );
	if ( $id > 0 ) {
		$body['order_id'] = $id;
	}
	return $body;
}

function note_delivery( $row, $said ) {
	global $wpdb;
	$table  = table( 'outbox' );
	$number = isset( $said['data']['order_id'] ) ? (int) $said['data']['order_id'] : 0;
	$status = isset( $said['data']['status'] ) && is_string( $said['data']['status'] ) ? substr( $said['data']['status'], 0, 64 ) : '';
	// A webhook may have been faster than the answer; then it knows better.
	// phpcs:ignore WordPress.DB
	$changed = write(
		$wpdb->prepare(
			"UPDATE $table SET state = 'delivered', ended_at = %d, http_status = %d, last_error = '', crm_order_id = %d, crm_status = IF(crm_updated_at = '', %s, crm_status) WHERE id = %d AND state <> 'delivered'",
			time(),
			$said['status'],
			$number,
			$status,
			$row->id
		)
	);
	if ( 1 !== $changed ) {
		return;
	}
	hurry();
	if ( 'create' === $row->kind ) {
		/* translators: 1: name of the service, 2: number of the order in the CRM */
		add_note( $row->order_id, sprintf( __( 'SMG CRM: %1$s was taken as order %2$d.', 'smgcrm' ), name_of_line( $row ), $number ) );
	} else {
		/* translators: %s: name of the service, or an order number */
		add_note( $row->order_id, sprintf( __( 'SMG CRM was told that %s is cancelled or refunded.', 'smgcrm' ), name_of_line( $row ) ) );
	}
	/**
	 * The CRM has it.
	 *
	 * @param object $row  Row of the outbox as it was when it was sent.
	 * @param array  $data The CRM's answer.
	 */
	do_action( 'smgcrm_order_sent', $row, $said['data'] );
}

function note_failure( $row, $said, $words ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	write( $wpdb->prepare( "UPDATE $table SET state = 'failed', ended_at = %d, http_status = %d, last_error = %s WHERE id = %d AND state = 'sending'", time(), $said['status'], kept_words( $words ), $row->id ) );
	/* translators: 1: name of the service, 2: reason */
	add_note( $row->order_id, sprintf( __( 'SMG CRM did not take %1$s: %2$s', 'smgcrm' ), name_of_line( $row ), $words ) );
	/**
	 * It was refused for good, or given up.
	 *
	 * @param object $row   Row of the outbox.
	 * @param string $words Why.
	 */
	do_action( 'smgcrm_order_failed', $row, $words );
}

function note_retry( $row, $said, $words = '' ) {
	global $wpdb;
	$table = table( 'outbox' );
	$delay = min( LONGEST_DELAY_S, FIRST_DELAY_S * ( 1 << min( 10, $row->attempts - 1 ) ) );
	$delay = max( $delay + wp_rand( 0, (int) ( $delay / 4 ) ), $said['retry_after_s'] );
	/**
	 * Seconds until the next try.
	 *
	 * @param int    $delay Seconds.
	 * @param object $row   Row of the outbox.
	 */
	$delay = (int) apply_filters( 'smgcrm_retry_delay', $delay, $row );
	// phpcs:ignore WordPress.DB
	write( $wpdb->prepare( "UPDATE $table SET state = 'queued', next_at = %d, http_status = %d, last_error = %s WHERE id = %d AND state = 'sending'", time() + $delay, $said['status'], kept_words( '' === $words ? what_went_wrong( $row, $said ) : $words ), $row->id ) );
}

/** The CRM is there again: what waited for that goes now. */
function hurry() {
	global $wpdb;
	$table = table( 'outbox' );
	write( $wpdb->prepare( "UPDATE $table SET next_at = %d WHERE state = 'queued' AND next_at > %d AND attempts > 0 AND (http_status = 0 OR http_status >= 500) AND kind = 'create'", time(), time() ) ); // phpcs:ignore WordPress.DB
}

function name_of_line( $row ) {
	$payload = json_decode( $row->payload, true );
	if ( isset( $payload['product_service'] ) ) {
		return '«' . $payload['product_service'] . '»';
	}
	return '#' . $row->wp_order_number;
}

function add_note( $order_id, $words ) {
	$order = $order_id > 0 && function_exists( 'wc_get_order' ) ? wc_get_order( $order_id ) : null;
	if ( $order && method_exists( $order, 'add_order_note' ) ) {
		$order->add_order_note( $words );
	}
}
