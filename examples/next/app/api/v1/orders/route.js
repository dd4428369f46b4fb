import { userOf } from '../../../../sessions.js'

export function GET({ headers }) {
  const user = userOf(headers.get('cookie') ?? '')
  return new Response(user ? `The orders of ${user.username}` : 'Sign in first')
}
