<?php
/**
 * Looks through the shop's orders for what no event told: the outbox's commit is not the order's, and an event comes once.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const SWEPT_S    = 691200; // Eight days back.
const SWEEP_PAGE = 100;

/**
 * Ids of paid orders since a time, the oldest (`ASC`) or the newest (`DESC`) first. All at once, as one list is cut into pages more
 * surely than two.
 */
function paid_order_ids( $since, $order = 'ASC' ) {
	$paid = wc_get_is_paid_statuses();
	// Of an order without a date of payment only its making is known, which may have been days before. All others that were made
	// since then have a date since then.
	$from    = max( $since - SWEPT_S, serves_since() );
	$undated = array_diff( order_ids( $paid, 'date_created', $from ), order_ids( $paid, 'date_paid', $from ) );
	$ids     = array_unique( array_merge( order_ids( $paid, 'date_paid', $since ), $undated ) );
	'DESC' === $order ? rsort( $ids ) : sort( $ids );
	return $ids;
}

function order_ids( $statuses, $date, $since ) {
	$ids = wc_get_orders(
		array(
			'type'    => 'shop_order',
			'status'  => $statuses,
			$date     => '>=' . $since,
			'limit'   => -1,
			'orderby' => 'ID',
			'order'   => 'DESC',
			'return'  => 'ids',
		)
	);
	return array_map( 'intval', $ids );
}

/** The newest first, should time run out. */
function sweep_orders() {
	if ( ! function_exists( 'wc_get_orders' ) ) {
		return;
	}
	$since = max( time() - SWEPT_S, serves_since() );
	$until = microtime( true ) + RUN_S;
	foreach ( array_chunk( paid_order_ids( $since, 'DESC' ), SWEEP_PAGE ) as $ids ) {
		if ( microtime( true ) >= $until ) {
			break;
		}
		foreach ( $ids as $id ) {
			order_paid_safely( $id );
		}
		forget_objects();
	}
	foreach ( array_chunk( order_ids( array( 'cancelled', 'refunded' ), 'date_modified', $since ), SWEEP_PAGE ) as $ids ) {
		foreach ( orders_not_told( $ids ) as $id ) {
			safely( 'tell_if_off', $id );
		}
		forget_objects();
	}
}

function tell_if_off( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( $order && $order->has_status( array( 'cancelled', 'refunded' ) ) ) {
		whole_order_is_off( $order_id, $order->get_status() );
	}
}

/** Those of these orders of which the CRM has a line, or may have, and has not been told that it is off. */
function orders_not_told( array $ids ) {
	global $wpdb;
	$table = table( 'outbox' );
	$marks = implode( ', ', array_fill( 0, count( $ids ), '%d' ) );
	// The keys of a line's two rows are made by line_key() and off_key().
	// phpcs:ignore WordPress.DB
	$found = $wpdb->get_col( $wpdb->prepare( "SELECT DISTINCT c.order_id FROM $table c LEFT JOIN $table o ON o.event_key = REPLACE(c.event_key, 'order-', 'off-') AND o.state <> 'withdrawn' WHERE c.kind = 'create' AND c.state IN ('queued', 'sending', 'delivered') AND c.order_id IN ($marks) AND o.id IS NULL", $ids ) );
	return array_map( 'intval', $found );
}

// What was read of one page of orders is in the way of the next: a big shop has no memory for all of them.
function forget_objects() {
	if ( function_exists( 'wp_cache_supports' ) && wp_cache_supports( 'flush_runtime' ) ) {
		wp_cache_flush_runtime();
	}
}
