/**
 * The token of a handshake: `auth.token` without a leading `Bearer ` or, if that is no text or empty, the token of the
 * Authorization header (see `bearerOf`); undefined if that has none either. Does not check the token.
 */
export function tokenOf(handshake: { auth: unknown; headers: { authorization?: string } }): string | undefined {
  const { auth, headers } = handshake
  const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : undefined
  const token = typeof given === 'string' ? given.replace(/^Bearer /i, '') : ''
  return token === '' ? bearerOf(headers.authorization) : token
}

/** The token in an Authorization header; undefined if the header is missing, malformed or of another scheme. */
export const bearerOf = (header: string | undefined): string | undefined => header?.match(/^Bearer (\S+)$/i)?.[1]
