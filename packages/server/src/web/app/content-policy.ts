const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  // Text becomes markup or a script nowhere: the browser refuses it, and no policy makes an exception.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]

/** What a page of ours may load, and which pages may show it in a frame: none, if no other is named. */
export const contentSecurityPolicy = (frameAncestors: readonly string[] = ["'none'"]): string =>
  [...directives, `frame-ancestors ${frameAncestors.join(' ')}`].join('; ')

/** An origin as a page has it: `https://app.example`, with its port where it is not the usual one. */
const isOrigin = (text: string): boolean =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text

/**
 * The pages that may show the embedded chat: those of the same origin, and those of the given ones. Throws for what is no
 * origin, and could otherwise say something else in the header.
 *
 * @example embeddingPages(['https://app.example']) // ["'self'", 'https://app.example']
 */
export function embeddingPages(origins: readonly string[]): string[] {
  const wrong = origins.find((origin) => origin !== '*' && !isOrigin(origin))
  if (wrong !== undefined)
    throw new Error(`embedOrigins: ${JSON.stringify(wrong)} is no origin such as https://app.example.`)
  return ["'self'", ...origins]
}
