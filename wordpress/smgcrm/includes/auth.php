<?php
/**
 * Who may call the routes of smgcrm/v1: the CRM, by its signature; by an application password or a key in the query only where
 * the administrator has allowed that.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

/**
 * Permission of every route but order-event.
 *
 * @param \WP_REST_Request $request Request.
 */
function may_call( $request ) {
	keep_out_of_caches();
	if ( null !== $request->get_header( 'x_smg_signature' ) ) {
		return is_signed( $request ) ? true : unauthorized();
	}
	return is_basic() || is_keyed( $request ) ? true : unauthorized();
}

/**
 * Permission of order-event.
 *
 * @param \WP_REST_Request $request Request.
 */
function may_tell( $request ) {
	keep_out_of_caches();
	return is_webhook( $request ) ? true : unauthorized();
}

// Never says why: whoever guesses learns nothing.
function unauthorized() {
	return new \WP_Error( 'smgcrm_unauthorized', 'Unauthorized.', array( 'status' => 401 ) );
}

// An application password of an administrator. A browser's session is not one.
function is_basic() {
	return setting( 'allow_basic' ) && null !== rest_get_authenticated_app_password() && current_user_can( 'manage_options' );
}

function is_keyed( $request ) {
	$key   = secret( 'key' );
	$query = $request->get_query_params();
	return setting( 'allow_key' ) && strlen( $key ) >= 16 && isset( $query['key'] ) && is_string( $query['key'] ) && hash_equals( $key, $query['key'] );
}
