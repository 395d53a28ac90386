<?php
/**
 * What the CRM says of an order: told by its webhook, asked for as the backstop.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const ASK_EVERY_S   = 600;
const ASK_AT_ONCE   = 20;
const FOLLOWED_FOR_S = 7776000; // 90 days.

/**
 * Takes an order as the CRM shows it to a shop. Gives updated, older or unknown.
 *
 * @param array $data  id, wp_order_number, item_id, status, updated_at, finished_at …
 * @param bool  $asked Whether it is an answer, which is how it is now; what was told may have been overtaken.
 */
function take_crm_order( array $data, $asked = false ) {
	global $wpdb;
	$row = row_of_crm_order( $data );
	if ( ! $row ) {
		return 'unknown';
	}
	$table   = table( 'outbox' );
	$status  = substr( (string) $data['status'], 0, 64 );
	$updated = isset( $data['updated_at'] ) ? substr( (string) $data['updated_at'], 0, 40 ) : '';
	// Deliveries overtake each other: the order's own time decides, and of two equal ones the first, until the CRM is asked.
	$until = $asked ? '<=' : '<';
	// phpcs:ignore WordPress.DB
	$taken = write(
		$wpdb->prepare(
			"UPDATE $table SET crm_order_id = %d, crm_status = %s, crm_updated_at = %s, crm_order = %s, finished = %d, asked_at = %d, last_error = '',
			ended_at = IF(state = 'delivered', ended_at, %d), state = 'delivered' WHERE id = %d AND crm_updated_at $until %s",
			(int) $data['id'],
			$status,
			$updated,
			wp_json_encode( $data ),
			empty( $data['finished_at'] ) ? 0 : 1,
			time(),
			time(),
			$row->id,
			$updated
		)
	);
	if ( 1 !== $taken ) {
		return 'older';
	}
	if ( $status !== $row->crm_status ) {
		/* translators: 1: name of the service, 2: status */
		add_note( $row->order_id, trim( sprintf( __( 'SMG CRM: %1$s is now %2$s.', 'smgcrm' ), name_of_line( $row ), status_name( $status ) ) . ' ' . details_of( $data ) ) );
		/**
		 * The status of an order line in the CRM changed.
		 *
		 * @param object $row    Row of the outbox as it was before.
		 * @param string $status The new status.
		 * @param array  $data   The order as the CRM shows it.
		 */
		do_action( 'smgcrm_order_status_changed', $row, $status, $data );
	}
	return 'updated';
}

// By its number in the CRM, or by our own when the answer to createOrder was lost.
function row_of_crm_order( $data ) {
	global $wpdb;
	$table = table( 'outbox' );
	if ( empty( $data['id'] ) || ! isset( $data['status'] ) || ! is_scalar( $data['id'] ) || ! is_string( $data['status'] ) ) {
		return null;
	}
	// phpcs:disable WordPress.DB
	$row = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE kind = 'create' AND crm_order_id = %d LIMIT 1", (int) $data['id'] ) );
	if ( $row || empty( $data['wp_order_number'] ) || empty( $data['item_id'] ) ) {
		return $row;
	}
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE kind = 'create' AND crm_order_id = 0 AND wp_order_number = %s AND item_id = %s AND (attempts > 0 OR state <> 'queued') LIMIT 1", (string) $data['wp_order_number'], (string) $data['item_id'] ) );
	// phpcs:enable
}

function details_of( $data ) {
	$words = array();
	if ( ! empty( $data['supplier_order_number'] ) && is_scalar( $data['supplier_order_number'] ) ) {
		/* translators: %s: number */
		$words[] = sprintf( __( 'Supplier\'s number: %s.', 'smgcrm' ), $data['supplier_order_number'] );
	}
	if ( isset( $data['start_count'] ) && is_scalar( $data['start_count'] ) ) {
		/* translators: %s: number */
		$words[] = sprintf( __( 'Start: %s.', 'smgcrm' ), $data['start_count'] );
	}
	if ( isset( $data['remains'] ) && is_scalar( $data['remains'] ) ) {
		/* translators: %s: number */
		$words[] = sprintf( __( 'Remains: %s.', 'smgcrm' ), $data['remains'] );
	}
	return implode( ' ', $words );
}

/** The CRM's own words stay as they are; those that every installation has are translated. */
function status_name( $status ) {
	$names = array(
		'pending'     => __( 'waiting for review', 'smgcrm' ),
		'launching'   => __( 'being launched', 'smgcrm' ),
		'executing'   => __( 'being executed', 'smgcrm' ),
		'completed'   => __( 'completed', 'smgcrm' ),
		'partial'     => __( 'partly completed', 'smgcrm' ),
		'canceled'    => __( 'canceled', 'smgcrm' ),
		'refunded'    => __( 'refunded', 'smgcrm' ),
		'notaccepted' => __( 'not accepted by the supplier', 'smgcrm' ),
		'uncertain'   => __( 'uncertain, being checked', 'smgcrm' ),
	);
	return isset( $names[ $status ] ) ? $names[ $status ] : $status;
}

/** Asks for those of which nothing was heard for a while. */
function pull_statuses() {
	global $wpdb;
	if ( ! is_connected() ) {
		return;
	}
	$table = table( 'outbox' );
	/**
	 * Seconds between two questions about one order.
	 *
	 * @param int $seconds Seconds.
	 */
	$every = (int) apply_filters( 'smgcrm_ask_every', ASK_EVERY_S );
	// phpcs:disable WordPress.DB
	$rows = $wpdb->get_results( $wpdb->prepare( "SELECT id, crm_order_id, asked_at FROM $table WHERE kind = 'create' AND state = 'delivered' AND finished = 0 AND asked_at <= %d AND created_at > %d ORDER BY asked_at LIMIT %d", time() - $every, time() - FOLLOWED_FOR_S, ASK_AT_ONCE ) );
	foreach ( $rows as $row ) {
		$mine = write( $wpdb->prepare( "UPDATE $table SET asked_at = %d WHERE id = %d AND asked_at = %d", time(), $row->id, $row->asked_at ) );
		if ( 1 !== $mine && (int) $row->asked_at !== time() ) {
			continue; // Somebody else is asking.
		}
		$said = call_crm( 'GET', '/api/v1/orders/' . (int) $row->crm_order_id );
		if ( 0 === $said['status'] ) {
			return;
		}
		if ( 200 === $said['status'] && isset( $said['data']['data'] ) && is_array( $said['data']['data'] ) ) {
			take_crm_order( $said['data']['data'], true );
		} elseif ( 404 === $said['status'] && isset( $said['data']['message'] ) ) {
			write( $wpdb->prepare( "UPDATE $table SET last_error = %s WHERE id = %d", __( 'The CRM does not know this order any more.', 'smgcrm' ), $row->id ) );
		}
	}
	// phpcs:enable
}
