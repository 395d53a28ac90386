<?php
/**
 * A stand-in for WooCommerce, which no registry has: the documented functions, objects and hooks that the plugin uses, and
 * nothing else. Orders are rows of a table of their own; on a site with classic storage each has a post of the same number.
 */

// phpcs:disable
namespace Automattic\WooCommerce\Utilities {
	class FeaturesUtil {
		public static $declared = array();
		public static function declare_compatibility( $feature, $file, $positive = true ) {
			self::$declared[ $feature ] = $positive;
			return true;
		}
	}
	class OrderUtil {
		public static function custom_orders_table_usage_is_enabled() {
			return 'hpos' === getenv( 'SITE_ORDERS' );
		}
	}
}

namespace {
	define( 'WC_VERSION', '9.4.0' );

	class WC_DateTime extends DateTime {}

	class WC_Thing {
		public $id, $data, $meta;
		public function __construct( $id = 0, $data = array(), $meta = array() ) {
			list( $this->id, $this->data, $this->meta ) = array( (int) $id, $data, $meta );
		}
		public function get_id() { return $this->id; }
		public function get_meta( $name ) { return isset( $this->meta[ $name ] ) ? $this->meta[ $name ] : ''; }
		public function update_meta_data( $name, $value ) { $this->meta[ $name ] = $value; }
		public function add_meta_data( $name, $value, $unique = false ) { $this->meta[ $name ] = $value; }
		public function delete_meta_data( $name ) { unset( $this->meta[ $name ] ); }
		protected function of( $name, $otherwise = '' ) { return isset( $this->data[ $name ] ) ? $this->data[ $name ] : $otherwise; }
		protected function time( $name ) {
			return isset( $this->data[ $name ] ) ? ( new WC_DateTime() )->setTimestamp( $this->data[ $name ] ) : null;
		}
	}

	class WC_Product extends WC_Thing {
		public function get_name() { return get_post( $this->id )->post_title; }
		public function get_parent_id() { return (int) get_post( $this->id )->post_parent; }
		public function get_type() { return 'product_variation' === get_post_type( $this->id ) ? 'variation' : 'simple'; }
		public function get_children() { return get_posts( array( 'post_type' => 'product_variation', 'post_parent' => $this->id, 'fields' => 'ids', 'numberposts' => -1 ) ); }
		public function get_status() { return get_post_status( $this->id ); }
		public function get_meta( $name ) {
			return array_key_exists( $name, $this->meta ) ? $this->meta[ $name ] : get_post_meta( $this->id, $name, true );
		}
		public function delete_meta_data( $name ) { $this->meta[ $name ] = ''; }
		public function get_sku() { return $this->get_meta( '_sku' ); }
		public function get_price() { return $this->get_meta( '_price' ); }
		public function get_regular_price() { return $this->get_meta( '_regular_price' ); }
		public function get_sale_price() { return ''; }
		public function get_stock_status() { return 'instock'; }
		public function get_stock_quantity() { return '' === $this->get_meta( '_stock' ) ? null : (int) $this->get_meta( '_stock' ); }
		public function get_date_modified() { return ( new WC_DateTime() )->setTimestamp( get_post_modified_time( 'U', true, $this->id ) ); }
		public function get_permalink() { return get_permalink( $this->id ); }
		public function save() {
			foreach ( $this->meta as $name => $value ) {
				'' === $value ? delete_post_meta( $this->id, $name ) : update_post_meta( $this->id, $name, $value );
			}
		}
	}

	class WC_Order_Item_Product extends WC_Thing {
		public function get_name() { return $this->of( 'name' ); }
		public function get_quantity() { return $this->of( 'quantity', 1 ); }
		public function get_total() { return $this->of( 'total', '0' ); }
		public function get_total_tax() { return $this->of( 'total_tax', '0' ); }
		public function get_product() { return wc_get_product( $this->of( 'product_id', 0 ) ); }
	}

	class WC_Order extends WC_Thing {
		public $items = array();
		private $moved = null;

		public function get_type() { return $this->of( 'type', 'shop_order' ); }
		public function get_order_number() { return apply_filters( 'woocommerce_order_number', (string) $this->id, $this ); }
		public function get_status() { return $this->of( 'status', 'pending' ); }
		public function has_status( $status ) { return in_array( $this->get_status(), (array) $status, true ); }
		public function get_items( $type = 'line_item' ) { return $this->items; }
		public function get_refunds() {
			global $wpdb;
			return array_map( 'wc_get_order', $wpdb->get_col( $wpdb->prepare( "SELECT id FROM stand_in_orders WHERE type = 'shop_order_refund' AND parent = %d ORDER BY id DESC", $this->id ) ) );
		}
		public function get_item( $id ) { return isset( $this->items[ $id ] ) ? $this->items[ $id ] : false; }
		public function get_billing_email() { return $this->of( 'billing_email' ); }
		public function get_customer_id() { return (int) $this->of( 'customer_id', 0 ); }
		public function get_currency() { return 'UAH'; }
		public function get_payment_method() { return $this->of( 'payment_method' ); }
		public function get_customer_note() { return $this->of( 'customer_note' ); }
		public function get_amount() { return $this->of( 'amount', '0' ); }
		public function get_date_paid() { return $this->time( 'date_paid' ); }
		public function get_date_created() { return $this->time( 'date_created' ); }
		public function set_date_created( $time ) { $this->data['date_created'] = $time; }
		public function get_edit_order_url() { return admin_url( 'post.php?post=' . $this->id . '&action=edit' ); }
		public function set_date_paid( $time ) { $this->data['date_paid'] = $time; }
		public function add_order_note( $note ) {
			global $wpdb;
			$wpdb->insert( 'stand_in_notes', array( 'order_id' => $this->id, 'note' => $note ) );
		}
		public function set_status( $status ) {
			$this->moved = array( $this->get_status(), $status );
			$this->data['status'] = $status;
			// Of all that means paid, WooCommerce dates the one that it would have set itself, and completed after processing.
			$expected = apply_filters( 'woocommerce_payment_complete_order_status', 'processing', $this->id, $this );
			if ( ! isset( $this->data['date_paid'] ) && ( $expected === $status || ( 'processing' === $expected && 'completed' === $status ) ) ) {
				$this->data['date_paid'] = time();
			}
		}
		public function save() {
			global $wpdb;
			$row = array( 'id' => $this->id, 'type' => $this->get_type(), 'status' => $this->get_status(), 'date_paid' => (int) $this->of( 'date_paid', 0 ), 'date_created' => (int) $this->of( 'date_created', 0 ), 'date_modified' => time(), 'parent' => (int) $this->of( 'parent', 0 ), 'body' => serialize( array( $this->data, $this->meta, $this->items ) ) );
			$wpdb->replace( 'stand_in_orders', $row );
			if ( $this->moved && $this->moved[0] !== $this->moved[1] ) {
				list( $from, $to ) = $this->moved;
				$this->moved       = null;
				do_action( 'woocommerce_order_status_' . $to, $this->id, $this );
				do_action( 'woocommerce_order_status_' . $from . '_to_' . $to, $this->id, $this );
				do_action( 'woocommerce_order_status_changed', $this->id, $from, $to, $this );
			}
			return $this->id;
		}
		public function update_status( $status ) { $this->set_status( $status ); return (bool) $this->save(); }
		public function payment_complete() {
			do_action( 'woocommerce_pre_payment_complete', $this->id, '' );
			if ( $this->has_status( wc_get_is_paid_statuses() ) ) {
				do_action( 'woocommerce_payment_complete_order_status_' . $this->get_status(), $this->id, '' );
				return true;
			}
			$this->set_status( apply_filters( 'woocommerce_payment_complete_order_status', 'processing', $this->id, $this ) );
			$this->save();
			do_action( 'woocommerce_payment_complete', $this->id, '' );
			return true;
		}
		public function add_product( $product, $quantity = 1, $args = array() ) {
			global $wpdb;
			$wpdb->insert( 'stand_in_items', array( 'order_id' => $this->id ) );
			$item = new WC_Order_Item_Product( $wpdb->insert_id, array( 'product_id' => $product->get_id(), 'name' => $product->get_name(), 'quantity' => $quantity, 'total' => isset( $args['total'] ) ? $args['total'] : $product->get_price() ) );
			$this->items[ $item->get_id() ] = $item;
			return $item->get_id();
		}
	}
	class WC_Order_Refund extends WC_Order {}

	class WC_Admin_Meta_Boxes {
		public static $meta_box_errors = array();
		public static function add_error( $text ) { self::$meta_box_errors[] = $text; }
	}

	function wc_get_is_paid_statuses() { return apply_filters( 'woocommerce_order_is_paid_statuses', array( 'processing', 'completed' ) ); }
	function get_woocommerce_currency() { return 'UAH'; }
	function wc_get_price_decimals() { return (int) get_option( 'woocommerce_price_num_decimals', 2 ); }
	function wc_get_page_screen_id( $for ) { return 'hpos' === getenv( 'SITE_ORDERS' ) ? 'woocommerce_page_wc-orders' : 'shop_order'; }
	function wc_add_notice( $words, $kind ) { $GLOBALS['stand_in_notices'][] = $words; }
	function woocommerce_wp_text_input( $field ) {
		printf( '<p class="form-field"><label>%s</label><input type="text" name="%s" value="%s"></p>', esc_html( $field['label'] ), esc_attr( isset( $field['name'] ) ? $field['name'] : $field['id'] ), esc_attr( $field['value'] ) );
	}
	function wc_get_product( $id ) {
		return in_array( get_post_type( $id ), array( 'product', 'product_variation' ), true ) ? new WC_Product( $id ) : false;
	}
	function wc_create_order( $data = array() ) {
		global $wpdb;
		$id = 'hpos' === getenv( 'SITE_ORDERS' ) ? null : wp_insert_post( array( 'post_type' => 'shop_order', 'post_title' => 'Order', 'post_status' => 'publish' ) );
		$wpdb->insert( 'stand_in_orders', array( 'id' => $id, 'type' => 'shop_order', 'status' => 'pending', 'date_paid' => 0, 'body' => '' ) );
		$order = new WC_Order( $wpdb->insert_id, array_merge( array( 'date_created' => time() ), $data ) );
		$order->save();
		return $order;
	}
	function wc_get_order( $id ) {
		global $wpdb;
		if ( $id instanceof WC_Order ) {
			return $id;
		}
		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM stand_in_orders WHERE id = %d', $id ) );
		if ( ! $row ) {
			return false;
		}
		list( $data, $meta, $items ) = unserialize( $row->body );
		$order        = 'shop_order_refund' === $row->type ? new WC_Order_Refund( $id, $data, $meta ) : new WC_Order( $id, $data, $meta );
		$order->items = $items;
		return $order;
	}
	function wc_get_orders( $args ) {
		global $wpdb;
		$since = '';
		foreach ( array( 'date_paid', 'date_created', 'date_modified' ) as $date ) {
			if ( isset( $args[ $date ] ) && preg_match( '/^>=(\d+)$/', $args[ $date ], $found ) ) {
				$since .= $wpdb->prepare( " AND $date >= %d", $found[1] );
			}
		}
		$marks = implode( ',', array_fill( 0, count( $args['status'] ), '%s' ) );
		$pages = -1 === $args['limit'] ? '' : $wpdb->prepare( ' LIMIT %d OFFSET %d', $args['limit'], ( $args['page'] - 1 ) * $args['limit'] );
		$ids   = $wpdb->get_col( $wpdb->prepare( "SELECT id FROM stand_in_orders WHERE type = %s AND status IN ($marks)", array_merge( array( $args['type'] ), $args['status'] ) ) . $since . ' ORDER BY id ' . ( 'DESC' === $args['order'] ? 'DESC' : 'ASC' ) . $pages );
		return array_map( 'intval', $ids );
	}
	function wc_create_refund( $args ) {
		$order  = wc_get_order( $args['order_id'] );
		$refund = wc_create_order( array( 'type' => 'shop_order_refund', 'amount' => $args['amount'], 'status' => 'completed', 'parent' => $order->get_id() ) );
		foreach ( isset( $args['line_items'] ) ? $args['line_items'] : array() as $item_id => $line ) {
			$item = new WC_Order_Item_Product( 900000 + $item_id, array( 'quantity' => -$line['qty'], 'total' => '-' . $line['refund_total'] ), array( '_refunded_item_id' => $item_id ) );
			$refund->items[ $item->get_id() ] = $item;
		}
		$refund->save();
		if ( ! empty( $args['full'] ) ) {
			do_action( 'woocommerce_order_fully_refunded', $order->get_id(), $refund->get_id() );
			$order->update_status( 'refunded' );
		}
		do_action( 'woocommerce_order_refunded', $order->get_id(), $refund->get_id() );
		return $refund;
	}

	add_action( 'init', function () {
		register_post_type( 'product', array( 'public' => true, 'label' => 'Products' ) );
		register_post_type( 'product_variation', array( 'public' => false ) );
		register_post_type( 'shop_order', array( 'public' => false, 'show_ui' => true, 'label' => 'Orders' ) );
		register_taxonomy( 'product_cat', 'product' );
	}, 5 );
	add_action( 'plugins_loaded', function () {
		global $wpdb;
		if ( get_option( 'stand_in_tables' ) !== '1' && ! wp_installing() ) {
			$wpdb->query( 'CREATE TABLE IF NOT EXISTS stand_in_orders (id bigint AUTO_INCREMENT PRIMARY KEY, type varchar(30), status varchar(30), date_paid bigint, date_created bigint DEFAULT 0, date_modified bigint DEFAULT 0, parent bigint DEFAULT 0, body longtext)' );
			$wpdb->query( 'CREATE TABLE IF NOT EXISTS stand_in_items (id bigint AUTO_INCREMENT PRIMARY KEY, order_id bigint)' );
			$wpdb->query( 'CREATE TABLE IF NOT EXISTS stand_in_notes (id bigint AUTO_INCREMENT PRIMARY KEY, order_id bigint, note text)' );
			update_option( 'stand_in_tables', '1' );
		}
		do_action( 'before_woocommerce_init' );
	}, 1 );
}
