export { drill } from './drill';
export { monitor } from './monitor';
export { rejoin } from './rejoin';
export { transfer } from './transfer';
