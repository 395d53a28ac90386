<?php
/**
 * From WooCommerce's orders to the outbox. Every way to be paid leads to order_paid(); the key of a line makes the second and
 * the tenth of them nothing new.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_orders() {
	$paid = __NAMESPACE__ . '\\order_paid_safely';
	foreach ( array( 'payment_complete', 'order_status_processing', 'order_status_completed', 'payment_complete_order_status_processing', 'payment_complete_order_status_completed', 'order_status_changed' ) as $hook ) {
		add_action( 'woocommerce_' . $hook, $paid, 20, 1 );
	}
	add_action( 'woocommerce_order_status_cancelled', __NAMESPACE__ . '\\order_cancelled', 20, 1 );
	add_action( 'woocommerce_order_status_refunded', __NAMESPACE__ . '\\order_refunded', 20, 1 );
	add_action( 'woocommerce_order_refunded', __NAMESPACE__ . '\\refund_made', 20, 2 );
}

/** Orders that were paid before are not ours: whoever served them then did it. */
function serves_since() {
	$since = (int) get_option( 'smgcrm_since' );
	if ( 0 === $since ) {
		$since = time();
		add_option( 'smgcrm_since', $since );
	}
	return $since;
}

// Whatever goes wrong here must not break somebody's payment or refund: WooCommerce deletes a refund whose hooks throw, after the
// money went back. The sweep comes again.
function safely( $what, $order_id, ...$more ) {
	try {
		call_user_func( __NAMESPACE__ . '\\' . $what, $order_id, ...$more );
	} catch ( \Throwable $problem ) {
		error_log( 'smgcrm: order ' . (int) $order_id . ': ' . $problem->getMessage() ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions
	}
}

function order_paid_safely( $order_id ) {
	safely( 'order_paid', $order_id );
}

function is_paid( $order ) {
	/**
	 * Whether an order is paid, so that its lines go to the CRM.
	 *
	 * @param bool      $paid  Whether.
	 * @param \WC_Order $order Order.
	 */
	return (bool) apply_filters( 'smgcrm_order_is_paid', $order->has_status( wc_get_is_paid_statuses() ), $order );
}

/** Whether an order is paid, and was when we were here. */
function is_ours( $order ) {
	if ( ! $order || 'shop_order' !== $order->get_type() || ! is_paid( $order ) ) {
		return false;
	}
	// WooCommerce writes no date of payment when a gateway sets another paid status than the one that it expects.
	$when = $order->get_date_paid() ? $order->get_date_paid() : $order->get_date_created();
	return ! $when || $when->getTimestamp() >= serves_since();
}

/** Puts the lines of a paid order into the outbox. */
function order_paid( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( ! is_ours( $order ) ) {
		return;
	}
	foreach ( $order->get_items( 'line_item' ) as $item ) {
		if ( ! is_for_crm( $order, $item ) || is_given_back( $order, $item ) ) {
			continue;
		}
		$key     = line_key( $order, $item->get_id() );
		$payload = line_payload( $order, $item );
		if ( ! enqueue( line_row( $order, $item, 'create', $key, $payload ) ) ) {
			put_back( $key, $payload );
			wanted_again( $order, $item->get_id() );
		}
	}
}

/** What was given back of a line: pieces, and units of money with their tax. */
function refunded_of( $order, $item_id ) {
	$pieces = 0;
	$units  = 0;
	foreach ( $order->get_refunds() as $refund ) {
		foreach ( $refund->get_items( 'line_item' ) as $line ) {
			if ( (int) $line->get_meta( '_refunded_item_id' ) === (int) $item_id ) {
				$pieces += abs( (int) $line->get_quantity() );
				$units  += abs( units_of( $line->get_total() ) ) + abs( units_of( $line->get_total_tax() ) );
			}
		}
	}
	return array( $pieces, $units );
}

/** Whether nothing of a line is wanted any more: all of its pieces are taken back, or all of its money is. */
function is_given_back( $order, $item ) {
	list( $pieces, $units ) = refunded_of( $order, $item->get_id() );
	$paid                   = units_of( $item->get_total() ) + units_of( $item->get_total_tax() );
	return ( $pieces > 0 && $pieces >= (int) $item->get_quantity() ) || ( $units > 0 && $units >= $paid );
}

/** The order and the line that a row of the outbox is about; nulls when they are gone, or the row is of no shop order. */
function line_of_row( $row ) {
	$order = 'create' === $row->kind && $row->order_id > 0 && function_exists( 'wc_get_order' ) ? wc_get_order( (int) $row->order_id ) : null;
	$item  = $order ? $order->get_item( (int) $row->item_id ) : null;
	return $item ? array( $order, $item ) : array( null, null );
}

/** What createOrder would be told now, or null when the order or its line is gone. */
function payload_now( $row ) {
	list( $order, $item ) = line_of_row( $row );
	return $item ? array_merge( line_payload( $order, $item ), array( 'wp_order_number' => $row->wp_order_number ) ) : null;
}

/** Whether nobody pays for a row's line any more. */
function is_off( $row ) {
	list( $order, $item ) = line_of_row( $row );
	return $item && ( ! is_paid( $order ) || is_given_back( $order, $item ) );
}

function off_key( $order, $item_id ) {
	return 'off-' . $order->get_id() . '-' . (int) $item_id;
}

// A line that was cancelled is paid again. What the CRM was told it does not take back by itself: a person has to.
function wanted_again( $order, $item_id ) {
	$off = outbox_row_of( off_key( $order, $item_id ) );
	if ( ! $off || take_cancel_back( $off->id ) || 'delivered' !== $off->state ) {
		return;
	}
	$words = __( 'Paid again after the CRM was told that it is cancelled: look at the order there.', 'smgcrm' );
	if ( fail_delivered( $off->id, $words ) ) {
		add_note( $order->get_id(), 'SMG CRM: ' . $words );
	}
}

function line_key( $order, $item_id ) {
	return 'order-' . $order->get_id() . '-' . (int) $item_id;
}

function line_row( $order, $item, $kind, $key, $payload ) {
	return array(
		'kind'            => $kind,
		'state'           => 'queued',
		'event_key'       => $key,
		'order_id'        => $order->get_id(),
		'wp_order_number' => isset( $payload['wp_order_number'] ) ? (string) $payload['wp_order_number'] : (string) $order->get_order_number(),
		'item_id'         => isset( $payload['item_id'] ) ? (string) $payload['item_id'] : (string) $item->get_id(),
		'payload'         => $payload,
	);
}

function order_cancelled( $order_id ) {
	safely( 'whole_order_is_off', $order_id, 'cancelled' );
}

function order_refunded( $order_id ) {
	safely( 'whole_order_is_off', $order_id, 'refunded' );
}

function whole_order_is_off( $order_id, $reason ) {
	$order = wc_get_order( $order_id );
	foreach ( $order ? $order->get_items( 'line_item' ) : array() as $item ) {
		$amount = price( amount( units_of( $item->get_total() ) + units_of( $item->get_total_tax() ) ) );
		tell_cancelled( $order, $item->get_id(), '', $reason, $amount, (int) $item->get_quantity(), true );
	}
}

function refund_made( $order_id, $refund_id ) {
	safely( 'tell_refund', $order_id, $refund_id );
}

/**
 * A refund of lines, or of an amount of the whole order. The refund that WooCommerce makes by itself for a refunded order says
 * no lines and follows its status, which has been told.
 */
function tell_refund( $order_id, $refund_id ) {
	$order  = wc_get_order( $order_id );
	$refund = wc_get_order( $refund_id );
	if ( ! $order || ! $refund ) {
		return;
	}
	$told = 0;
	foreach ( $refund->get_items( 'line_item' ) as $line ) {
		$item_id = (int) $line->get_meta( '_refunded_item_id' );
		$item    = $item_id > 0 ? $order->get_item( $item_id ) : null;
		if ( ! $item ) {
			continue;
		}
		$units = abs( units_of( $line->get_total() ) ) + abs( units_of( $line->get_total_tax() ) );
		$whole = is_given_back( $order, $item );
		tell_cancelled( $order, $item_id, 'refund-' . $refund_id, $whole ? 'refunded' : 'refunded_partly', price( amount( $units ) ), abs( (int) $line->get_quantity() ), $whole );
		++$told;
	}
	if ( 0 === $told && ! $order->has_status( 'refunded' ) ) {
		foreach ( $order->get_items( 'line_item' ) as $item ) {
			tell_cancelled( $order, $item->get_id(), 'refund-' . $refund_id, 'refunded_partly', price( (string) $refund->get_amount() ), 0, false );
		}
	}
}

/**
 * Tells the CRM about one line, once. An order that was never sent is taken out of the outbox instead.
 *
 * @param bool $whole Whether nothing of the line is wanted any more.
 */
function tell_cancelled( $order, $item_id, $event, $reason, $amount, $quantity, $whole ) {
	$create = outbox_row_of( line_key( $order, $item_id ) );
	if ( ! $create || in_array( $create->state, array( 'withdrawn', 'dismissed', 'failed' ), true ) ) {
		return;
	}
	if ( $whole && withdraw( $create->event_key ) ) {
		return;
	}
	// Cancelled, then refunded, by a button and by a status: nothing of it is wanted, once.
	$row = array(
		'kind'            => 'cancel',
		'state'           => 'delivered' === $create->state ? 'queued' : 'held',
		'event_key'       => $whole ? off_key( $order, $item_id ) : $event . '-' . (int) $item_id,
		'order_id'        => $order->get_id(),
		'wp_order_number' => $create->wp_order_number,
		'item_id'         => $create->item_id,
		'payload'         => array(
			'order_id'        => $create->crm_order_id > 0 ? (int) $create->crm_order_id : null,
			'wp_order_number' => $create->wp_order_number,
			'item_id'         => $create->item_id,
			'reason'          => $reason,
			'amount'          => $amount,
			'currency'        => $order->get_currency(),
			'quantity'        => $quantity,
			'date'            => gmdate( 'Y-m-d\TH:i:s\Z' ),
		),
	);
	if ( ! enqueue( $row ) ) {
		cancel_again( $row );
	}
}
