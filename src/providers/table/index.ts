/** The table adapter. There is only one kind, so the site file has no kind field for it. */
export { dynamodb as openTable } from './dynamodb';
