<?php
/**
 * Our fields on a product and on its variations.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_product_fields() {
	add_action( 'woocommerce_product_options_general_product_data', __NAMESPACE__ . '\\print_product_fields' );
	add_action( 'woocommerce_admin_process_product_object', __NAMESPACE__ . '\\save_product_fields' );
	add_action( 'woocommerce_product_after_variable_attributes', __NAMESPACE__ . '\\print_variation_fields', 10, 3 );
	add_action( 'woocommerce_admin_process_variation_object', __NAMESPACE__ . '\\save_variation_fields', 10, 2 );
}

function product_fields() {
	return array(
		'supplier_id' => __( 'Supplier\'s number in SMG CRM', 'smgcrm' ),
		'service_id'  => __( 'Number of the service at the supplier', 'smgcrm' ),
		'order_type'  => __( 'Type of the service (Default when empty)', 'smgcrm' ),
		'quantity'    => __( 'How many pieces one sold unit is', 'smgcrm' ),
	);
}

function print_product_fields() {
	global $post;
	$product = $post ? wc_get_product( $post->ID ) : null;
	echo '<div class="options_group">';
	foreach ( product_fields() as $name => $title ) {
		woocommerce_wp_text_input(
			array(
				'id'    => '_smgcrm_' . $name,
				'label' => $title,
				'value' => $product ? (string) $product->get_meta( '_smgcrm_' . $name ) : '',
			)
		);
	}
	echo '</div>';
}

// WooCommerce has checked its nonce and the right to edit before it calls this.
function save_product_fields( $product ) {
	foreach ( product_fields() as $name => $title ) {
		if ( isset( $_POST[ '_smgcrm_' . $name ] ) ) { // phpcs:ignore WordPress.Security.NonceVerification
			save_product_field( $product, $name, wp_unslash( $_POST[ '_smgcrm_' . $name ] ) ); // phpcs:ignore WordPress.Security
		}
	}
}

function print_variation_fields( $loop, $data, $variation ) {
	$product = wc_get_product( $variation->ID );
	echo '<div>';
	foreach ( product_fields() as $name => $title ) {
		woocommerce_wp_text_input(
			array(
				'id'            => 'smgcrm_' . $name . '_' . $loop,
				'name'          => 'smgcrm_variation_' . $name . '[' . $loop . ']',
				'label'         => $title,
				'wrapper_class' => 'form-row form-row-full',
				'value'         => $product ? (string) $product->get_meta( '_smgcrm_' . $name ) : '',
			)
		);
	}
	echo '</div>';
}

function save_variation_fields( $variation, $loop ) {
	foreach ( product_fields() as $name => $title ) {
		if ( isset( $_POST[ 'smgcrm_variation_' . $name ][ $loop ] ) ) { // phpcs:ignore WordPress.Security.NonceVerification
			save_product_field( $variation, $name, wp_unslash( $_POST[ 'smgcrm_variation_' . $name ][ $loop ] ) ); // phpcs:ignore WordPress.Security
		}
	}
}

function save_product_field( $product, $name, $value ) {
	$typed = is_string( $value ) ? trim( $value ) : '';
	$value = cut( sanitize_text_field( $typed ), 64 );
	if ( 'quantity' === $name && '' !== $typed ) {
		$pieces = pieces_of( $typed );
		if ( null === $pieces ) {
			refuse_pieces( $value );
			return;
		}
		$value = (string) $pieces;
	}
	if ( '' === $value ) {
		$product->delete_meta_data( '_smgcrm_' . $name );
	} else {
		$product->update_meta_data( '_smgcrm_' . $name, $value );
	}
}

// One piece in place of a thousand would be sold until somebody looks, so nothing is guessed.
function refuse_pieces( $value ) {
	if ( is_callable( array( 'WC_Admin_Meta_Boxes', 'add_error' ) ) ) {
		/* translators: %s: what was typed */
		\WC_Admin_Meta_Boxes::add_error( sprintf( __( 'SMG CRM: "%s" is not a number of pieces (1 to 1000000000, digits alone). The old one was kept.', 'smgcrm' ), esc_html( $value ) ) );
	}
}
