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
  // Browsers refuse to turn strings into markup or scripts, without exceptions.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]

/**
 * Returns the header Content-Security-Policy of our pages. `frameAncestors` are the pages that may show them in a
 * frame, none by default. They are not checked: use `embeddingPages`.
 */
export const contentSecurityPolicy = (frameAncestors: readonly string[] = ["'none'"]): string =>
  [...directives, `frame-ancestors ${frameAncestors.join(' ')}`].join('; ')

/** Whether a text is an origin in its usual form, such as `https://app.example`. */
const isOrigin = (text: string): boolean =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text

/**
 * Returns the values of `frame-ancestors` for the embedded chat: the same origin and the given ones. `*` stands for
 * all. Throws an Error for any other text that is no origin in its usual form, because it could add something else to
 * the header.
 *
 * @example embeddingPages(['https://app.example']) // ["'self'", 'https://app.example']
 */
export function embeddingPages(origins: readonly string[]): string[] {
  const wrong = origins.find((origin) => origin !== '*' && !isOrigin(origin))
  if (wrong !== undefined)
    throw new Error(`embedOrigins: ${JSON.stringify(wrong)} is no origin such as https://app.example.`)
  return ["'self'", ...origins]
}
