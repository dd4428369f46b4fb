/** Receipts for hosts that build their own messages: the hook that says who has read one. */
export { useReaders } from './use-readers.ts'
