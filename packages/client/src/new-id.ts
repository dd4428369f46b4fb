const hex = (byte: number) => byte.toString(16).padStart(2, '0')

/**
 * A new UUID of version 7 (RFC 9562): the time in milliseconds and 74 random bits. Ids of one millisecond are in no
 * order. Works in pages without TLS, too.
 */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const [variant = 0, ...bytes] = crypto.getRandomValues(new Uint8Array(10))
  const random = bytes.map(hex).join('')
  const [a, b, c] = [random.slice(0, 3), random.slice(3, 6), random.slice(6)]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${'89ab'[variant % 4]}${b}-${c}`
}
