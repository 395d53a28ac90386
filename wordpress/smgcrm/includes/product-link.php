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
	add_filter( 'woocommerce_add_to_cart_validation', __NAMESPACE__ . '\\require_link', 10, 2 );
	add_filter( 'woocommerce_add_cart_item_data', __NAMESPACE__ . '\\keep_link', 10, 2 );
	add_filter( 'woocommerce_get_item_data', __NAMESPACE__ . '\\show_link', 10, 2 );
	add_action( 'woocommerce_checkout_create_order_line_item', __NAMESPACE__ . '\\save_link', 10, 3 );
}

function asks_link( $product_id ) {
	$product = setting( 'ask_link' ) ? wc_get_product( $product_id ) : null;
	return $product && '' !== product_field( $product, 'service_id' );
}

function posted_link() {
	// phpcs:ignore WordPress.Security.NonceVerification -- WooCommerce's form, which anybody may send.
	return isset( $_POST['smgcrm_link'] ) && is_string( $_POST['smgcrm_link'] ) ? cut( sanitize_text_field( wp_unslash( $_POST['smgcrm_link'] ) ), 2048 ) : '';
}

function print_link_field() {
	global $product;
	if ( ! $product || ! asks_link( $product->get_id() ) ) {
		return;
	}
	printf(
		'<p class="smgcrm-link"><label for="smgcrm_link">%s</label> <input type="text" id="smgcrm_link" name="smgcrm_link" maxlength="2048" required></p>',
		esc_html__( 'Link to your page or post', 'smgcrm' )
	);
}

function require_link( $passed, $product_id ) {
	if ( $passed && asks_link( $product_id ) && '' === posted_link() ) {
		wc_add_notice( __( 'Please give the link to your page or post.', 'smgcrm' ), 'error' );
		return false;
	}
	return $passed;
}

function keep_link( $data, $product_id ) {
	$link = posted_link();
	if ( '' !== $link && asks_link( $product_id ) ) {
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
