import { createHmac, timingSafeEqual } from 'node:crypto'

/*
 * Finds the signed-in user by a signed cookie with their name. It keeps nothing in memory, because the pages of Next.js
 * and the chat load separate copies of this file.
 */

const secret = process.env.SESSION_SECRET ?? 'for trying it out'
const signatureOf = (name) => createHmac('sha256', secret).update(name).digest('base64url')

export const cookieOf = (name) => `user=${name}.${signatureOf(name)}; Path=/; HttpOnly; SameSite=Lax`

export function userOf(cookie = '') {
  const [, name = '', signature = ''] = cookie.match(/\buser=(\w+)\.([\w-]+)/) ?? []
  const [given, right] = [signature, signatureOf(name)].map((text) => Buffer.from(text))
  return given.length === right.length && timingSafeEqual(given, right) ? { id: name, username: name } : null
}
