<?php
/**
 * A stand-in for Action Scheduler: actions wait in an option until ActionScheduler_QueueRunner::instance()->run().
 */

// phpcs:disable
function stand_in_add_action( $time, $hook, $args, $group ) {
	$all   = get_option( 'stand_in_actions', array() );
	$all[] = compact( 'time', 'hook', 'args', 'group' );
	update_option( 'stand_in_actions', $all );
	return count( $all );
}
function as_enqueue_async_action( $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) { return stand_in_add_action( 0, $hook, $args, $group ); }
function as_schedule_single_action( $time, $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) { return stand_in_add_action( $time, $hook, $args, $group ); }
function as_has_scheduled_action( $hook, $args = null, $group = '' ) {
	foreach ( get_option( 'stand_in_actions', array() ) as $one ) {
		if ( $one['hook'] === $hook && ( null === $args || $one['args'] === $args ) ) {
			return true;
		}
	}
	return false;
}
function as_unschedule_all_actions( $hook, $args = array(), $group = '' ) {
	update_option( 'stand_in_actions', array_values( array_filter( get_option( 'stand_in_actions', array() ), function ( $one ) use ( $group ) { return $one['group'] !== $group; } ) ) );
}
class ActionScheduler_QueueRunner {
	public static function instance() { return new self(); }
	public function run() {
		$due = $later = array();
		foreach ( get_option( 'stand_in_actions', array() ) as $one ) {
			$one['time'] <= time() ? $due[] = $one : $later[] = $one;
		}
		update_option( 'stand_in_actions', $later );
		foreach ( $due as $one ) {
			do_action_ref_array( $one['hook'], array_values( $one['args'] ) );
		}
		return count( $due );
	}
}
