<?php
/**
 * Calls to the CRM. Nobody here decides what an answer means.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const CALL_TIMEOUT_S = 15;
const MOST_ANSWER    = 262144;

/**
 * One call. Gives status (0: no answer), body as text, data (decoded JSON object or null), error, retry_after_s.
 *
 * @param string     $method  GET or POST.
 * @param string     $path    From /api on.
 * @param array|null $body    Sent as JSON.
 * @param string     $idempotency_key Optional.
 */
function call_crm( $method, $path, $body = null, $idempotency_key = '' ) {
	$headers = array(
		'Authorization' => 'Bearer ' . secret( 'token' ),
		'Accept'        => 'application/json',
	);
	if ( null !== $body ) {
		$headers['Content-Type'] = 'application/json';
	}
	if ( '' !== $idempotency_key ) {
		$headers['Idempotency-Key'] = $idempotency_key;
	}
	// The safe variant of this function refuses a CRM on the same machine or on a port of its own; the address is the
	// administrator's. A redirect would make a GET of a POST.
	$reply = wp_remote_request(
		setting( 'url' ) . $path,
		array(
			'method'              => $method,
			'timeout'             => CALL_TIMEOUT_S,
			'redirection'         => 0,
			'limit_response_size' => MOST_ANSWER,
			'user-agent'          => 'smgcrm-wordpress/' . SMGCRM_VERSION,
			'headers'             => $headers,
			'body'                => null === $body ? null : wp_json_encode( $body ),
		)
	);
	$said  = array(
		'status'        => 0,
		'body'          => '',
		'data'          => null,
		'error'         => '',
		'retry_after_s' => 0,
	);
	if ( is_wp_error( $reply ) ) {
		$said['error'] = $reply->get_error_message();
		return $said;
	}
	$said['status']        = (int) wp_remote_retrieve_response_code( $reply );
	$said['body']          = (string) wp_remote_retrieve_body( $reply );
	$said['retry_after_s'] = min( 3600, max( 0, (int) wp_remote_retrieve_header( $reply, 'retry-after' ) ) );
	$data                  = json_decode( $said['body'], true );
	$said['data']          = is_array( $data ) ? $data : null;
	if ( $said['status'] < 200 || $said['status'] > 299 ) {
		$words         = isset( $data['message'] ) && is_string( $data['message'] ) ? $data['message'] : '';
		$said['error'] = trim( 'HTTP ' . $said['status'] . ' ' . $words );
	}
	return $said;
}

/**
 * What the CRM says to our token: array( ok, words ).
 */
function test_connection() {
	if ( '' === setting( 'url' ) ) {
		return array( false, __( 'The address of the CRM is missing.', 'smgcrm' ) );
	}
	if ( '' === secret( 'token' ) ) {
		return array( false, __( 'The token is missing.', 'smgcrm' ) );
	}
	$said = call_crm( 'GET', '/api/v1/orders?per_page=1' );
	if ( 200 === $said['status'] && isset( $said['data']['data'] ) ) {
		return array( true, __( 'Connected: the CRM knows this token.', 'smgcrm' ) );
	}
	if ( 401 === $said['status'] || 403 === $said['status'] ) {
		return array( false, __( 'The CRM answers, but does not know this token.', 'smgcrm' ) );
	}
	if ( 0 === $said['status'] ) {
		/* translators: %s: what went wrong */
		return array( false, sprintf( __( 'The CRM does not answer: %s', 'smgcrm' ), $said['error'] ) );
	}
	/* translators: %d: HTTP status */
	return array( false, sprintf( __( 'Something else than the CRM answers at this address (HTTP %d).', 'smgcrm' ), $said['status'] ) );
}
