<?php
/**
 * Routes about the shop itself: ping, products, wallets, the Monobank token.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

function rest_ping() {
	$hpos = false;
	if ( class_exists( '\Automattic\WooCommerce\Utilities\OrderUtil' ) ) {
		$hpos = \Automattic\WooCommerce\Utilities\OrderUtil::custom_orders_table_usage_is_enabled();
	}
	$counts = outbox_counts();
	return new \WP_REST_Response(
		array(
			'plugin'           => 'smgcrm',
			'version'          => SMGCRM_VERSION,
			'wordpress'        => get_bloginfo( 'version' ),
			'php'              => PHP_VERSION,
			'woocommerce'      => defined( 'WC_VERSION' ) ? WC_VERSION : null,
			'hpos'             => (bool) $hpos,
			'wallet'           => wallet_kind(),
			'action_scheduler' => has_action_scheduler(),
			'currency'         => currency(),
			'site_url'         => home_url(),
			'rest_url'         => rest_url( REST_NAMESPACE . '/' ),
			'time'             => time(),
			'serves_since'     => serves_since(),
			'capabilities'     => array( 'services', 'products', 'products.modified_after', 'wallet.find', 'wallet.set', 'wallet.credit', 'wallet.debit', 'wallet.ledger', 'mono.read', 'mono.write', 'paid-orders', 'order-event' ),
			'outbox'           => array(
				'queued'   => $counts['queued'] + $counts['sending'] + $counts['held'],
				'failed'   => $counts['failed'],
				'oldest_s' => outbox_oldest_s(),
			),
		)
	);
}

function rest_products( $request ) {
	return products_page( $request, 'products', false );
}

function rest_services( $request ) {
	return products_page( $request, 'services', true );
}

function products_page( $request, $name, $services ) {
	$asked  = asked_of( $request );
	$paging = paging_of( $asked, 100, MOST_PER_PAGE );
	if ( ! is_array( $paging ) ) {
		return $paging;
	}
	$after = moment_of( $asked, 'modified_after' );
	if ( null === $after ) {
		return refuse_field( 'modified_after', 'modified_after must be seconds since 1970, or a date such as 2026-11-28T18:00:00Z.' );
	}
	list( $page, $size ) = $paging;
	$found               = list_products(
		array(
			'page'           => $page,
			'per_page'       => $size,
			'modified_after' => $after,
			'services'       => $services,
		)
	);
	return page_of( $name, $found['rows'], $page, $size, $found['total'], array( 'woocommerce' => function_exists( 'wc_get_product' ) ) );
}

function rest_balance( $request ) {
	$asked = asked_of( $request );
	if ( isset( $asked['search'] ) && is_string( $asked['search'] ) && '' !== trim( $asked['search'] ) ) {
		return new \WP_REST_Response( array( 'users' => search_users( trim( $asked['search'] ), 20 ) ) );
	}
	$wrong = names_nobody( $asked );
	if ( $wrong ) {
		return $wrong;
	}
	$user = find_user( $asked );
	if ( ! $user ) {
		return refuse( 404, 'smgcrm_user_not_found', 'There is no such user.' );
	}
	return new \WP_REST_Response( array_merge( wallet_row( $user ), array( 'ledger' => ledger_of( $user->ID, 20 ) ) ) );
}

function names_nobody( array $asked ) {
	foreach ( array( 'user_id', 'email', 'login' ) as $name ) {
		if ( isset( $asked[ $name ] ) && is_scalar( $asked[ $name ] ) && '' !== trim( (string) $asked[ $name ] ) ) {
			return null;
		}
	}
	return refuse_field( 'user_id', 'Name a user by user_id, email or login.' );
}

function rest_change_balance( $request ) {
	$asked = asked_of( $request );
	$read  = read_change( $asked );
	if ( ! is_array( $read ) ) {
		return $read;
	}
	$user    = find_user( $asked );
	$user_id = $user ? $user->ID : asked_user_id( $asked ); // the books know what was done to one who is gone.
	if ( ! $user_id ) {
		return refuse( 404, 'smgcrm_user_not_found', 'There is no such user.' );
	}
	list( $status, $answer, $replayed ) = change_wallet( $user_id, $read['operation'], $read['units'], $read['expected'], $read['id'], $read['reason'] );
	$words                              = array(
		'smgcrm_invalid'            => 'amount must have at most ' . wallet_digits() . ' digits after the point.',
		'smgcrm_user_not_found'     => 'There is no such user.',
		'smgcrm_balance_differs'    => 'The balance is another one.',
		'smgcrm_insufficient_funds' => 'There is not so much in the wallet.',
		'smgcrm_balance_too_large'  => 'That would be more than a wallet holds.',
		'smgcrm_operation_differs'  => 'This operation_id was used for something else.',
		'smgcrm_wallet_refused'     => 'The wallet refused, perhaps because it is locked. Nothing was changed.',
		'smgcrm_busy'               => 'Too many changes at once. Ask again with the same operation_id.',
	);
	if ( 200 === $status ) {
		$response = new \WP_REST_Response( $answer );
	} else {
		$code     = $answer['code'];
		$response = refuse( $status, $code, $words[ $code ], array_diff_key( $answer, array( 'code' => 1 ) ) );
	}
	if ( $replayed ) {
		$response->header( 'Idempotent-Replayed', 'true' );
	}
	if ( 503 === $status ) {
		$response->header( 'Retry-After', '2' );
	}
	return $response;
}

// What is asked for, or a refusal.
function read_change( array $asked ) {
	$operation = isset( $asked['operation'] ) ? $asked['operation'] : 'set';
	if ( ! in_array( $operation, array( 'set', 'credit', 'debit' ), true ) ) {
		return refuse_field( 'operation', 'operation must be set, credit or debit.' );
	}
	$id = isset( $asked['operation_id'] ) ? $asked['operation_id'] : '';
	if ( ! is_string( $id ) || ! preg_match( '/^[A-Za-z0-9._:-]{8,64}$/D', $id ) ) {
		return refuse_field( 'operation_id', 'operation_id must have 8 to 64 letters, digits or any of . _ : -' );
	}
	$units = units( isset( $asked['amount'] ) ? $asked['amount'] : null );
	if ( null === $units || $units < 0 || ( 'set' !== $operation && 0 === $units ) ) {
		return refuse_field( 'amount', 'amount must be a decimal text such as "12.50"' . ( 'set' === $operation ? '.' : ', and not 0.' ) );
	}
	$expected = isset( $asked['expected_balance'] ) ? units( $asked['expected_balance'] ) : null;
	if ( null === $expected && ( isset( $asked['expected_balance'] ) || 'set' === $operation ) ) {
		return refuse_field( 'expected_balance', 'expected_balance must be the balance that you know, a decimal text such as "12.50".' );
	}
	$wrong = names_nobody( $asked );
	if ( $wrong ) {
		return $wrong;
	}
	$reason = isset( $asked['reason'] ) && is_string( $asked['reason'] ) ? cut( sanitize_text_field( $asked['reason'] ), 500 ) : '';
	return compact( 'operation', 'units', 'expected', 'id', 'reason' );
}

function rest_mono() {
	return new \WP_REST_Response( array( 'gateways' => mono_in_force() ) );
}

function rest_change_mono( $request ) {
	$asked = asked_of( $request );
	$key   = isset( $asked['api_key'] ) && is_string( $asked['api_key'] ) ? trim( $asked['api_key'] ) : '';
	if ( ! preg_match( '/^[\x21-\x7e]{8,255}$/D', $key ) ) {
		return refuse_field( 'api_key', 'api_key must be the merchant\'s token: 8 to 255 characters without spaces.' );
	}
	write_mono_key( $key );
	$rows = mono_in_force();
	if ( ! mono_matches( $rows, $key ) ) {
		return refuse( 409, 'smgcrm_key_not_in_force', 'The token was written, but another one is in force.', array( 'gateways' => $rows ) );
	}
	return new \WP_REST_Response(
		array(
			'applied'  => true,
			'gateways' => $rows,
		)
	);
}
