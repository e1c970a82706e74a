export { alerts } from './alerts';
export { drill } from './drill';
export { monitor } from './monitor';
export { rejoin } from './rejoin';
export { salvage } from './salvage';
export { transfer } from './transfer';
