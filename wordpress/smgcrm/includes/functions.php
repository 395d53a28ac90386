<?php
/**
 * For other plugins and themes.
 *
 * @package SmgCrm
 */

defined( 'ABSPATH' ) || exit;

/**
 * Puts an order of any origin into the outbox; the same number and item a second time is nothing new.
 *
 * @param array $order Fields of createOrder. wp_order_number, product_service and client_email are needed; item_id is '1' when
 *                     it is not given, url_site this site's address.
 * @return string|WP_Error The key of the row in the outbox.
 */
function smgcrm_send_order( $order ) {
	$order = is_array( $order ) ? $order : array();
	$order = array_merge(
		array(
			'item_id'  => '1',
			'url_site' => home_url(),
			'date'     => gmdate( 'Y-m-d\TH:i:s\Z' ),
		),
		$order
	);
	foreach ( array( 'wp_order_number', 'item_id', 'product_service', 'client_email' ) as $name ) {
		if ( ! isset( $order[ $name ] ) || ! is_scalar( $order[ $name ] ) || '' === trim( (string) $order[ $name ] ) ) {
			/* translators: %s: name of a field */
			return new WP_Error( 'smgcrm_invalid', sprintf( __( 'The field %s is missing.', 'smgcrm' ), $name ) );
		}
	}
	$number = trim( (string) $order['wp_order_number'] );
	$item   = trim( (string) $order['item_id'] );
	if ( strlen( $number ) > 64 || strlen( $item ) > 64 ) {
		return new WP_Error( 'smgcrm_invalid', __( 'The order number and the item id may have 64 characters.', 'smgcrm' ) );
	}
	$order['wp_order_number'] = $number;
	$order['item_id']         = $item;
	$key                      = 'direct-' . hash( 'sha256', strlen( $number ) . ':' . $number . $item );
	$added                    = SmgCrm\enqueue(
		array(
			'kind'            => 'create',
			'state'           => 'queued',
			'event_key'       => $key,
			'order_id'        => 0,
			'wp_order_number' => $number,
			'item_id'         => $item,
			'payload'         => $order,
		)
	);
	if ( ! $added && ! SmgCrm\outbox_row_of( $key ) ) {
		return new WP_Error( 'smgcrm_not_stored', __( 'The database did not take the order: it is not on its way.', 'smgcrm' ) );
	}
	return $key;
}

/**
 * What became of it: state, crm_order_id, crm_status, last_error; null when there is no such row.
 *
 * @param string $key What smgcrm_send_order() gave.
 */
function smgcrm_order_status( $key ) {
	$row = SmgCrm\outbox_row_of( (string) $key );
	if ( ! $row ) {
		return null;
	}
	return array(
		'state'        => $row->state,
		'crm_order_id' => (int) $row->crm_order_id,
		'crm_status'   => $row->crm_status,
		'last_error'   => $row->last_error,
	);
}

// For those who would rather not call a function that may not be there.
add_action( 'smgcrm_send_order', 'smgcrm_send_order' );

/**
 * Balance of a user's wallet as decimal text.
 *
 * @param int $user_id User.
 */
function smgcrm_wallet_balance( $user_id ) {
	return SmgCrm\amount( SmgCrm\balance_of( (int) $user_id ) );
}

/**
 * Credits or debits a wallet, once for each operation id. True, or what stood in the way.
 *
 * @param int    $user_id      User.
 * @param string $operation    credit or debit.
 * @param string $amount       Decimal text.
 * @param string $operation_id 8 to 64 letters, digits or any of . _ : -
 * @param string $reason       For people.
 */
function smgcrm_wallet_change( $user_id, $operation, $amount, $operation_id, $reason = '' ) {
	$units = SmgCrm\units( $amount );
	if ( null === $units || $units <= 0 || ! in_array( $operation, array( 'credit', 'debit' ), true ) || ! preg_match( '/^[A-Za-z0-9._:-]{8,64}$/D', $operation_id ) ) {
		return new WP_Error( 'smgcrm_invalid', __( 'The amount, the operation or its id is wrong.', 'smgcrm' ) );
	}
	list( $status, $answer ) = SmgCrm\change_wallet( (int) $user_id, $operation, $units, null, $operation_id, $reason );
	return 200 === $status ? true : new WP_Error( $answer['code'], $answer['code'], $answer );
}
