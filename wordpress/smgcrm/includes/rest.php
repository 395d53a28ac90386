<?php
/**
 * The routes, in one table, and what all of them share.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const REST_NAMESPACE = 'smgcrm/v1';

function boot_rest() {
	add_action( 'rest_api_init', __NAMESPACE__ . '\\register_routes' );
	add_filter( 'rest_post_dispatch', __NAMESPACE__ . '\\never_cache', 10, 3 );
}

// WordPress cuts a slash at the end of a path, so get-services/ and get-services are one route.
function register_routes() {
	$routes = array(
		array( 'GET', 'ping', 'rest_ping', 'may_call' ),
		array( 'GET', 'get-services', 'rest_services', 'may_call' ),
		array( 'GET', 'get-products', 'rest_products', 'may_call' ),
		array( 'GET, POST', 'get-user-balance', 'rest_balance', 'may_call' ),
		array( 'POST', 'set-user-balance', 'rest_change_balance', 'may_call' ),
		array( 'GET', 'update-mono-api-key', 'rest_mono', 'may_call' ),
		array( 'POST', 'update-mono-api-key', 'rest_change_mono', 'may_call' ),
		array( 'GET', 'paid-orders', 'rest_paid_orders', 'may_call' ),
		array( 'POST', 'order-event', 'rest_order_event', 'may_tell' ),
	);
	foreach ( $routes as $route ) {
		list( $methods, $path, $handler, $may ) = $route;
		// No `args`: WordPress would judge them before it asks who calls.
		register_rest_route(
			REST_NAMESPACE,
			'/' . $path,
			array(
				'methods'             => $methods,
				'callback'            => __NAMESPACE__ . '\\' . $handler,
				'permission_callback' => __NAMESPACE__ . '\\' . $may,
			)
		);
	}
}

/** Before anything is decided, so that a refusal is not kept either: some plugins keep answers of routes whatever their headers say. */
function keep_out_of_caches() {
	defined( 'DONOTCACHEPAGE' ) || define( 'DONOTCACHEPAGE', true );
	do_action( 'litespeed_control_set_nocache', 'smgcrm' );
}

/** Caches of hosters must not answer for us. */
function never_cache( $response, $server, $request ) {
	if ( 0 === strpos( $request->get_route(), '/' . REST_NAMESPACE ) && $response instanceof \WP_HTTP_Response ) {
		$response->header( 'Cache-Control', 'no-store' );
	}
	return $response;
}

/**
 * A refusal. `code` and `message` as everywhere in WordPress, and what else is to be said beside them.
 */
function refuse( $status, $code, $message, array $more = array() ) {
	return new \WP_REST_Response(
		array_merge(
			array(
				'code'    => $code,
				'message' => $message,
				'data'    => array( 'status' => $status ),
			),
			$more
		),
		$status
	);
}

function refuse_field( $field, $message ) {
	return refuse( 400, 'smgcrm_invalid', $message, array( 'field' => $field ) );
}

/**
 * What came in the body or, for a form and a query, there; the body first.
 *
 * @param \WP_REST_Request $request Request.
 */
function asked_of( $request ) {
	$json = $request->get_json_params();
	$body = is_array( $json ) ? $json : $request->get_body_params();
	return array_merge( $request->get_query_params(), is_array( $body ) ? $body : array() );
}

/**
 * Page and size of a list, or a refusal.
 */
function paging_of( array $asked, $default, $most ) {
	$page = isset( $asked['page'] ) ? (string) $asked['page'] : '1';
	$size = isset( $asked['per_page'] ) ? (string) $asked['per_page'] : (string) $default;
	if ( ! preg_match( '/^[1-9]\d{0,6}$/D', $page ) ) {
		return refuse_field( 'page', 'page must be a number from 1 on.' );
	}
	if ( ! preg_match( '/^[1-9]\d{0,3}$/D', $size ) || (int) $size > $most ) {
		return refuse_field( 'per_page', 'per_page must be a number from 1 to ' . $most . '.' );
	}
	return array( (int) $page, (int) $size );
}

/**
 * A moment given as seconds since 1970 or as an ISO 8601 date with a zone; 0 when none is given, null when it is none.
 */
function moment_of( array $asked, $name ) {
	if ( ! isset( $asked[ $name ] ) || '' === $asked[ $name ] ) {
		return 0;
	}
	$text = is_scalar( $asked[ $name ] ) ? (string) $asked[ $name ] : '';
	if ( preg_match( '/^\d{1,11}$/D', $text ) ) {
		return (int) $text;
	}
	// A plus in a query comes as a space.
	$text = preg_replace( '/ (\d\d:?\d\d)$/', '+$1', $text );
	if ( ! preg_match( '/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/D', $text ) ) {
		return null;
	}
	$time = strtotime( $text );
	return false === $time ? null : $time;
}

/** A page of a list: the rows under their name, the rest beside, the totals in WordPress's headers too. */
function page_of( $name, array $rows, $page, $per_page, $total, array $more = array() ) {
	$pages    = (int) ceil( $total / $per_page );
	$response = new \WP_REST_Response(
		array_merge(
			array(
				$name         => $rows,
				'page'        => $page,
				'per_page'    => $per_page,
				'total'       => $total,
				'total_pages' => $pages,
			),
			$more
		)
	);
	$response->header( 'X-WP-Total', (string) $total );
	$response->header( 'X-WP-TotalPages', (string) $pages );
	return $response;
}
