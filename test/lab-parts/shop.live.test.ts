import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { authenticate } from '../../lab/table/access';
import { initialSettings } from '../../lab/shop/install';

const run = promisify(execFile);
const shop = join(__dirname, '../../lab/shop');
const sources = readdirSync(shop, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.php'));

/** Runs PHP with the shop's classes at hand, outside WordPress. */
async function php(code: string): Promise<string> {
  const loader = `spl_autoload_register(fn ($class) => require '${shop}/mu-plugins/shop/' . substr($class, 5) . '.php');`;
  const { stdout } = await run('php', ['-d', 'display_errors=stderr', '-r', `${loader} ${code}`]);
  return stdout;
}

describe('the PHP of the shop', () => {
  it.each(sources)('%s is PHP that compiles, with strict types', async (name) => {
    const { stdout } = await run('php', ['-l', join(shop, name)]);
    expect(stdout).toMatch(/^No syntax errors/);
    const { stdout: strict } = await run('grep', ['-c', '^declare(strict_types=1);$', join(shop, name)]);
    expect(strict.trim()).toBe('1');
  });

  it.each([
    ['25.98000000', 2598, '25.98'],
    ['25.9', 2590, '25.90'],
    ['25', 2500, '25.00'],
    ['-0.05', -5, '-0.05'],
    ['-25.98', -2598, '-25.98'],
    ['0.05', 5, '0.05'],
    ['99999999.99', 9999999999, '99999999.99'],
  ])('reads %s as %i cents and writes it as %s', async (decimal, cents, text) => {
    const code = `use Shop\\Money; $cents = Money::cents('${decimal}'); echo json_encode([$cents, Money::text($cents)]);`;
    expect(JSON.parse(await php(code))).toEqual([cents, text]);
  });

  it('signs a table call as the table checks it', async () => {
    const body = '{"TableName":"shop","Item":{"pk":{"S":"order#ä"}}}';
    const signer = `new Shop\\AwsSignature('AKIDSHOP', 'secret/+=', 'lab-a', 'dynamodb')`;
    const call = `->headers('http://198.51.100.10:8000', 'DynamoDB_20120810.PutItem', '${body}', '20261123T120000Z')`;
    const lines = JSON.parse(await php(`echo json_encode((${signer})${call});`)) as string[];
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    );
    const shopCaller = { name: 'shop', secret: 'secret/+=' };
    expect(authenticate(headers, body, new Map([['AKIDSHOP', shopCaller]]))).toBe(shopCaller);
    expect(authenticate(headers, `${body} `, new Map([['AKIDSHOP', shopCaller]]))).toMatchObject({
      type: 'InvalidSignatureException',
    });
  });

  it.each([
    ['no key', '{}', 'key must be 1 to 100 letters'],
    ['a key with a slash', '{"key":"a/b"}', 'key must be 1 to 100 letters'],
    ['no customer', '{"key":"k","intent":"i"}', 'customer must be'],
    ['no lines', '{"key":"k","intent":"i","customer":"c","lines":[]}', 'lines must be 1 to 20 entries such as'],
    [
      'half a piece',
      '{"key":"k","intent":"i","customer":"c","lines":[{"sku":"s","qty":0.5}]}',
      'lines.0.qty must be a whole number',
    ],
    ['another time to pay', '{"pay":"never"}', 'pay must be "now" or "later"'],
  ])('refuses an order with %s and names the field', async (_, body, because) => {
    const code = `try { Shop\\OrderRequest::read(json_decode('${body}', true)); }
      catch (Shop\\Refusal $r) { echo json_encode([$r->status, $r->getMessage()]); }`;
    const [status, message] = JSON.parse(await php(code)) as [number, string];
    expect(status).toBe(400);
    expect(message).toContain(because);
  });

  it.each([
    ['/wp-json/wc/store/v1/checkout', true],
    ['/wp-json/wc/store/v1/checkout/key-1', true],
    ['/wp-json/wc/store/v1/cart?token=x', true],
    ['/wp-json/wc/v3/orders/key-1/refunds', true],
    ['/my-account/', true],
    ['/wp-json/handover/v1/health', false],
    ['/wp-json/wc/store/v1/products', false],
    ['/', false],
    ['/wp-login.php', false],
  ])('answers %s itself: %s', async (uri, own) => {
    expect(JSON.parse(await php(`echo json_encode(Shop\\Router::answersFor('${uri}'));`))).toBe(own);
  });
});

describe('the settings a region starts with', () => {
  it('make A the primary and B the standby of epoch 1', () => {
    expect(initialSettings('A')).toBe(
      'env[HANDOVER_SITE] = "lab"\nenv[HANDOVER_REGION] = "A"\nenv[HANDOVER_ROLE] = "primary"\nenv[HANDOVER_EPOCH] = "1"\n' +
        'env[AWS_DYNAMODB_REGION] = "lab-a"\nenv[HANDOVER_SCHEDULER] = "on"\n',
    );
    expect(initialSettings('B')).toContain('env[HANDOVER_ROLE] = "standby"\n');
    expect(initialSettings('B')).toContain('env[HANDOVER_SCHEDULER] = "off"\n');
  });

  it('name no table in a shop that has none', () => {
    expect(initialSettings('A', 'plain')).not.toContain('AWS_DYNAMODB_REGION');
  });
});
