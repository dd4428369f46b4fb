/** The token of a handshake: `auth.token` with or without `Bearer `, else that of the Authorization header. */
export function tokenOf(handshake: { auth: unknown; headers: { authorization?: string } }): string | undefined {
  const { auth, headers } = handshake
  const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : undefined
  if (typeof given === 'string' && given !== '') return given.replace(/^Bearer /i, '')
  return bearerOf(headers.authorization)
}

/** The token in an Authorization header; undefined if it is missing or of another scheme. */
export const bearerOf = (header: string | undefined): string | undefined => header?.match(/^Bearer (\S+)$/i)?.[1]
