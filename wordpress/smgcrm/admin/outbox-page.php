<?php
/**
 * SMG CRM → Outbox: what was sent, what waits, what failed and why.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const OUTBOX_PAGE_ROWS = 50;

function boot_outbox_page() {
	add_action( 'admin_post_smgcrm_retry', __NAMESPACE__ . '\\handle_retry' );
	add_action( 'admin_post_smgcrm_dismiss', __NAMESPACE__ . '\\handle_dismiss' );
}

function outbox_url( $state = '', $page = 1 ) {
	return add_query_arg( array_filter( array( 'page' => 'smgcrm-outbox', 'state' => $state, 'paged' => $page > 1 ? $page : null ) ), admin_url( 'admin.php' ) );
}

function state_names() {
	return array(
		'queued'    => __( 'Waits', 'smgcrm' ),
		'sending'   => __( 'Being sent', 'smgcrm' ),
		'delivered' => __( 'Delivered', 'smgcrm' ),
		'failed'    => __( 'Failed', 'smgcrm' ),
		'dismissed' => __( 'Failed, seen', 'smgcrm' ),
		'held'      => __( 'Waits for its order', 'smgcrm' ),
		'withdrawn' => __( 'Withdrawn', 'smgcrm' ),
	);
}

function asked_state() {
	$state = isset( $_GET['state'] ) ? sanitize_key( wp_unslash( $_GET['state'] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification
	return isset( state_names()[ $state ] ) ? $state : '';
}

function print_outbox_page() {
	if ( ! current_user_can( MANAGES ) ) {
		return;
	}
	$state = asked_state();
	$page  = isset( $_GET['paged'] ) ? max( 1, absint( $_GET['paged'] ) ) : 1; // phpcs:ignore WordPress.Security.NonceVerification
	$rows  = outbox_page( $state, $page, OUTBOX_PAGE_ROWS + 1 );
	echo '<div class="wrap"><h1>' . esc_html__( 'Orders to SMG CRM', 'smgcrm' ) . '</h1>';
	print_states( $state );
	echo '<table class="wp-list-table widefat striped"><thead><tr>';
	foreach ( array( __( 'Order', 'smgcrm' ), __( 'What', 'smgcrm' ), __( 'State', 'smgcrm' ), __( 'Tries', 'smgcrm' ), __( 'In the CRM', 'smgcrm' ), __( 'Last error', 'smgcrm' ), __( 'Since', 'smgcrm' ), __( 'Actions', 'smgcrm' ) ) as $title ) {
		echo '<th scope="col">' . esc_html( $title ) . '</th>';
	}
	echo '</tr></thead><tbody>';
	foreach ( array_slice( $rows, 0, OUTBOX_PAGE_ROWS ) as $row ) {
		print_outbox_row( $row );
	}
	if ( ! $rows ) {
		echo '<tr><td colspan="8">' . esc_html__( 'There is nothing here.', 'smgcrm' ) . '</td></tr>';
	}
	echo '</tbody></table><p>';
	if ( $page > 1 ) {
		printf( '<a class="button" href="%s">%s</a> ', esc_url( outbox_url( $state, $page - 1 ) ), esc_html__( 'Newer', 'smgcrm' ) );
	}
	if ( count( $rows ) > OUTBOX_PAGE_ROWS ) {
		printf( '<a class="button" href="%s">%s</a>', esc_url( outbox_url( $state, $page + 1 ) ), esc_html__( 'Older', 'smgcrm' ) );
	}
	echo '</p></div>';
}

function print_states( $current ) {
	$counts = outbox_counts();
	$links  = array( sprintf( '<a href="%s"%s>%s</a>', esc_url( outbox_url() ), '' === $current ? ' class="current"' : '', esc_html__( 'All', 'smgcrm' ) ) );
	foreach ( state_names() as $state => $name ) {
		if ( $counts[ $state ] > 0 || $state === $current ) {
			$links[] = sprintf( '<a href="%s"%s>%s <span class="count">(%d)</span></a>', esc_url( outbox_url( $state ) ), $state === $current ? ' class="current"' : '', esc_html( $name ), $counts[ $state ] );
		}
	}
	echo '<ul class="subsubsub"><li>' . implode( ' | </li><li>', $links ) . '</li></ul>'; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped above.
}

function print_outbox_row( $row ) {
	$names = state_names();
	$link  = edit_order_url( $row->order_id );
	$order = '#' . esc_html( $row->wp_order_number );
	echo '<tr><td>' . ( $link ? '<a href="' . esc_url( $link ) . '">' . $order . '</a>' : $order ) . '</td>'; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped above.
	echo '<td>' . esc_html( 'cancel' === $row->kind ? __( 'Cancellation', 'smgcrm' ) : name_of_line( $row ) ) . '</td>';
	echo '<td>' . esc_html( isset( $names[ $row->state ] ) ? $names[ $row->state ] : $row->state );
	if ( 'queued' === $row->state && $row->attempts > 0 ) {
		/* translators: %s: date and time */
		echo '<br><small>' . esc_html( sprintf( __( 'next try %s', 'smgcrm' ), local_time( $row->next_at ) ) ) . '</small>';
	}
	echo '</td><td>' . (int) $row->attempts . '</td>';
	echo '<td>' . ( $row->crm_order_id > 0 ? '#' . (int) $row->crm_order_id . ' ' . esc_html( status_name( $row->crm_status ) ) : '' ) . '</td>';
	echo '<td>' . esc_html( $row->last_error ) . '</td><td>' . esc_html( local_time( $row->created_at ) ) . '</td><td>';
	if ( in_array( $row->state, array( 'failed', 'dismissed', 'queued' ), true ) ) {
		print_row_button( $row, 'smgcrm_retry', __( 'Try again', 'smgcrm' ) );
	}
	if ( 'failed' === $row->state ) {
		print_row_button( $row, 'smgcrm_dismiss', __( 'Seen', 'smgcrm' ) );
	}
	echo '</td></tr>';
}

function local_time( $time ) {
	return wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), (int) $time );
}

function edit_order_url( $order_id ) {
	$order = $order_id > 0 && function_exists( 'wc_get_order' ) ? wc_get_order( $order_id ) : null;
	return $order && method_exists( $order, 'get_edit_order_url' ) ? $order->get_edit_order_url() : '';
}

function print_row_button( $row, $action, $words ) {
	printf( '<form action="%s" method="post" style="display: inline"><input type="hidden" name="action" value="%s"><input type="hidden" name="id" value="%d">', esc_url( admin_url( 'admin-post.php' ) ), esc_attr( $action ), (int) $row->id );
	wp_nonce_field( $action . '_' . $row->id );
	printf( '<button class="button button-small">%s</button></form> ', esc_html( $words ) );
}

function handle_retry() {
	handle_row( 'smgcrm_retry', __NAMESPACE__ . '\\retry_row' );
}

function handle_dismiss() {
	handle_row( 'smgcrm_dismiss', __NAMESPACE__ . '\\dismiss_row' );
}

function handle_row( $action, $change ) {
	$id = isset( $_POST['id'] ) ? absint( $_POST['id'] ) : 0;
	check_admin_referer( $action . '_' . $id );
	if ( ! current_user_can( MANAGES ) ) {
		wp_die( esc_html__( 'You may not do this.', 'smgcrm' ), '', array( 'response' => 403 ) );
	}
	$change( $id );
	$back = wp_get_referer();
	wp_safe_redirect( $back ? $back : outbox_url() );
	exit;
}
