import { shopperArguments, type ShopperArguments } from './arguments';
import { startShoppers } from './process';

function argumentsOrExit(): ShopperArguments {
  try {
    return shopperArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`shoppers: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const wanted = argumentsOrExit();
  const running = await startShoppers(wanted, (line) => console.log(line));
  console.log(`shoppers run in ${wanted.place}`);
  let draining = false;
  const stop = (): void => {
    if (draining) return;
    draining = true;
    void running.drain().then((unanswered) => {
      console.log(unanswered === 0 ? 'every intent was answered' : `${unanswered} intents are still unanswered`);
      process.exit(unanswered === 0 ? 0 : 3);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

void main();
