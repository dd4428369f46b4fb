import { cookieOf } from '../../../sessions.js'

export async function POST(_request, { params }) {
  const { name } = await params
  return new Response(null, { status: 204, headers: { 'Set-Cookie': cookieOf(name) } })
}
