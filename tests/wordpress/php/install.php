<?php
// Installs the site, as wp-admin/install.php does. Arguments: folder of WordPress, permalink structure, language.
define( 'WP_INSTALLING', true );
list( , $root, $permalinks, $language ) = $argv;
function wp_new_blog_notification() {} // No mail is sent.
require $root . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Shop', 'admin', 'admin@shop.example', false, '', 'correct horse battery' );
update_option( 'permalink_structure', $permalinks );
update_option( 'WPLANG', $language );
flush_rewrite_rules();
