<?php
/**
 * What the shop sells, and which service of which supplier stands behind it.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const MOST_PER_PAGE = 500;

/**
 * One page of products and variations, oldest first, so that pages do not shift while they are read.
 *
 * @param array $asked page, per_page, modified_after (unix, 0: all), services (only those with a service).
 * @return array rows and total.
 */
function list_products( array $asked ) {
	if ( ! function_exists( 'wc_get_product' ) ) {
		/**
		 * Products of a shop without WooCommerce: array( 'rows' => …, 'total' => … ), rows as get-products gives them.
		 *
		 * @param array $found None.
		 * @param array $asked page, per_page, modified_after, services.
		 */
		return (array) apply_filters(
			'smgcrm_products',
			array(
				'rows'  => array(),
				'total' => 0,
			),
			$asked
		);
	}
	$query = array(
		'post_type'        => array( 'product', 'product_variation' ),
		'post_status'      => array( 'publish', 'private', 'draft', 'pending', 'future' ),
		'fields'           => 'ids',
		'posts_per_page'   => $asked['per_page'],
		'paged'            => $asked['page'],
		'orderby'          => 'ID',
		'order'            => 'ASC',
		'suppress_filters' => true, // All languages of a shop that has several.
	);
	if ( $asked['modified_after'] > 0 ) {
		$query['date_query'] = array(
			array(
				'column'    => 'post_modified_gmt',
				'after'     => gmdate( 'Y-m-d H:i:s', $asked['modified_after'] ),
				'inclusive' => true,
			),
		);
	}
	if ( $asked['services'] ) {
		$query['post__in'] = array_merge( array( 0 ), ids_with_service() );
	}
	$found = new \WP_Query( $query );
	_prime_post_caches( $found->posts, true, true );
	$rows = array();
	foreach ( $found->posts as $id ) {
		$product = wc_get_product( $id );
		if ( $product ) {
			$rows[] = product_row( $product );
		}
	}
	return array(
		'rows'  => $rows,
		'total' => (int) $found->found_posts,
	);
}

// Products that name a service, and the variations of those that do.
function ids_with_service() {
	global $wpdb;
	// phpcs:disable WordPress.DB
	$own   = $wpdb->get_col( "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = '_smgcrm_service_id' AND meta_value <> ''" );
	$below = $wpdb->get_col( "SELECT p.ID FROM $wpdb->posts p JOIN $wpdb->postmeta m ON m.post_id = p.post_parent WHERE p.post_type = 'product_variation' AND m.meta_key = '_smgcrm_service_id' AND m.meta_value <> ''" );
	// phpcs:enable
	return array_values( array_unique( array_map( 'intval', array_merge( $own, $below ) ) ) );
}

/**
 * One product as the CRM gets it.
 *
 * @param \WC_Product $product Product.
 */
function product_row( $product ) {
	$modified = $product->get_date_modified();
	$stock    = $product->get_stock_quantity();
	return array(
		'id'             => $product->get_id(),
		'parent_id'      => (int) $product->get_parent_id(),
		'type'           => $product->get_type(),
		'name'           => $product->get_name(),
		'sku'            => (string) $product->get_sku(),
		'status'         => $product->get_status(),
		'price'          => price( $product->get_price() ),
		'regular_price'  => price( $product->get_regular_price() ),
		'sale_price'     => price( $product->get_sale_price() ),
		'currency'       => currency(),
		'stock_status'   => $product->get_stock_status(),
		'stock_quantity' => null === $stock ? null : (int) $stock,
		'categories'     => categories_of( $product ),
		'supplier_id'    => text_or_null( product_field( $product, 'supplier_id' ) ),
		'service_id'     => text_or_null( product_field( $product, 'service_id' ) ),
		'order_type'     => text_or_null( product_field( $product, 'order_type' ) ),
		'quantity'       => pieces_of( product_field( $product, 'quantity' ) ),
		'modified_at'    => $modified ? gmdate( 'Y-m-d\TH:i:s\Z', $modified->getTimestamp() ) : null,
		'permalink'      => $product->get_permalink(),
	);
}

function text_or_null( $text ) {
	return '' === $text ? null : $text;
}

function categories_of( $product ) {
	$of    = $product->get_parent_id() ? $product->get_parent_id() : $product->get_id();
	$terms = get_the_terms( $of, 'product_cat' );
	$rows  = array();
	foreach ( is_array( $terms ) ? $terms : array() as $term ) {
		$rows[] = array(
			'id'   => (int) $term->term_id,
			'name' => $term->name,
			'slug' => $term->slug,
		);
	}
	return $rows;
}
