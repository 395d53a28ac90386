<?php
/**
 * Signatures of requests, in both directions, and the memory of those that were used.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const SIGNATURE_WINDOW_S = 300;

/**
 * What is signed. The route and the query are taken as they were sent, since proxies and WordPress rewrite paths.
 */
function signed_text( $method, $route, $query, $timestamp, $nonce, $body ) {
	return implode( "\n", array( 'v1', $method, $route, $query, $timestamp, $nonce, hash( 'sha256', $body ) ) );
}

function signature( $key, $method, $route, $query, $timestamp, $nonce, $body ) {
	return hash_hmac( 'sha256', signed_text( $method, $route, $query, $timestamp, $nonce, $body ), $key );
}

/** The query string as the client wrote it, without rest_route, which is the route itself on sites with plain permalinks. */
function raw_query() {
	// phpcs:ignore WordPress.Security -- the bytes themselves are signed; they are compared and never shown.
	$uri   = isset( $_SERVER['REQUEST_URI'] ) ? (string) $_SERVER['REQUEST_URI'] : '';
	$at    = strpos( $uri, '?' );
	$pairs = false === $at ? array() : explode( '&', substr( $uri, $at + 1 ) );
	$kept  = array();
	foreach ( $pairs as $pair ) {
		if ( '' !== $pair && 0 !== strpos( $pair, 'rest_route=' ) ) {
			$kept[] = $pair;
		}
	}
	return implode( '&', $kept );
}

/**
 * Whether the CRM signed this request, a moment ago and for this one use.
 *
 * @param \WP_REST_Request $request Request.
 */
function is_signed( $request ) {
	$key       = signing_key();
	$timestamp = (string) $request->get_header( 'x_smg_timestamp' );
	$nonce     = (string) $request->get_header( 'x_smg_nonce' );
	$given     = (string) $request->get_header( 'x_smg_signature' );
	if ( '' === $key || ! preg_match( '/^\d{1,12}$/D', $timestamp ) || ! preg_match( '/^[A-Za-z0-9_-]{16,64}$/D', $nonce ) ) {
		return false;
	}
	if ( abs( time() - (int) $timestamp ) > SIGNATURE_WINDOW_S ) {
		return false;
	}
	$expected = signature( $key, $request->get_method(), untrailingslashit( $request->get_route() ), raw_query(), $timestamp, $nonce, (string) $request->get_body() );
	return hash_equals( $expected, $given ) && use_nonce( $nonce, (int) $timestamp );
}

/** True for the first who comes with it. */
function use_nonce( $nonce, $timestamp ) {
	global $wpdb;
	$table = table( 'nonces' );
	// phpcs:ignore WordPress.DB -- a table of ours.
	return 1 === write( $wpdb->prepare( "INSERT IGNORE INTO $table (nonce, expires) VALUES (%s, %d)", $nonce, $timestamp + 2 * SIGNATURE_WINDOW_S ) );
}

function forget_nonces() {
	global $wpdb;
	$table = table( 'nonces' );
	write( $wpdb->prepare( "DELETE FROM $table WHERE expires < %d LIMIT 10000", time() ) ); // phpcs:ignore WordPress.DB
}

/**
 * Whether a webhook of the CRM signed this body (docs/webhooks.md of the CRM): with the signing key, as the webhook does that the
 * CRM keeps by itself, or with the secret that was set here.
 *
 * @param \WP_REST_Request $request Request.
 */
function is_webhook( $request ) {
	$timestamp = (string) $request->get_header( 'x_smg_timestamp' );
	if ( ! preg_match( '/^\d{1,12}$/D', $timestamp ) || abs( time() - (int) $timestamp ) > SIGNATURE_WINDOW_S ) {
		return false;
	}
	foreach ( array_filter( array( signing_key(), secret( 'webhook' ) ) ) as $secret ) {
		$expected = 'sha256=' . hash_hmac( 'sha256', $timestamp . '.' . $request->get_body(), $secret );
		if ( hash_equals( $expected, (string) $request->get_header( 'x_smg_signature' ) ) ) {
			return true;
		}
	}
	return false;
}
