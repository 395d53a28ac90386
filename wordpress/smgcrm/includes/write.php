<?php
/**
 * One statement that changes one of our tables, and what may stand in it.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const WRITE_TRIES  = 5;
const WRITE_SLOW_S = 1; // Somebody may be waiting in front of the checkout; who wants it done comes again.

/**
 * Runs it, again when the database refused at once, as after a deadlock. Every statement that comes here names what it
 * expects, so that a second run of one that did happen changes nothing.
 *
 * @param string $sql Prepared.
 * @return int|false Rows that it changed; false when it was refused to the end, which is in WordPress's log then.
 */
function write( $sql ) {
	global $wpdb;
	$quiet = $wpdb->suppress_errors( true );
	for ( $try = 1; ; ++$try ) {
		$began   = microtime( true );
		$changed = $wpdb->query( $sql ); // phpcs:ignore WordPress.DB -- prepared by those who call.
		if ( false !== $changed || WRITE_TRIES === $try || microtime( true ) - $began > WRITE_SLOW_S ) {
			break;
		}
		usleep( wp_rand( 1000, 20000 * $try ) );
	}
	$wpdb->suppress_errors( $quiet );
	if ( false === $changed ) {
		$wpdb->print_error();
	}
	return $changed;
}

/** The text without what this column cannot keep: WordPress refuses a statement that has it. */
function keepable( $table, $column, $text ) {
	global $wpdb;
	$kept = $wpdb->strip_invalid_text_for_column( $table, $column, $text );
	return is_string( $kept ) ? $kept : '';
}
