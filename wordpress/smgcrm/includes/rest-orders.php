<?php
/**
 * Routes about orders: what the CRM's webhook tells, and which paid orders there are.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const FRESH_S = 600;

function rest_order_event( $request ) {
	$event = json_decode( (string) $request->get_body(), true );
	$name  = isset( $event['event'] ) && is_string( $event['event'] ) ? $event['event'] : '';
	if ( '' === $name ) {
		return refuse_field( 'event', 'This is not an event.' );
	}
	if ( 0 !== strpos( $name, 'order.' ) || ! isset( $event['data'] ) || ! is_array( $event['data'] ) ) {
		return new \WP_REST_Response( array( 'result' => 'ignored' ) );
	}
	return new \WP_REST_Response( array( 'result' => take_crm_order( $event['data'] ) ) );
}

/** Lines that the CRM may have missed. What came into the outbox just now is on its way, and is not among them. */
function rest_paid_orders( $request ) {
	$asked  = asked_of( $request );
	$paging = paging_of( $asked, 50, 200 );
	if ( ! is_array( $paging ) ) {
		return $paging;
	}
	$since = moment_of( $asked, 'since' );
	if ( null === $since || 0 === $since ) {
		return refuse_field( 'since', 'since must be seconds since 1970, or a date such as 2026-11-28T18:00:00Z.' );
	}
	list( $page, $size ) = $paging;
	$since               = max( $since, serves_since() );
	if ( ! function_exists( 'wc_get_orders' ) ) {
		list( $lines, $more ) = direct_lines( $since, $page, $size );
	} else {
		$ids   = paid_order_ids( $since );
		$more  = count( $ids ) > $page * $size;
		$lines = array();
		foreach ( array_slice( $ids, ( $page - 1 ) * $size, $size ) as $id ) {
			order_paid_safely( $id );
			$lines = array_merge( $lines, paid_lines( wc_get_order( $id ) ) );
		}
	}
	return new \WP_REST_Response(
		array(
			'lines'    => $lines,
			'page'     => $page,
			'per_page' => $size,
			'more'     => $more,
		)
	);
}

function paid_lines( $order ) {
	$lines = array();
	foreach ( is_ours( $order ) ? $order->get_items( 'line_item' ) : array() as $item ) {
		$key = line_key( $order, $item->get_id() );
		$row = outbox_row_of( $key );
		// What is given back the CRM must not take any more; of what may be on its way its held cancellation asks.
		$off = is_given_back( $order, $item ) && ( ! $row || 'delivered' !== $row->state );
		if ( $off || ! is_for_crm( $order, $item ) || is_fresh( $row ) ) {
			continue;
		}
		$lines[] = paid_line( $key, line_payload( $order, $item ), $row );
	}
	return array_values( array_filter( $lines ) );
}

function is_fresh( $row ) {
	/**
	 * Seconds for which a line that waits is on its way by itself.
	 *
	 * @param int $seconds Seconds.
	 */
	$seconds = (int) apply_filters( 'smgcrm_fresh', FRESH_S );
	return $row && 'queued' === $row->state && $row->created_at > time() - $seconds;
}

// What was written down goes out, by either way: of one key the CRM takes one content. Null when it was withdrawn before it was
// marked as shown.
function paid_line( $key, $payload, $row ) {
	if ( $row ) {
		$tries = $row->attempts;
		hand_out( $row );
		$row = outbox_row( $row->id );
		if ( ! $row || 'withdrawn' === $row->state ) {
			return null;
		}
		$payload = json_decode( $row->payload, true );
	}
	return array(
		'wp_order_number' => (string) $payload['wp_order_number'],
		'item_id'         => (string) $payload['item_id'],
		'idempotency_key' => 'wp-' . $key,
		'state'           => $row ? $row->state : 'missing',
		'attempts'        => $row ? (int) $tries : 0,
		'last_error'      => $row ? $row->last_error : '',
		'crm_order_id'    => $row && $row->crm_order_id > 0 ? (int) $row->crm_order_id : null,
		'order'           => $payload,
	);
}

// Without WooCommerce the outbox itself is the list.
function direct_lines( $since, $page, $size ) {
	global $wpdb;
	$table = table( 'outbox' );
	// phpcs:ignore WordPress.DB
	$rows  = $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table WHERE kind = 'create' AND created_at >= %d ORDER BY id LIMIT %d OFFSET %d", $since, $size, ( $page - 1 ) * $size ) );
	$lines = array();
	foreach ( $rows as $row ) {
		if ( ! is_fresh( $row ) ) {
			$lines[] = paid_line( $row->event_key, array(), $row );
		}
	}
	return array( array_values( array_filter( $lines ) ), count( $rows ) === $size );
}
