import type { Fields } from './inbox.ts'

export interface RestAnswer<B = Fields> {
  status: number
  headers: Headers
  body: B
}

/** `fetch` with a token, as a page of one of these clients would call it. */
export class Rest {
  private readonly url: string
  private readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  get<B = Fields>(path: string): Promise<RestAnswer<B>> {
    return this.call('GET', path)
  }

  list(path: string): Promise<RestAnswer<Fields[]>> {
    return this.call('GET', path)
  }

  post(path: string, body?: unknown): Promise<RestAnswer> {
    return this.call('POST', path, body)
  }

  async call<B = Fields>(method: string, path: string, body?: unknown): Promise<RestAnswer<B>> {
    return this.callWithText(method, path, body === undefined ? undefined : JSON.stringify(body))
  }

  /** The same with a body that need not be JSON. */
  callWithText<B = Fields>(method: string, path: string, body?: string): Promise<RestAnswer<B>> {
    return this.send(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body,
    })
  }

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
