<?php
/**
 * A stand-in for TeraWallet: a balance is the sum of its transactions, a credit or a debit adds one.
 */

// phpcs:disable
class Stand_In_Wallet {
	private function table() {
		global $wpdb;
		$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->base_prefix}woo_wallet_transactions (transaction_id bigint AUTO_INCREMENT PRIMARY KEY, user_id bigint, type varchar(10), amount decimal(16,8), details text, deleted tinyint DEFAULT 0, KEY user_id (user_id))" );
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
			return false;
		}
		$wpdb->insert( $wpdb->base_prefix . 'woo_wallet_transactions', compact( 'user_id', 'type', 'amount', 'details' ) );
		$id = $wpdb->insert_id;
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
