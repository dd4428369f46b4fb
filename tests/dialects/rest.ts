import type { Fields } from './inbox.ts'

export interface RestAnswer<B = Fields> {
  status: number
  headers: Headers
  body: B
}

/**
 * HTTP requests with a token, as a page of one of these clients would send them. Every answer resolves, also a refusal;
 * its body is parsed as JSON, undefined if it is empty.
 */
export class Rest {
  private readonly url: string
  private readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  /** Sends GET. */
  get<B = Fields>(path: string): Promise<RestAnswer<B>> {
    return this.call('GET', path)
  }

  /** Sends GET for an answer that is an array. */
  list(path: string): Promise<RestAnswer<Fields[]>> {
    return this.call('GET', path)
  }

  /** Sends POST with this body as JSON. */
  post(path: string, body?: unknown): Promise<RestAnswer> {
    return this.call('POST', path, body)
  }

  /** Sends a request of this method, with the body as JSON, or without one. */
  async call<B = Fields>(method: string, path: string, body?: unknown): Promise<RestAnswer<B>> {
    return this.callWithText(method, path, body === undefined ? undefined : JSON.stringify(body))
  }

  /** Sends a request whose body need not be JSON, although its type says so. */
  callWithText<B = Fields>(method: string, path: string, body?: string): Promise<RestAnswer<B>> {
    return this.send(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body,
    })
  }

  /** Sends POST with a form, such as one with a file. */
  callWithForm(path: string, body: FormData): Promise<RestAnswer> {
    return this.send(path, { method: 'POST', body })
  }

  private async send<B>(path: string, init: RequestInit): Promise<RestAnswer<B>> {
    const headers = new Headers(init.headers)
    if (this.token !== undefined) headers.set('Authorization', `Bearer ${this.token}`)
    const response = await fetch(this.url + path, { ...init, headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}
