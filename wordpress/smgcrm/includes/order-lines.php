<?php
/**
 * What createOrder is told of a line of a WooCommerce order.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const MOST_PIECES = 1000000000; // As the CRM has it.

/** Fields that the order types of suppliers know besides link and quantity. */
function type_fields() {
	return array( 'runs', 'interval', 'keywords', 'comments', 'usernames', 'hashtags', 'hashtag', 'username', 'media', 'answer_number', 'groups', 'min', 'max', 'posts', 'old_posts', 'delay', 'expiry', 'country', 'device', 'type_of_traffic', 'google_keyword', 'referring_url' );
}

/**
 * One of our fields of a product: its own, or its parent's when a variation has none.
 *
 * @param \WC_Product|false $product Product.
 * @param string            $name    supplier_id, service_id, order_type or quantity.
 */
function product_field( $product, $name ) {
	if ( ! $product ) {
		return '';
	}
	$own = trim( (string) $product->get_meta( '_smgcrm_' . $name ) );
	if ( '' !== $own || ! $product->get_parent_id() ) {
		return $own;
	}
	$parent = wc_get_product( $product->get_parent_id() );
	return $parent ? trim( (string) $parent->get_meta( '_smgcrm_' . $name ) ) : '';
}

/**
 * How many pieces a text of people or of an import says, or null when that cannot be told for sure. Spaces between its digits are
 * of no account, whichever they are.
 */
function pieces_of( $text ) {
	$text = (string) preg_replace( '/[\s\p{Z}\x{200B}\x{2060}\x{FEFF}]+/u', '', (string) $text );
	return preg_match( '/^0*[1-9]\d{0,9}$/D', $text ) && (int) $text <= MOST_PIECES ? (int) $text : null;
}

// What cannot be told goes as it stands and is no number, so the CRM refuses it and a person looks: one piece would be delivered
// for a thousand that were paid.
function line_pieces( $item ) {
	$said  = line_field( $item, 'quantity' );
	$units = max( 1, (int) $item->get_quantity() );
	$per   = '' === $said ? 1 : pieces_of( $said );
	return null === $per ? $said . ' × ' . $units : $per * $units;
}

// The line may say otherwise than its product, which may be gone meanwhile.
function line_field( $item, $name ) {
	$own = trim( (string) $item->get_meta( '_smgcrm_' . $name ) );
	return '' !== $own ? $own : product_field( $item->get_product(), $name );
}

/** Whether a line is for the CRM: its product names a service, unless all lines are to be sent. */
function is_for_crm( $order, $item ) {
	$wanted = setting( 'send_all' ) || '' !== line_field( $item, 'service_id' );
	/**
	 * Whether this line is sent to the CRM.
	 *
	 * @param bool                   $wanted Whether.
	 * @param \WC_Order_Item_Product $item   Line.
	 * @param \WC_Order              $order  Order.
	 */
	return (bool) apply_filters( 'smgcrm_send_item', $wanted, $item, $order );
}

/**
 * The body of createOrder for one line.
 *
 * @param \WC_Order              $order Order.
 * @param \WC_Order_Item_Product $item  Line.
 */
function line_payload( $order, $item ) {
	$paid    = $order->get_date_paid();
	$payload = array(
		'wp_order_number'     => (string) $order->get_order_number(),
		'item_id'             => (string) $item->get_id(),
		'product_service'     => cut( $item->get_name(), 255 ),
		'quantity'            => line_pieces( $item ),
		'url'                 => link_of( $order, $item ),
		'client_email'        => email_of( $order ),
		'telegram'            => cut( meta_of( $order, $item, array( 'smgcrm_telegram', 'telegram', 'Telegram' ) ), 255 ),
		'url_site'            => home_url(),
		'total_amount'        => price( amount( units_of( $item->get_total() ) + units_of( $item->get_total_tax() ) ) ),
		'currency'            => $order->get_currency(),
		'type_payment'        => cut( (string) $order->get_payment_method(), 64 ),
		'notes'               => cut( (string) $order->get_customer_note(), 10000 ),
		'date'                => gmdate( 'Y-m-d\TH:i:s\Z', $paid ? $paid->getTimestamp() : time() ),
		'supplier_id'         => line_field( $item, 'supplier_id' ),
		'supplier_service_id' => line_field( $item, 'service_id' ),
		'order_type'          => line_field( $item, 'order_type' ),
	);
	foreach ( type_fields() as $name ) {
		$payload[ $name ] = trim( (string) $item->get_meta( 'smgcrm_' . $name ) );
	}
	$payload = array_filter(
		$payload,
		function ( $value ) {
			return null !== $value && '' !== $value;
		}
	);
	/**
	 * The body of createOrder.
	 *
	 * @param array                  $payload Fields.
	 * @param \WC_Order_Item_Product $item    Line.
	 * @param \WC_Order              $order   Order.
	 */
	return (array) apply_filters( 'smgcrm_order_payload', $payload, $item, $order );
}

function email_of( $order ) {
	$email = trim( (string) $order->get_billing_email() );
	if ( '' === $email && $order->get_customer_id() ) {
		$user  = get_userdata( $order->get_customer_id() );
		$email = $user ? $user->user_email : '';
	}
	return $email;
}

function link_of( $order, $item ) {
	$names = array_filter( array_map( 'trim', explode( ',', (string) setting( 'link_fields' ) ) ) );
	return cut( meta_of( $order, $item, $names ), 2048 );
}

// The first that is there: of the line, then of the order.
function meta_of( $order, $item, $names ) {
	foreach ( array( $item, $order ) as $one ) {
		foreach ( $names as $name ) {
			$value = $one->get_meta( $name );
			if ( is_scalar( $value ) && '' !== trim( (string) $value ) ) {
				return trim( (string) $value );
			}
		}
	}
	return '';
}

function cut( $text, $most ) {
	return function_exists( 'mb_substr' ) ? mb_substr( $text, 0, $most ) : substr( $text, 0, $most );
}
