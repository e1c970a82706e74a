/** Whoever keeps the table. There is one kind, so the site file names none. */
export { dynamodb as openTable } from './dynamodb';
