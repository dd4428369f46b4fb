import { randomBytes } from 'node:crypto'

/**
 * A new random key, of 40 hexadecimal digits. It reveals nothing of the content, not even that two users uploaded the
 * same file.
 */
export const newBlobKey = (): string => randomBytes(20).toString('hex')
