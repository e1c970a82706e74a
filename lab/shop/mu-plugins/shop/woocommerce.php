<?php
/**
 * What the plugin handover asks of WooCommerce and Action Scheduler by name, answered by the lab's shop.
 */

declare(strict_types=1);

/** The queue's store. */
final class ActionScheduler
{
    public static function store(): ActionScheduler_Store
    {
        return new ActionScheduler_Store();
    }
}

final class ActionScheduler_Store
{
    public function get_claim_id(int $action): int
    {
        return (int) Shop\Rows::text('SELECT claim_id FROM wp_actionscheduler_actions WHERE action_id = %d', $action);
    }

    /** @return list<int> */
    public function find_actions_by_claim_id(string $claim): array
    {
        $rows = Shop\Rows::all('SELECT action_id FROM wp_actionscheduler_actions WHERE claim_id = %d', (int) $claim);
        return array_map(static fn (array $row): int => (int) $row['action_id'], $rows);
    }

    /** Gives back what the claim has not run. */
    public function release_claim(ActionScheduler_ActionClaim $claim): void
    {
        Shop\Rows::update('actionscheduler_actions', ['claim_id' => 0], ['claim_id' => (int) $claim->id, 'status' => 'pending']);
        Shop\Rows::delete('actionscheduler_claims', ['claim_id' => (int) $claim->id]);
    }
}

final class ActionScheduler_ActionClaim
{
    /** @param list<int> $actions */
    public function __construct(public readonly string $id, public readonly array $actions)
    {
    }
}

/** An order as the plugin's canary makes, reads and takes back one. */
class WC_Order
{
    /** @var array<string, string> */
    private array $values = ['status' => 'pending', 'total' => '0', 'order_key' => '', 'billing_email' => '', 'created_via' => ''];
    /** @var list<WC_Order_Item_Fee> */
    private array $fees = [];

    public function __construct(private int $id = 0)
    {
        $row = $id === 0 ? null : Shop\Rows::one(
            'SELECT o.status, o.total_amount, o.billing_email, p.order_key, p.created_via FROM wp_wc_orders o'
            . ' JOIN wp_wc_order_operational_data p ON p.order_id = o.id WHERE o.id = %d',
            $id,
        );
        if ($row !== null) {
            $this->values = ['total' => (string) $row['total_amount'], 'status' => substr((string) $row['status'], 3)] + array_map(strval(...), $row);
            $fees = Shop\Rows::all("SELECT order_item_name FROM wp_woocommerce_order_items WHERE order_id = %d AND order_item_type = 'fee'", $id);
            $this->fees = array_map(static fn (array $fee): WC_Order_Item_Fee => new WC_Order_Item_Fee((string) $fee['order_item_name']), $fees);
        }
    }

    public function set_created_via(string $value): void
    {
        $this->values['created_via'] = $value;
    }

    public function set_status(string $value): void
    {
        $this->values['status'] = $value;
    }

    public function set_billing_email(string $value): void
    {
        $this->values['billing_email'] = $value;
    }

    public function set_order_key(string $value): void
    {
        $this->values['order_key'] = $value;
    }

    public function set_total(string $value): void
    {
        $this->values['total'] = $value;
    }

    public function add_item(WC_Order_Item_Fee $item): void
    {
        $this->fees[] = $item;
    }

    public function save(): int
    {
        $now = gmdate('Y-m-d H:i:s');
        $this->id = Shop\Draft::placeholder('shop_order_placehold');
        Shop\Rows::insert('wc_orders', [
            'id' => $this->id,
            'status' => "wc-{$this->values['status']}",
            'currency' => 'EUR',
            'type' => 'shop_order',
            'total_amount' => $this->values['total'],
            'billing_email' => $this->values['billing_email'],
            'date_created_gmt' => $now,
            'date_updated_gmt' => $now,
        ]);
        $made = ['order_key' => $this->values['order_key'], 'created_via' => $this->values['created_via']];
        Shop\Rows::insert('wc_order_operational_data', ['order_id' => $this->id, ...$made]);
        foreach ($this->fees as $fee) {
            $row = ['order_item_name' => $fee->name, 'order_item_type' => 'fee', 'order_id' => $this->id];
            Shop\Draft::details(Shop\Rows::insert('woocommerce_order_items', $row), ['_line_total' => $fee->total]);
        }
        return $this->id;
    }

    public function get_id(): int
    {
        return $this->id;
    }

    public function get_order_key(): string
    {
        return $this->values['order_key'];
    }

    public function get_created_via(): string
    {
        return $this->values['created_via'];
    }

    /** @return list<WC_Order_Item_Fee> */
    public function get_items(string $type): array
    {
        return $type === 'fee' ? $this->fees : [];
    }

    public function delete(bool $force): bool
    {
        Shop\Removing::remove($this->id);
        return $force;
    }
}

final class WC_Order_Item_Fee
{
    public string $total = '0';

    public function __construct(public string $name = '')
    {
    }

    public function set_name(string $name): void
    {
        $this->name = $name;
    }

    public function set_total(string $total): void
    {
        $this->total = $total;
    }
}

function wc_create_order(): WC_Order
{
    return new WC_Order();
}

function wc_get_order(int $id): WC_Order
{
    return new WC_Order($id);
}
