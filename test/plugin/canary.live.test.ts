import { readFileSync, writeFileSync } from 'node:fs';
import { place } from '../../lab/loopback/place';
import { php } from './php';

const at = place();
afterAll(() => at.remove());

/** WordPress and WooCommerce as far as a canary order asks for them; saving one fails within another plugin, at line 3 of `store`. */
const world = `
  class WP_REST_Response { function __construct(public $data, public $status) {} }
  class WC_Order { function __call($name, $given) {} function save() { (include '${at.path('store.php')}')(); } }
  class WC_Order_Item_Fee { function __call($name, $given) {} }
  class wpdb { public $posts = 'wp_posts'; public $prefix = 'wp_'; public $postmeta = 'wp_postmeta'; function __call($name, $given) { return null; } }
  function wc_create_order() {} function add_filter() {} function remove_filter() {} function wp_suspend_cache_addition() {}
  $GLOBALS['wpdb'] = new wpdb; $GLOBALS['wp_filter'] = [];
  eval('namespace Handover; class Claim { static function read() { return new self; } function not_primary() { return null; } }');`;

test('what another plugin throws into a canary order is logged with its kind and place, without its words', async () => {
  const [log, store] = [at.path('php.log'), at.path('store.php')];
  writeFileSync(
    store,
    `<?php\nreturn function () {\n  throw new DomainException('Erika Mustermann, erika@example.com');\n};\n`,
  );
  const answer = `$answer = Handover\\Canary::answer(['key' => 'canary-1']); echo $answer->status;`;
  expect(await php(`ini_set('error_log', '${log}'); ${world} ${answer}`)).toBe('503');
  const logged = readFileSync(log, 'utf8');
  expect(logged).toContain(`handover: no canary order: DomainException at ${store}:3`);
  expect(logged).not.toMatch(/Erika|example\.com/);
});
