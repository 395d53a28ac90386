<?php
/**
 * The fields of the settings page, by WordPress's Settings API.
 *
 * @package SmgCrm
 */

namespace SmgCrm;

defined( 'ABSPATH' ) || exit;

const SETTINGS_PAGE = 'smgcrm';

function register_fields() {
	register_setting( SETTINGS_PAGE, 'smgcrm_settings', array( 'sanitize_callback' => __NAMESPACE__ . '\\clean_settings' ) );
	register_setting( SETTINGS_PAGE, 'smgcrm_secrets', array( 'sanitize_callback' => __NAMESPACE__ . '\\clean_secrets' ) );

	add_settings_section( 'smgcrm_crm', __( 'The CRM', 'smgcrm' ), '__return_false', SETTINGS_PAGE );
	add_field( 'smgcrm_crm', 'url', __( 'Address', 'smgcrm' ), 'print_url' );
	add_field( 'smgcrm_crm', 'token', __( 'Token of this site', 'smgcrm' ), 'print_secret', __( 'The CRM shows it once, when the site is added there.', 'smgcrm' ) );
	add_field( 'smgcrm_crm', 'webhook', __( 'Secret of the webhook', 'smgcrm' ), 'print_secret', __( 'Of the webhook that tells this shop about its orders. Leave it empty if the CRM signs with the token.', 'smgcrm' ) );

	add_settings_section( 'smgcrm_orders', __( 'Orders', 'smgcrm' ), '__return_false', SETTINGS_PAGE );
	add_field( 'smgcrm_orders', 'link_fields', __( 'Where the link is', 'smgcrm' ), 'print_text', __( 'Names of the fields of a line or an order, with commas; the first that is filled counts.', 'smgcrm' ) );
	add_field( 'smgcrm_orders', 'ask_link', __( 'Ask for the link', 'smgcrm' ), 'print_box', __( 'on the page of each product that has a service', 'smgcrm' ) );
	add_field( 'smgcrm_orders', 'send_all', __( 'Send all lines', 'smgcrm' ), 'print_box', __( 'also those whose product names no service', 'smgcrm' ) );

	add_settings_section( 'smgcrm_legacy', __( 'Older ways to sign in', 'smgcrm' ), __NAMESPACE__ . '\\print_legacy', SETTINGS_PAGE );
	add_field( 'smgcrm_legacy', 'allow_basic', __( 'Application passwords', 'smgcrm' ), 'print_box', __( 'of administrators open these routes', 'smgcrm' ) );
	add_field( 'smgcrm_legacy', 'allow_key', __( 'Key in the address', 'smgcrm' ), 'print_box', __( 'opens these routes (?key=…); it stands in logs', 'smgcrm' ) );
	add_field( 'smgcrm_legacy', 'key', __( 'That key', 'smgcrm' ), 'print_secret', __( 'At least 16 characters.', 'smgcrm' ) );

	add_settings_section( 'smgcrm_end', __( 'Deleting the plugin', 'smgcrm' ), '__return_false', SETTINGS_PAGE );
	add_field( 'smgcrm_end', 'remove_all', __( 'Remove everything when the plugin is deleted', 'smgcrm' ), 'print_box', __( 'wallets, their history, the outbox, numbers of services, settings and the token; leave it off to delete the plugin and upload a newer one', 'smgcrm' ) );
}

function add_field( $section, $name, $title, $print, $words = '' ) {
	add_settings_field(
		'smgcrm_' . $name,
		esc_html( $title ),
		__NAMESPACE__ . '\\' . $print,
		SETTINGS_PAGE,
		$section,
		array(
			'name'      => $name,
			'words'     => $words,
			'label_for' => 'smgcrm_' . $name,
		)
	);
}

function print_legacy() {
	echo '<p>' . esc_html__( 'The CRM signs its requests. Only an older system needs these; leave them off otherwise.', 'smgcrm' ) . '</p>';
}

function print_words( $words ) {
	if ( '' !== $words ) {
		echo '<p class="description">' . esc_html( $words ) . '</p>';
	}
}

function print_url() {
	printf( '<input type="url" class="regular-text code" id="smgcrm_url" name="smgcrm_settings[url]" value="%s" placeholder="https://crm.example" %s>', esc_attr( setting( 'url' ) ), disabled( defined( 'SMGCRM_URL' ), true, false ) );
}

function print_text( $args ) {
	printf( '<input type="text" class="regular-text" id="smgcrm_%1$s" name="smgcrm_settings[%1$s]" value="%2$s">', esc_attr( $args['name'] ), esc_attr( setting( $args['name'] ) ) );
	print_words( $args['words'] );
}

function print_box( $args ) {
	printf(
		'<label><input type="checkbox" id="smgcrm_%1$s" name="smgcrm_settings[%1$s]" value="1" %2$s> %3$s</label>',
		esc_attr( $args['name'] ),
		checked( (bool) setting( $args['name'] ), true, false ),
		esc_html( $args['words'] )
	);
}

// A secret never leaves the database: the field is empty, and stays what it is when it is left so.
function print_secret( $args ) {
	$known = '' !== secret( $args['name'] );
	printf(
		'<input type="password" class="regular-text" id="smgcrm_%1$s" name="smgcrm_secrets[%1$s]" value="" autocomplete="new-password" placeholder="%2$s">',
		esc_attr( $args['name'] ),
		esc_attr( $known ? __( 'saved; leave empty to keep it', 'smgcrm' ) : '' )
	);
	if ( $known ) {
		printf( ' <label><input type="checkbox" name="smgcrm_secrets[forget_%1$s]" value="1"> %2$s</label>', esc_attr( $args['name'] ), esc_html__( 'forget it', 'smgcrm' ) );
	}
	print_words( $args['words'] );
}

/**
 * What came from the form, cleaned; what is wrong keeps the old.
 *
 * @param mixed $given From the form.
 */
function clean_settings( $given ) {
	$given = is_array( $given ) ? $given : array();
	$clean = array(
		'url'         => setting( 'url' ),
		'place'       => site_place(),
		'place_hash'  => place_hash( site_place() ),
		'link_fields' => isset( $given['link_fields'] ) && is_string( $given['link_fields'] ) ? sanitize_text_field( $given['link_fields'] ) : setting( 'link_fields' ),
	);
	if ( isset( $given['url'] ) && is_string( $given['url'] ) ) {
		$url = untrailingslashit( trim( $given['url'] ) );
		if ( '' === $url || is_good_address( $url ) ) {
			$clean['url'] = esc_url_raw( $url, array( 'http', 'https' ) );
		} else {
			add_settings_error( SETTINGS_PAGE, 'smgcrm_url', __( 'The address must begin with https:// and have no query; http:// is for your own network alone.', 'smgcrm' ) );
		}
	}
	foreach ( array( 'ask_link', 'send_all', 'allow_basic', 'allow_key', 'remove_all' ) as $box ) {
		$clean[ $box ] = empty( $given[ $box ] ) ? 0 : 1;
	}
	return $clean;
}

// The token must not cross the open network unencrypted.
function is_good_address( $url ) {
	if ( ! preg_match( '~^(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?(/[^\s?#]*)?$~iD', $url, $found ) ) {
		return false;
	}
	$host = strtolower( $found[2] );
	$own  = '~^(localhost|[a-z0-9-]+|.*\.(local|test|internal|localhost)|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[::1\])$~D';
	return 'https' === strtolower( $found[1] ) || 1 === preg_match( $own, $host );
}

function clean_secrets( $given ) {
	$given = is_array( $given ) ? $given : array();
	$old   = get_option( 'smgcrm_secrets', array() );
	$clean = array();
	foreach ( array( 'token', 'webhook', 'key' ) as $name ) {
		$clean[ $name ] = isset( $old[ $name ] ) ? $old[ $name ] : '';
		$text           = isset( $given[ $name ] ) && is_string( $given[ $name ] ) ? trim( $given[ $name ] ) : '';
		if ( ! empty( $given[ 'forget_' . $name ] ) ) {
			$clean[ $name ] = '';
		} elseif ( '' !== $text && ( ! preg_match( '/^[\x21-\x7e]{8,255}$/D', $text ) || ( 'key' === $name && strlen( $text ) < 16 ) ) ) {
			add_settings_error( SETTINGS_PAGE, 'smgcrm_' . $name, __( 'A secret has no spaces and at least 8 characters, the key in the address at least 16. The old one was kept.', 'smgcrm' ) );
		} elseif ( '' !== $text ) {
			$clean[ $name ] = $text;
		}
	}
	return $clean;
}
