import { cookieOf } from '../../../sessions.js'

export async function POST(_request, { params }) {
  const { name } = await params
  return new Response(null, { status: 303, headers: { Location: '/', 'Set-Cookie': cookieOf(name) } })
}
