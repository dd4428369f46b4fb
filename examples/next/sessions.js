import { createHmac, timingSafeEqual } from 'node:crypto'

/*
 * Who is signed in, by a cookie that names them and is signed. The pages of Next.js and the chat load this file each for
 * itself, so it keeps nothing in memory.
 */

const secret = process.env.SESSION_SECRET ?? 'for trying it out'
const signatureOf = (name) => createHmac('sha256', secret).update(name).digest('base64url')

export const cookieOf = (name) => `user=${name}.${signatureOf(name)}; Path=/; HttpOnly; SameSite=Lax`

export function userOf(cookie = '') {
  const [, name = '', signature = ''] = cookie.match(/\buser=(\w+)\.([\w-]+)/) ?? []
  const [given, right] = [signature, signatureOf(name)].map((text) => Buffer.from(text))
  return given.length === right.length && timingSafeEqual(given, right) ? { id: name, username: name } : null
}
