/** The hook that tells who has read a message, for hosts that build their own messages. */
export { useReaders } from './use-readers.ts'
