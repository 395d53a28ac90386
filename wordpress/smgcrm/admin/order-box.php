<?php
/**
 * The box on an order's screen, of both of WooCommerce's storages.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_order_box() {
	add_action( 'add_meta_boxes', __NAMESPACE__ . '\\add_order_box' );
}

function add_order_box() {
	$screens = array( 'shop_order' );
	if ( function_exists( 'wc_get_page_screen_id' ) ) {
		$screens[] = wc_get_page_screen_id( 'shop-order' );
	}
	foreach ( array_unique( $screens ) as $screen ) {
		add_meta_box( 'smgcrm_order', 'SMG CRM', __NAMESPACE__ . '\\print_order_box', $screen, 'side' );
	}
}

/**
 * Prints the box.
 *
 * @param \WP_Post|\WC_Order $shown What the screen shows.
 */
function print_order_box( $shown ) {
	$id   = $shown instanceof \WP_Post ? $shown->ID : $shown->get_id();
	$rows = current_user_can( MANAGES ) ? outbox_rows_of_order( $id ) : array();
	if ( ! $rows ) {
		echo '<p>' . esc_html__( 'Nothing of this order is in SMG CRM.', 'smgcrm' ) . '</p>';
		return;
	}
	$names = state_names();
	echo '<ul>';
	foreach ( $rows as $row ) {
		$data = json_decode( $row->crm_order, true );
		echo '<li><strong>' . esc_html( 'cancel' === $row->kind ? __( 'Cancellation', 'smgcrm' ) : name_of_line( $row ) ) . '</strong><br>';
		echo esc_html( isset( $names[ $row->state ] ) ? $names[ $row->state ] : $row->state );
		if ( $row->crm_order_id > 0 ) {
			/* translators: 1: number, 2: status */
			echo '<br>' . esc_html( sprintf( __( 'Order %1$d in the CRM: %2$s', 'smgcrm' ), $row->crm_order_id, status_name( $row->crm_status ) ) );
			echo '<br>' . esc_html( details_of( is_array( $data ) ? $data : array() ) );
		}
		if ( '' !== $row->last_error ) {
			echo '<br><em>' . esc_html( $row->last_error ) . '</em>';
		}
		echo '</li>';
	}
	printf( '</ul><p><a href="%s">%s</a></p>', esc_url( outbox_url() ), esc_html__( 'Outbox', 'smgcrm' ) );
}
