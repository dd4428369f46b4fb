import { expect, test } from 'vitest'
import { encodeS3, queryOf, signedHeaders } from './s3-signature.ts'

const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
}
const at = new Date('2013-05-24T00:00:00.000Z')
const signatureOf = (headers: Record<string, string>) => headers.authorization?.match(/Signature=(\w+)/)?.[1]

/** The examples of the specification: "Authenticating Requests: Using the Authorization Header", Amazon S3. */
test.each([
  [
    'a part of an object',
    {
      method: 'GET' as const,
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { range: 'bytes=0-9' },
    },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'a list',
    {
      method: 'GET' as const,
      url: new URL(`https://examplebucket.s3.amazonaws.com/?${queryOf({ prefix: 'J', 'max-keys': '2' })}`),
    },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs %s as the specification does', (_, request, signature) => {
  expect(signatureOf(signedHeaders(request, keys, at))).toBe(signature)
})

test('a space becomes %20, never +, and characters that an address may contain are encoded, too', () => {
  expect(encodeS3("a b+c!'()*~é")).toBe('a%20b%2Bc%21%27%28%29%2A~%C3%A9')
})
