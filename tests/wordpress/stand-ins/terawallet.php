<?php
/**
 * A stand-in for TeraWallet: a balance is the sum of its transactions, a credit or a debit adds one; with the option
 * stand_in_transactions within a lock and a transaction of its own, as newer ones do.
 */

// phpcs:disable
class Stand_In_Wallet {
	private function table() {
		global $wpdb;
		$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->base_prefix}woo_wallet_transactions (transaction_id bigint AUTO_INCREMENT PRIMARY KEY, blog_id bigint DEFAULT 1, user_id bigint, type varchar(10), amount decimal(16,8), details text, deleted tinyint DEFAULT 0, KEY user_id (user_id))" );
		return $wpdb->base_prefix . 'woo_wallet_transactions';
	}
	public function ready() { $this->table(); }
	public function get_wallet_balance( $user_id, $context = 'view' ) {
		global $wpdb;
		$sum = $wpdb->get_var( $wpdb->prepare( "SELECT SUM(CASE WHEN type = 'credit' THEN amount ELSE -amount END) FROM {$wpdb->base_prefix}woo_wallet_transactions WHERE user_id = %d AND deleted = 0", $user_id ) );
		$text = number_format( (float) $sum, wc_get_price_decimals(), '.', '' );
		return 'edit' === $context ? $text : '<span>' . $text . '</span>';
	}
	public function credit( $user_id, $amount, $details = '', $args = null ) { return $this->record( $user_id, 'credit', $amount, $details ); }
	public function debit( $user_id, $amount, $details = '', $args = null ) {
		return $amount > $this->get_wallet_balance( $user_id, 'edit' ) ? false : $this->record( $user_id, 'debit', $amount, $details );
	}
	private function record( $user_id, $type, $amount, $details ) {
		global $wpdb;
		$locked = get_user_meta( $user_id, 'stand_in_locked', true );
		if ( 'commits' === $locked ) {
			$wpdb->query( 'COMMIT' );
		}
		if ( $locked && 'throws' !== $locked ) {
			return 'says' === $locked ? new WP_Error( 'locked', 'The account is locked.' ) : false;
		}
		$own = get_option( 'stand_in_transactions' );
		if ( $own && '1' !== $wpdb->get_var( "SELECT GET_LOCK('woo_wallet_lock_user_$user_id', 5)" ) ) {
			return false;
		}
		$own && $wpdb->query( 'START TRANSACTION' );
		$blog_id = get_current_blog_id();
		$id = $wpdb->insert( $wpdb->base_prefix . 'woo_wallet_transactions', compact( 'blog_id', 'user_id', 'type', 'amount', 'details' ) ) ? $wpdb->insert_id : false;
		if ( $own ) {
			$wpdb->query( $id ? 'COMMIT' : 'ROLLBACK' );
			$wpdb->get_var( "SELECT RELEASE_LOCK('woo_wallet_lock_user_$user_id')" );
		}
		$id && do_action( 'woo_wallet_transaction_recorded', $id, $user_id, $amount, $type );
		if ( 'throws' === $locked ) {
			throw new RuntimeException( 'a mail that could not be sent' );
		}
		return $id;
	}
}
class Stand_In_Woo_Wallet {
	public $wallet;
	public function __construct() { $this->wallet = new Stand_In_Wallet(); }
}
function woo_wallet() {
	static $one;
	return $one ? $one : ( $one = new Stand_In_Woo_Wallet() );
}
add_action( 'init', function () {
	if ( ! wp_installing() && ! get_option( 'stand_in_wallet' ) ) {
		woo_wallet()->wallet->ready();
		update_option( 'stand_in_wallet', 1 );
	}
} );
