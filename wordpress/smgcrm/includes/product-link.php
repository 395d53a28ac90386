<?php
/**
 * Asks the customer for the link on the product's page, where no other plugin does: switched on in the settings.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_product_link() {
	add_action( 'woocommerce_before_add_to_cart_button', __NAMESPACE__ . '\\print_link_field' );
	add_filter( 'woocommerce_add_to_cart_validation', __NAMESPACE__ . '\\require_link', 10, 4 );
	add_filter( 'woocommerce_add_cart_item_data', __NAMESPACE__ . '\\keep_link', 10, 3 );
	add_filter( 'woocommerce_get_item_data', __NAMESPACE__ . '\\show_link', 10, 2 );
	add_action( 'woocommerce_checkout_create_order_line_item', __NAMESPACE__ . '\\save_link', 10, 3 );
}

function asks_link( $product_id ) {
	$product = setting( 'ask_link' ) ? wc_get_product( $product_id ) : null;
	return $product && '' !== product_field( $product, 'service_id' );
}

// A variable product may name services on its variations alone.
function has_part_that_asks( $product ) {
	foreach ( setting( 'ask_link' ) ? $product->get_children() : array() as $id ) {
		if ( asks_link( $id ) ) {
			return true;
		}
	}
	return false;
}

// As it was given: WordPress's own cleaning of texts takes each %XX out of a link. Who prints it escapes it.
function posted_link() {
	// phpcs:ignore WordPress.Security -- WooCommerce's form, which anybody may send.
	$given = isset( $_POST['smgcrm_link'] ) && is_string( $_POST['smgcrm_link'] ) ? wp_check_invalid_utf8( wp_unslash( $_POST['smgcrm_link'] ) ) : '';
	return cut( (string) preg_replace( '/[\p{Cc}\p{Z}<>"]+/u', '', $given ), 2048 );
}

function print_link_field() {
	global $product;
	$always = $product && asks_link( $product->get_id() );
	if ( ! $always && ( ! $product || ! has_part_that_asks( $product ) ) ) {
		return;
	}
	// Where only some of the variations need it, require_link() knows which was chosen.
	printf(
		'<p class="smgcrm-link"><label for="smgcrm_link">%s</label> <input type="text" id="smgcrm_link" name="smgcrm_link" maxlength="2048"%s></p>',
		esc_html__( 'Link to your page or post', 'smgcrm' ),
		$always ? ' required' : ''
	);
}

function require_link( $passed, $product_id, $quantity = 1, $variation_id = 0 ) {
	if ( $passed && asks_link( $variation_id ? $variation_id : $product_id ) && '' === posted_link() ) {
		wc_add_notice( __( 'Please give the link to your page or post.', 'smgcrm' ), 'error' );
		return false;
	}
	return $passed;
}

function keep_link( $data, $product_id, $variation_id = 0 ) {
	$link = posted_link();
	if ( '' !== $link && asks_link( $variation_id ? $variation_id : $product_id ) ) {
		$data['smgcrm_link'] = $link;
	}
	return $data;
}

function show_link( $rows, $cart_item ) {
	if ( ! empty( $cart_item['smgcrm_link'] ) ) {
		$rows[] = array(
			'key'   => __( 'Link', 'smgcrm' ),
			'value' => $cart_item['smgcrm_link'],
		);
	}
	return $rows;
}

function save_link( $item, $cart_item_key, $values ) {
	if ( ! empty( $values['smgcrm_link'] ) ) {
		$item->add_meta_data( 'smgcrm_link', $values['smgcrm_link'], true );
	}
}
