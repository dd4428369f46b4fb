import { randomBytes } from 'node:crypto'

/** Random: it says nothing of what it holds, so that nobody learns that two people uploaded the same file. */
export const newBlobKey = (): string => randomBytes(20).toString('hex')
