<?php
/**
 * Nothing is silent for more than 15 minutes: every page of the dashboard says when orders do not get through.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_notices() {
	add_action( 'admin_notices', __NAMESPACE__ . '\\print_notices' );
}

function print_notices() {
	if ( ! current_user_can( MANAGES ) ) {
		return;
	}
	if ( NO_TABLES === get_option( 'smgcrm_schema' ) ) {
		print_notice( 'error', __( 'The tables of SMG CRM could not be made in the database, so no order is kept or sent. Ask your hoster whether the database user may create tables; each page of the dashboard tries again.', 'smgcrm' ), admin_url() );
		return;
	}
	$trouble = outbox_trouble();
	if ( $trouble['failed'] > 0 ) {
		/* translators: %d: how many */
		print_notice( 'error', sprintf( _n( '%d order was not taken by SMG CRM and needs you.', '%d orders were not taken by SMG CRM and need you.', $trouble['failed'], 'smgcrm' ), $trouble['failed'] ), outbox_url( 'failed' ) );
	}
	if ( $trouble['waiting'] > 0 ) {
		/* translators: %d: how many */
		print_notice( 'warning', sprintf( _n( '%d order has waited for SMG CRM for more than 15 minutes.', '%d orders have waited for SMG CRM for more than 15 minutes.', $trouble['waiting'], 'smgcrm' ), $trouble['waiting'] ), outbox_url( 'queued' ) );
	}
	if ( has_crm() && is_copy() ) {
		$place = (string) setting( 'place' );
		$words = site_place() === $place || '' === $place
			? __( 'SMG CRM was connected at another address. This looks like a copy, so its orders wait; save the settings, with a token of its own, to connect it.', 'smgcrm' )
			/* translators: %s: address of the shop that was connected */
			: sprintf( __( 'SMG CRM was connected at %s. This looks like a copy, so its orders wait; save the settings, with a token of its own, to connect it.', 'smgcrm' ), $place );
		print_notice( 'warning', $words, settings_url() );
	} elseif ( ! is_connected() && current_user_can( 'manage_options' ) ) {
		print_notice( 'warning', __( 'SMG CRM is not connected yet: paid orders wait here.', 'smgcrm' ), settings_url() );
	}
}

function print_notice( $kind, $words, $url ) {
	printf( '<div class="notice notice-%s smgcrm-notice"><p>%s <a href="%s">%s</a></p></div>', esc_attr( $kind ), esc_html( $words ), esc_url( $url ), esc_html__( 'Show', 'smgcrm' ) );
}
