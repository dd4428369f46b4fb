import { randomBytes } from 'node:crypto'

/** A random key. It reveals nothing of the content, not even that two users uploaded the same file. */
export const newBlobKey = (): string => randomBytes(20).toString('hex')
