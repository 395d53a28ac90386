<?php
/**
 * Amounts. Decimal text outside, whole numbers of a hundred-millionth inside; never a float, which cannot hold 0.10.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const DIGITS       = 8;
const MOST_AMOUNT  = 10000000000; // So that the sum of two amounts stays far from the end of the numbers.
const UNITS_OF_ONE = 100000000;

/**
 * Units of a decimal text such as "12.50", or null when it is none, is too exact or too large. A JSON number is
 * taken only when it is whole.
 *
 * @param mixed $text What came.
 */
function units( $text ) {
	if ( is_int( $text ) ) {
		$text = (string) $text;
	}
	if ( ! is_string( $text ) || ! preg_match( '/^(-?)(\d{1,11})(?:\.(\d{1,' . DIGITS . '}))?$/D', $text, $found ) ) {
		return null;
	}
	$whole = (int) $found[2];
	if ( $whole >= MOST_AMOUNT ) {
		return null;
	}
	$part  = isset( $found[3] ) ? (int) str_pad( $found[3], DIGITS, '0' ) : 0;
	$units = $whole * UNITS_OF_ONE + $part;
	return '-' === $found[1] ? -$units : $units;
}

/**
 * "12.50" with at least two digits after the point and no zeros beyond.
 *
 * @param int $units Units.
 */
function amount( $units ) {
	$sign  = $units < 0 ? '-' : '';
	$units = abs( $units );
	$part  = rtrim( str_pad( (string) ( $units % UNITS_OF_ONE ), DIGITS, '0', STR_PAD_LEFT ), '0' );
	return $sign . intdiv( $units, UNITS_OF_ONE ) . '.' . str_pad( $part, 2, '0' );
}

/**
 * Units of what another plugin gives: text that may have spaces or more digits than ours, which are cut.
 *
 * @param mixed $value Text or number.
 */
function units_of( $value ) {
	$text = is_float( $value ) ? number_format( $value, DIGITS, '.', '' ) : trim( (string) $value );
	if ( preg_match( '/^-?\d+\.\d{9,}$/D', $text ) ) {
		$text = substr( $text, 0, strpos( $text, '.' ) + 1 + DIGITS );
	}
	$units = units( $text );
	return null === $units ? 0 : $units;
}

/**
 * A price as the CRM takes it: decimal text with at most four digits after the point, or null when there is none.
 *
 * @param mixed $value WooCommerce's text, or ''.
 */
function price( $value ) {
	if ( null === $value || '' === $value || ! is_numeric( $value ) ) {
		return null;
	}
	$units = units_of( $value );
	return amount( intdiv( $units + ( $units < 0 ? -5000 : 5000 ), 10000 ) * 10000 );
}

function currency() {
	return function_exists( 'get_woocommerce_currency' ) ? get_woocommerce_currency() : (string) apply_filters( 'smgcrm_currency', 'UAH' );
}
