import type { Message } from '@parley/protocol'
import { ChatError, chatErrorFrom, isErrorCode } from '../chat-error.ts'
import { refusalOfEntry } from '../connection/local-refusal.ts'
import type { PendingMessage, SentMessage } from '../messages/pending-message.ts'
import type { OutboxEntry } from './outbox-storage.ts'

interface Outcome {
  promise: Promise<Message>
  resolve(message: Message): void
  reject(error: ChatError): void
}

function newOutcome(): Outcome {
  let resolve: Outcome['resolve'] = () => {}
  let reject: Outcome['reject'] = () => {}
  const promise = new Promise<Message>((onSettled, onFailed) => {
    resolve = onSettled
    reject = onFailed
  })
  // An app that ignores the promise sees the failure in the state: it is not an unhandled rejection.
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/**
 * One message in the outbox, with its status and the promise of its outcome. It only keeps these: the caller sends it,
 * stores `entry` and shows `row`. An entry with an error, or one that every server refuses, is `failed` from the start,
 * and its `settled` rejects.
 */
export class OutboxItem {
  entry: OutboxEntry
  status: SentMessage['status']
  /** As the state shows it; a new object for each new status. */
  row: PendingMessage
  isPersisted: boolean
  internalErrors = 0
  /** How often in a row the connection broke while it was on its way. */
  breaks = 0
  /** It is not sent while it is withdrawn, nor while it is found out what another tab did with it. */
  heldBack: 'withdrawn' | 'found out' | undefined
  /** It was sent at least once, and what became of that is not known. */
  #isAmbiguous = false
  #outcome = newOutcome()

  constructor(entry: OutboxEntry, senderId: string, isPersisted = false) {
    const { id, conversationId, type, body, createdAt, error } = entry
    this.entry = entry
    this.isPersisted = isPersisted
    const problem = error ? chatErrorFrom(error) : refusalOfEntry(entry)
    const status = problem ? 'failed' : 'queued'
    this.status = status
    this.#isAmbiguous = entry.mayBeSent === true && !problem
    this.row = { id, conversationId, senderId, type, body, createdAt, status, error: problem, seq: null }
    if (problem) this.#outcome.reject(problem)
  }

  /** Resolves with the server's message, or rejects with the failure. It may be ignored. A retry makes a new one. */
  get settled(): Promise<Message> {
    return this.#outcome.promise
  }

  /** Is it too late to withdraw it? True while it is sent, or if this or another tab may have sent it. */
  get mayHaveBeenSent(): boolean {
    return this.status === 'sending' || this.#isAmbiguous || this.heldBack === 'found out'
  }

  /** Did the connection break when it was last sent? Then it is perhaps the cause. */
  get isSuspect(): boolean {
    return this.breaks > 0
  }

  /** Accepted by the server, or cancelled. */
  get isOver(): boolean {
    return this.status === 'sent' || this.status === 'cancelled'
  }

  /** Marks it as being sent: the status becomes `sending`. The caller sends it. */
  begin(): void {
    this.#turn('sending', null)
  }

  /**
   * Puts it back into the queue after a try that `problem` ended; `settled` stays open. Counts how often in a row the
   * connection broke. Where the server did not answer, it may have been sent.
   */
  wait(problem: ChatError): void {
    this.#isAmbiguous ||= !isErrorCode(problem.code)
    this.breaks = problem.code === 'disconnected' ? this.breaks + 1 : 0
    this.#turn('queued', null)
  }

  /**
   * Ends it as refused: the entry gets the error, the status becomes `failed`, `settled` rejects. Does nothing for a
   * local error, which says nothing about the message.
   */
  fail(problem: ChatError): void {
    const { code, message, requestId, retryAfterMs } = problem
    if (!isErrorCode(code)) return
    const error = { code, message, requestId: requestId ?? '', ...(retryAfterMs === null ? {} : { retryAfterMs }) }
    this.entry = { ...this.entry, mayBeSent: false, error }
    this.#isAmbiguous = false
    this.breaks = 0
    this.#turn('failed', problem)
    this.#outcome.reject(problem)
  }

  /** Queues a failed one again, with a new `settled`. If every server refuses it, it fails again at once. */
  queueAgain(): void {
    const { error: _, ...entry } = this.entry
    this.entry = entry
    this.internalErrors = 0
    this.breaks = 0
    this.#outcome = newOutcome()
    const refusal = refusalOfEntry(entry)
    this.#turn(refusal ? 'failed' : 'queued', refusal)
    if (refusal) this.#outcome.reject(refusal)
  }

  /** Takes over what the tab that sends wrote to the storage: an error, a retry, or that it may have been sent. */
  follow(entry: OutboxEntry): void {
    if (entry.error && this.status === 'queued') this.fail(chatErrorFrom(entry.error))
    if (!entry.error && this.status === 'failed' && !refusalOfEntry(entry)) this.queueAgain()
    if (entry.mayBeSent && !this.entry.mayBeSent) {
      this.entry = entry
      this.#isAmbiguous = true
    }
  }

  /** Marks it as stored by the server: the status becomes `sent`, and `settled` resolves. The row stays as it was. */
  settle(message: Message): void {
    this.status = 'sent'
    this.#outcome.resolve(message)
  }

  /**
   * Marks it as withdrawn: the status becomes `cancelled`, and an open `settled` rejects with `cancelled`. The row
   * stays as it was.
   */
  cancel(): void {
    this.status = 'cancelled'
    this.#outcome.reject(new ChatError('cancelled', 'The message was withdrawn.'))
  }

  /**
   * Ends it for a client that is closed: an open `settled` rejects with `closed`. Status and entry stay, and a stored
   * entry waits for the next client.
   */
  abandon(): void {
    const fate = this.isPersisted ? 'the message waits for the next one' : 'the message may not have been kept'
    this.#outcome.reject(new ChatError('closed', `This client was closed; ${fate}.`))
  }

  /** The handle for the app: it shows the present status and `settled`, also after a retry. */
  handle(outbox: { retry(id: string): Promise<void>; cancel(id: string): Promise<boolean> }): SentMessage {
    const item = this
    const { id } = this.entry
    return {
      id,
      get status() {
        return item.status
      },
      get settled() {
        return item.settled
      },
      retry: () => outbox.retry(id),
      cancel: () => outbox.cancel(id),
    }
  }

  #turn(status: PendingMessage['status'], error: ChatError | null): void {
    this.status = status
    this.row = { ...this.row, status, error }
  }
}
