import type { Input, SignedIn } from '@parley/protocol'
import type { CallOptions, TokenRequest, Unsubscribe } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import { createEmitter } from '../emitter.ts'
import { withTabLock } from '../tab-lock.ts'
import { requestHttp } from './http.ts'

/** Stores the session over a reload; `localStorage` is one. Its methods may throw. */
export interface SessionStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Where the accounts are, and where this device keeps its session. */
export interface SessionsOptions {
  /** The address of the server, such as `https://chat.example.org`. */
  url: string
  /** Default: `localStorage` in browsers, otherwise none: then the session ends with the program. */
  storage?: SessionStorage
}

/**
 * The session of a built-in account on this device, with access tokens that it refreshes. Apps with their own users do
 * not need it.
 *
 * @example
 * const sessions = createSessions({ url: 'https://chat.example.org' })
 * if (!sessions.current) await sessions.signIn({ username: 'ana', password: 'correct horse' })
 * const chat = createChat({ url: 'https://chat.example.org', auth: sessions.accessToken })
 */
export interface Sessions {
  /** The present session; null without one. The same object until it changes. Shared by all tabs. */
  readonly current: SignedIn | null
  /** Does the session survive a reload? False if the storage is missing, full or blocked. */
  readonly isKept: boolean
  /** Did the server end the session, for example for another device of the person? True until the next sign-in. */
  readonly wasEnded: boolean
  /**
   * Calls the listener with the session at each change, also by another tab, until the returned function is called.
   * Errors of listeners are dropped.
   */
  subscribe(listener: (current: SignedIn | null) => void): Unsubscribe
  /** Creates an account and signs in. Rejects with a ChatError, or with the reason of an abort. */
  register(input: Input<'user.register'>, options?: CallOptions): Promise<SignedIn>
  /**
   * Signs in. The new session replaces the present one on this device, without a sign-out of that. Rejects as
   * `register` does.
   */
  signIn(input: Input<'session.create'>, options?: CallOptions): Promise<SignedIn>
  /** Signs out on this device at once, and on the server if it can be reached. Never rejects. */
  signOut(): Promise<void>
  /**
   * A valid access token, refreshed before it expires. Concurrent calls, also in other tabs, share one refresh. Rejects
   * with a ChatError: `unauthenticated` without a session or if the server ended it, `disconnected` if a refresh cannot
   * reach the server, otherwise the server's error. `replacing`: a token that the server refused.
   */
  accessToken(request?: TokenRequest): Promise<string>
  /** Stops following other tabs. The session stays, and the other methods still work. */
  close(): void
}

/**
 * Makes what signs one person in and out with a built-in account. Begins with the session that is stored on this
 * device, if any; asks the server nothing yet, so that session may have ended. Writes to the storage and removes that
 * again, to find out whether it can. In browsers it follows the other tabs until `close`. An invalid `url` shows only
 * in the first request, which rejects with a TypeError.
 *
 * @example
 * const sessions = createSessions({ url: location.origin })
 * const { user } = await sessions.register({ username: 'ana', password: 'correct horse' })
 */
export const createSessions = ({ url, storage = browserStorage() }: SessionsOptions): Sessions =>
  new BuiltInSessions(url, storage)

const asDevice = (deviceToken: string) => ({ deviceToken })

/** `accessToken` refreshes a token that expires sooner than this. */
const aheadMs = 90_000

/** `localStorage` of a browser, unless it is blocked. Not that of Node, which belongs to no user. */
function browserStorage(): SessionStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : window.localStorage
  } catch {
    return undefined
  }
}

class BuiltInSessions implements Sessions {
  readonly #url: string
  /** Undefined without a storage: then only this object knows the session. */
  readonly #storage: SessionStorage | undefined
  readonly #key: string
  /**
   * The key of the device token, which survives a sign-out: it shows the server that this device was signed in before.
   */
  readonly #deviceKey: string
  readonly #changes = createEmitter<{ current: SignedIn | null }>(undefined)
  #current: SignedIn | null
  #isKept: boolean
  #wasEnded = false
  #refreshing: Promise<string> | undefined

  constructor(url: string, storage: SessionStorage | undefined) {
    this.#url = url
    this.#storage = storage
    this.#key = `parley-session ${url}`
    this.#deviceKey = `parley-device ${url}`
    this.#current = this.#stored()
    const probe = `${this.#key}?`
    this.#isKept = this.#write(probe, url) && this.#write(probe, null)
    if (typeof window !== 'undefined') window.addEventListener('storage', this.#follow)
  }

  get current(): SignedIn | null {
    return this.#current
  }

  get isKept(): boolean {
    return this.#isKept
  }

  get wasEnded(): boolean {
    return this.#wasEnded
  }

  readonly subscribe = (listener: (current: SignedIn | null) => void): Unsubscribe =>
    this.#changes.on('current', listener)

  readonly register = async (input: Input<'user.register'>, options?: CallOptions): Promise<SignedIn> =>
    this.#keepDevice(await requestHttp(this.#url, 'user.register', input, options))

  readonly signIn = async (input: Input<'session.create'>, options?: CallOptions): Promise<SignedIn> =>
    this.#keepDevice(
      await requestHttp(this.#url, 'session.create', { ...this.#read(this.#deviceKey, asDevice), ...input }, options),
    )

  readonly signOut = async (): Promise<void> => {
    const signedIn = this.#current
    if (!signedIn) return
    this.#forget()
    await this.#end(signedIn).catch(() => {})
  }

  readonly accessToken = async ({ replacing }: TokenRequest = {}): Promise<string> => {
    const good = goodToken(this.#current, replacing)
    if (good !== undefined) return good
    // Only one tab refreshes at a time; the next one finds the new token in the storage.
    this.#refreshing ??= withTabLock(this.#key, () => this.#refresh(replacing)).finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  readonly close = (): void => {
    if (typeof window !== 'undefined') window.removeEventListener('storage', this.#follow)
  }

  readonly #follow = (event: StorageEvent): void => {
    if (event.key === this.#key || event.key === null) this.#adopt(this.#stored())
  }

  async #refresh(replacing: string | undefined): Promise<string> {
    const before = this.#current
    const stored = this.#stored()
    // If the session could not be stored, an empty storage does not mean that another tab signed out.
    if (stored || this.#isKept) this.#adopt(stored)
    const signedIn = this.#current
    if (!signedIn) throw new ChatError('unauthenticated', 'Nobody is signed in.')
    // A session that another tab just stored is new, even if its token is the one to replace.
    const good = goodToken(signedIn, signedIn === before ? replacing : undefined)
    if (good !== undefined) return good
    const { refreshToken } = signedIn
    const isSame = () => this.#current?.refreshToken === refreshToken
    try {
      const next = await requestHttp(this.#url, 'session.refresh', { refreshToken })
      if (isSame()) return this.#keep(next).accessToken
    } catch (error) {
      const isOver = error instanceof ChatError && error.code === 'unauthenticated'
      if (isOver && isSame()) {
        this.#wasEnded = true
        this.#forget()
      }
      throw error
    }
    throw new ChatError('unauthenticated', 'Signed out meanwhile.')
  }

  /** Ends the session on the server; refreshes an expired access token first, because that needs a valid one. */
  async #end(signedIn: SignedIn): Promise<void> {
    const { refreshToken } = signedIn
    const good = goodToken(signedIn, undefined)
    const accessToken = good ?? (await requestHttp(this.#url, 'session.refresh', { refreshToken })).accessToken
    await requestHttp(this.#url, 'session.end', {}, { accessToken, keepalive: true })
  }

  #stored(): SignedIn | null {
    return this.#read(this.#key, JSON.parse)
  }

  /** What `parse` makes of a stored value; null without one, or if the storage or `parse` refuses. */
  #read<T>(key: string, parse: (stored: string) => T): T | null {
    try {
      const stored = this.#storage?.getItem(key)
      return stored ? parse(stored) : null
    } catch {
      return null
    }
  }

  #keepDevice({ deviceToken, ...signedIn }: SignedIn): SignedIn {
    if (deviceToken !== undefined) this.#write(this.#deviceKey, deviceToken)
    return this.#keep(signedIn)
  }

  #keep(signedIn: SignedIn): SignedIn {
    this.#isKept = this.#write(this.#key, JSON.stringify(signedIn))
    this.#adopt(signedIn)
    return signedIn
  }

  #forget(): void {
    this.#write(this.#key, null)
    this.#adopt(null)
  }

  /**
   * Stores a value, or deletes it for null. Returns false if the storage refuses. In that case the old value is
   * deleted, because it takes space, and because the next page would use an old refresh token, which ends the session.
   */
  #write(key: string, value: string | null): boolean {
    const storage = this.#storage
    for (const isLast of storage ? [false, true] : []) {
      try {
        if (isLast || value === null) storage?.removeItem(key)
        if (value !== null) storage?.setItem(key, value)
        return true
      } catch {}
    }
    return false
  }

  #adopt(signedIn: SignedIn | null): void {
    const before = this.#current
    if (before === signedIn || (before && signedIn && before.refreshToken === signedIn.refreshToken)) return
    this.#current = signedIn
    if (signedIn) this.#wasEnded = false
    this.#changes.emit('current', signedIn)
  }
}

/**
 * The access token, unless it is the one to replace or expires soon by the clock of this device. If that clock is
 * wrong, the server refuses the token, and the next call passes it as `replacing`.
 */
function goodToken(signedIn: SignedIn | null, replacing: string | undefined): string | undefined {
  if (!signedIn || signedIn.accessToken === replacing) return undefined
  return signedIn.expiresAt - Date.now() > aheadMs ? signedIn.accessToken : undefined
}
