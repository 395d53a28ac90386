<?php
// Runs the PHP that is posted inside the site, and prints what it returns as JSON. Lies in the tests' own copy of WordPress.
if ( isset( $_GET['admin'] ) ) {
	define( 'WP_ADMIN', true );
}
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
echo json_encode( eval( file_get_contents( 'php://input' ) ) );
