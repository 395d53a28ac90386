<?php
/**
 * The front page of the shop that `./dev wordpress up` starts: products to buy, paid at once, and what became of the orders.
 */

// phpcs:disable
add_action( 'template_redirect', function () {
	global $wpdb;
	if ( 'POST' === $_SERVER['REQUEST_METHOD'] && isset( $_POST['product'] ) ) {
		$order = wc_create_order( array( 'billing_email' => sanitize_email( wp_unslash( $_POST['email'] ) ), 'payment_method' => 'demo' ) );
		$item  = $order->add_product( wc_get_product( (int) $_POST['product'] ), max( 1, (int) $_POST['quantity'] ) );
		$order->items[ $item ]->update_meta_data( 'url', esc_url_raw( wp_unslash( $_POST['link'] ) ) );
		$order->payment_complete();
		wp_safe_redirect( home_url( '/' ) );
		exit;
	}
	echo '<!doctype html><meta charset="utf-8"><title>Shop</title><meta http-equiv="refresh" content="10"><style>body{font:16px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td{padding:.2em 1em .2em 0;vertical-align:top}input,select,button{font:inherit;padding:.3em}</style>';
	echo '<h1>Shop</h1><form method="post"><select name="product" aria-label="Product">';
	foreach ( get_posts( array( 'post_type' => 'product', 'numberposts' => 50, 'orderby' => 'ID', 'order' => 'ASC' ) ) as $product ) {
		printf( '<option value="%d">%s: %s UAH</option>', $product->ID, esc_html( $product->post_title ), esc_html( get_post_meta( $product->ID, '_price', true ) ) );
	}
	printf( '</select> <input name="quantity" type="number" min="1" value="1" aria-label="Quantity" style="width:4em"> <input name="link" required aria-label="Link" value="https://instagram.com/p%d"> <input name="email" type="email" required aria-label="E-mail" value="olena@example.com"> <button>Buy, paid at once</button></form>', wp_rand( 1000, 9999 ) );
	echo '<h2>Orders</h2><table>';
	foreach ( $wpdb->get_results( "SELECT id FROM stand_in_orders WHERE type = 'shop_order' ORDER BY id DESC LIMIT 20" ) as $one ) {
		$notes = $wpdb->get_col( $wpdb->prepare( 'SELECT note FROM stand_in_notes WHERE order_id = %d ORDER BY id', $one->id ) );
		printf( '<tr><td><a href="%s">#%d</a></td><td>%s</td></tr>', esc_url( admin_url( 'post.php?action=edit&post=' . $one->id ) ), $one->id, $notes ? implode( '<br>', array_map( 'esc_html', $notes ) ) : 'on its way' );
	}
	echo '</table>';
	exit;
} );
