import type { Input, Output } from '@parley/protocol'
import type { CallName, CallOptions, ChatOptions, Logger } from '../chat.ts'
import { ChatError, chatErrorOf, closedHere } from '../chat-error.ts'
import type { ChatStatus } from '../chat-state.ts'
import type { Environment } from '../environment.ts'
import { tokenFrom } from './access-token.ts'
import { type Backoff, createSearchBackoff } from './backoff.ts'
import { createLineQueue } from './line-queue.ts'
import { refuseUnsendable } from './local-refusal.ts'
import type { Arrival, Line, OpenLine } from './socket-line.ts'

export interface ConnectionHooks {
  /** A new line will be opened: events of the line before may belong to another history and must be discarded. */
  begin(): void
  /** An event has come, also one about the session, which the connection itself obeys. */
  hear(arrival: Arrival): void
  /** A line is open: must sync the client. The status is `online` when this resolves. */
  catchUp(): Promise<void>
  status(status: ChatStatus, problem: ChatError | null): void
}

export interface ConnectionOptions extends Pick<ChatOptions, 'url' | 'auth'> {
  client: string
  timeoutMs: number
  logger: Logger | undefined
  environment: Environment
  openLine: OpenLine
}

/** `hurry` replaces a try that is older than this, because it may wait for a network that is gone. */
const freshForMs = 2_000

/** A line that is lost sooner does not reset the backoff: the next try continues the same series. */
const soundAfterMs = 10_000

/**
 * Keeps one line to the server open from `open` to `close`. After a loss the status is `offline`, and it tries again
 * without a limit. If the server refuses the client for good (tokens of a function `auth`: twice in a row), the status
 * is `closed`, and another `open` tries again. The constructor does nothing yet. Errors reach the owner by the hook
 * `status`; only `call` rejects.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #hooks: ConnectionHooks
  readonly #backoff: Backoff
  readonly #queue: ReturnType<typeof createLineQueue>
  #keeping: AbortController | undefined
  #line: Line | undefined
  /** The same line, after the sync. */
  #readyLine: Line | undefined
  #endWait: (() => void) | undefined
  /** Ends the running try, unless it has only begun. */
  #giveUpTry: (() => void) | undefined
  /** The next try does not wait. */
  #isHurried = false
  /** The token in use; a refused token to be replaced; and how many tokens were refused in a row. */
  #token: string | undefined
  #spent: string | undefined
  #refusals = 0
  #stoppedBy: ChatError | undefined

  constructor(options: ConnectionOptions, hooks: ConnectionHooks) {
    this.#options = options
    this.#hooks = hooks
    this.#queue = createLineQueue(options.environment.clock, options.timeoutMs)
    this.#backoff = createSearchBackoff(options.environment.random)
  }

  /** Begins to keep a line, with status `connecting`; does nothing while one is kept or tried. */
  open(): void {
    if (this.#keeping) return
    this.#keeping = new AbortController()
    this.#stoppedBy = undefined
    this.#refusals = 0
    void this.#keep(this.#keeping.signal)
  }

  /**
   * Ends the line, with status `closed`. Calls that were sent reject with `disconnected`; those that wait, and later
   * ones, reject with `closed`. Another `open` begins anew.
   */
  close(): void {
    this.#stop(closedHere())
    this.#hooks.status('closed', null)
  }

  /**
   * Makes the next try begin now: ends a try that is older than 2 s, or the wait before the next one, but not before a
   * time that the server named. Does nothing while a line is open.
   */
  hurry(): void {
    this.#endWait?.()
    this.#giveUpTry?.()
  }

  /**
   * Closes the present line, for example because it does not answer; the status becomes `offline`, and a new one is
   * opened after a wait. Does nothing without a line.
   */
  drop(): void {
    this.#line?.drop()
  }

  /**
   * Runs an operation over the present line, or over the next one if it opens within the time limit. All calls except
   * the sync wait for the sync: before it, the server may have another history than this client (a restored backup).
   * Rejects with `invalid_input` for what cannot be sent, `timed_out`, `disconnected`, the error that ended the
   * connection, the server's error, or the reason of `signal`. Sends once.
   */
  async call<N extends CallName>(
    name: N,
    input: Input<N>,
    { signal }: CallOptions = {},
    beforeSync = false,
  ): Promise<Output<N>> {
    signal?.throwIfAborted()
    refuseUnsendable(input)
    if (this.#stoppedBy) throw this.#stoppedBy
    const line =
      (beforeSync ? this.#line : this.#readyLine) ?? (await this.#queue.next(beforeSync ? 'open' : 'ready', signal))
    return line.call(name, input, signal)
  }

  async #keep(signal: AbortSignal): Promise<void> {
    this.#hooks.status('connecting', null)
    while (!signal.aborted) {
      const problem = await this.#keepOne(signal)
      if (signal.aborted) return
      if (this.#mayReplaceToken(problem)) continue
      if (problem.final) {
        this.#stop(problem)
        this.#hooks.status('closed', problem)
        return
      }
      this.#hooks.status('offline', problem)
      if (this.#isHurried) continue
      await this.#wait(this.#backoff.next(problem.retryAfterMs), problem.retryAfterMs ?? 0)
    }
  }

  /** Opens one line and waits for its end. Returns the reason of the end; never rejects. */
  async #keepOne(signal: AbortSignal): Promise<ChatError> {
    const { clock } = this.#options.environment
    let line: Line | undefined
    this.#token = undefined
    this.#hooks.begin()
    try {
      const token = await tokenFrom(this.#options, this.#spent)
      this.#token = token
      line = await this.#try(token, signal)
      this.#line = line
      this.#queue.emit('open', line)
      await this.#hooks.catchUp()
      this.#readyLine = line
      this.#queue.emit('ready', line)
      this.#refusals = 0
      this.#spent = undefined
      if (!signal.aborted) this.#hooks.status('online', null)
      const since = clock.now()
      const problem = await line.ended
      if (clock.now() - since >= soundAfterMs) this.#backoff.reset()
      return problem
    } catch (error) {
      return chatErrorOf(error)
    } finally {
      if (this.#line === line) this.#line = undefined
      this.#readyLine = undefined
      line?.drop()
    }
  }

  async #try(token: string | undefined, signal: AbortSignal): Promise<Line> {
    // The client may have been closed while the token was fetched.
    if (signal.aborted) throw closedHere()
    const { openLine, environment } = this.#options
    const startedAt = environment.clock.now()
    const trying = new AbortController()
    this.#isHurried = false
    const end = () => trying.abort()
    signal.addEventListener('abort', end)
    this.#giveUpTry = () => void (Math.abs(environment.clock.now() - startedAt) < freshForMs || end())
    try {
      return await openLine({ ...this.#options, token }, (arrival) => this.#hear(arrival), trying.signal)
    } catch (error) {
      if (!trying.signal.aborted || signal.aborted) throw error
      this.#isHurried = true
      throw new ChatError('disconnected', 'No answer.')
    } finally {
      this.#giveUpTry = undefined
      signal.removeEventListener('abort', end)
    }
  }

  /**
   * Should another token be tried, because this one may have expired? Only after the first refusal, and if `auth` can
   * make one.
   */
  #mayReplaceToken(problem: ChatError): boolean {
    const { auth } = this.#options
    if (problem.code !== 'unauthenticated' || this.#token === undefined || typeof auth !== 'function') return false
    this.#spent = this.#token
    this.#refusals++
    return this.#refusals === 1
  }

  #hear(arrival: Arrival): void {
    if (arrival.name === 'session.expiring') void this.#renew()
    if (arrival.name === 'session.ended') this.#spent = this.#token
    this.#hooks.hear(arrival)
  }

  async #renew(): Promise<void> {
    const line = this.#line
    try {
      const accessToken = await tokenFrom(this.#options, this.#token)
      // Without a token there is nothing to renew: the next connection sends the cookie of that time.
      if (accessToken === undefined) return
      await line?.call('session.renew', { accessToken })
      this.#token = accessToken
    } catch (error) {
      // The server closes the line when the old token expires; the next line gets a new token, or reports why not.
      this.#options.logger?.warn('the access token could not be renewed', error)
    }
  }

  #stop(problem: ChatError): void {
    this.#keeping?.abort()
    this.#keeping = undefined
    this.#stoppedBy = problem
    this.#line?.drop()
    this.#endWait?.()
    this.#queue.emit('failed', problem)
  }

  /** Waits `ms`. `hurry` shortens it, but not below `leastMs`, which the server asked for; `close` ends it. */
  #wait(ms: number, leastMs: number): Promise<void> {
    const { clock } = this.#options.environment
    const startedAt = clock.now()
    return new Promise((resolve) => {
      let cancel = clock.after(ms, resolve)
      this.#endWait = () => {
        cancel()
        const leftMs = Math.min(leastMs, leastMs - (clock.now() - startedAt))
        if (leftMs <= 0 || !this.#keeping) resolve()
        else cancel = clock.after(leftMs, resolve)
      }
    })
  }
}
