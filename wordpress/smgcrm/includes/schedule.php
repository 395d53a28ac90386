<?php
/**
 * When things are done. Action Scheduler sends at once where it is there, WP-Cron otherwise; WP-Cron's minute is the backstop
 * of both, so that nothing waits on an event that got lost.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function boot_schedule() {
	// phpcs:ignore WordPress.WP.CronInterval -- one small query a minute, so that an order does not wait.
	add_filter( 'cron_schedules', __NAMESPACE__ . '\\add_minute' );
	add_action( 'smgcrm_run', __NAMESPACE__ . '\\run_outbox' );
	add_action( 'smgcrm_tick', __NAMESPACE__ . '\\tick' );
	add_action( 'smgcrm_sweep', __NAMESPACE__ . '\\sweep' );
}

function add_minute( $schedules ) {
	$schedules['smgcrm_minute'] = array(
		'interval' => 60,
		'display'  => 'SMG CRM: every minute',
	);
	return $schedules;
}

function keep_scheduled() {
	if ( ! wp_next_scheduled( 'smgcrm_tick' ) ) {
		wp_schedule_event( time(), 'smgcrm_minute', 'smgcrm_tick' );
	}
	if ( ! wp_next_scheduled( 'smgcrm_sweep' ) ) {
		wp_schedule_event( time() + 300, 'hourly', 'smgcrm_sweep' );
	}
}

function unschedule_all() {
	foreach ( array( 'smgcrm_run', 'smgcrm_tick', 'smgcrm_sweep' ) as $hook ) {
		wp_unschedule_hook( $hook );
	}
	if ( function_exists( 'as_unschedule_all_actions' ) ) {
		as_unschedule_all_actions( '', array(), 'smgcrm' );
	}
}

function tick() {
	run_outbox();
	pull_statuses();
	forget_nonces();
}

function sweep() {
	forget_old_rows();
	sweep_orders();
}

/** Whether it is there and has found its tables. */
function has_action_scheduler() {
	if ( ! function_exists( 'as_enqueue_async_action' ) || ! function_exists( 'as_has_scheduled_action' ) ) {
		return false;
	}
	return is_callable( array( 'ActionScheduler', 'is_initialized' ) ) ? \ActionScheduler::is_initialized() : (bool) did_action( 'init' );
}

/** The outbox has something new: once in a request is enough. */
function run_soon() {
	static $asked = false;
	if ( $asked ) {
		return;
	}
	$asked = true;
	if ( has_action_scheduler() ) {
		as_enqueue_async_action( 'smgcrm_run', array(), 'smgcrm' );
		return;
	}
	// WordPress drops an event that equals one of the next ten minutes, so each has an argument of its own.
	wp_schedule_single_event( time(), 'smgcrm_run', array( wp_generate_password( 12, false ) ) );
	if ( ! defined( 'DISABLE_WP_CRON' ) || ! DISABLE_WP_CRON ) {
		add_action( 'shutdown', 'spawn_cron' );
	}
}

/** Somebody comes back when the next row is due; the minute comes anyway. */
function run_when_due() {
	global $wpdb;
	$table = table( 'outbox' );
	$next  = (int) $wpdb->get_var( "SELECT MIN(next_at) FROM $table WHERE state = 'queued'" ); // phpcs:ignore WordPress.DB
	if ( 0 === $next ) {
		return;
	}
	$args = array( 'due-' . $next );
	if ( has_action_scheduler() ) {
		if ( ! as_has_scheduled_action( 'smgcrm_run', $args, 'smgcrm' ) ) {
			as_schedule_single_action( $next, 'smgcrm_run', $args, 'smgcrm' );
		}
	} elseif ( ! wp_next_scheduled( 'smgcrm_run', $args ) ) {
		wp_schedule_single_event( $next, 'smgcrm_run', $args );
	}
}
