import type { Attachment, AttachmentKind, Input } from '@parley/protocol'
import { attachmentLimits, cleanFileName } from '@parley/protocol/features/attachment-rules'
import { abortable } from '../abortable.ts'
import { withFields, without } from '../cache/records.ts'
import { ChatError, chatErrorOf } from '../chat-error.ts'
import type { ChatState } from '../chat-state.ts'
import { type ClientContext, isOtherPerson, update } from '../client-context.ts'
import { newId } from '../new-id.ts'
import { withTabLock } from '../tab-lock.ts'
import { transfer } from './transfer.ts'
import type { MediaFacts, Upload, UploadOptions, UploadState } from './upload.ts'
import { belongsTo, type StoredUpload, type UploadStorage, uploadStorage } from './upload-storage.ts'

/** So many run at once; the others wait for their turn. */
const mostRunning = 2
/** Uploads that are done stay in the state, so that their sender sees the local file; of many, the latest. */
const mostDone = 50

interface Entry {
  stored: StoredUpload
  options: UploadOptions
  aborting: AbortController
  settled: Promise<Attachment>
}

const cancelled = () => new ChatError('cancelled', 'The upload was cancelled.')

/**
 * The uploads of this device. Two run at once, the others wait. The state shows each in `uploads`, of the done ones the
 * latest 50; a storage keeps its file until it is done or cancelled. After a reload it continues only when a message
 * asks for its outcome. When another user signs in, all are aborted; after a sign-out with `forget` they are, too, and
 * the stored files of that user, or of an unknown one, are deleted. The constructor subscribes to the context for good.
 */
export class Uploads {
  readonly #context: ClientContext
  readonly #storage: UploadStorage
  readonly #entries = new Map<string, Entry>()
  /** Those who wait for their turn, in order. */
  readonly #turns = new Set<() => void>()
  #running = 0
  /** Counts the cancelled ones. */
  #cancels = 0

  constructor(context: ClientContext) {
    this.#context = context
    this.#storage = uploadStorage(context.requests.api, () => context.environment.clock.now())
    context.store.subscribe((state, before) => {
      // What the person before began is not theirs.
      if (isOtherPerson(state, before)) this.#abandon(before)
    })
    context.signals.on('forgotten', ({ userId }) => {
      this.#abandon(context.store.getState())
      this.#storage
        .clear(userId)
        .catch((error) => context.logger?.warn('the files of uploads cannot be deleted', error))
    })
  }

  #abandon({ uploads }: ChatState): void {
    for (const { aborting } of this.#entries.values()) aborting.abort(cancelled())
    this.#entries.clear()
    for (const { previewUrl } of Object.values(uploads)) if (previewUrl) URL.revokeObjectURL(previewUrl)
  }

  /** Starts an upload with a new id, shows it in the state, and returns its handle. Only logs a storage that fails. */
  begin(file: Blob, options: UploadOptions = {}): Upload {
    const input = inputOf(file, options)
    const { environment, store } = this.#context
    const stored = { input, file, begunAt: environment.clock.now(), owner: store.getState().me?.id }
    // Without a place to keep it, the upload works all the same, but not past a reload.
    this.#storage
      .put(stored)
      .catch((error) => this.#context.logger?.warn('the file of an upload cannot be kept', error))
    const { settled, aborting } = this.#start(stored, options)
    const cancel = () => this.cancel(input.id)
    if (options.signal?.aborted) void cancel()
    options.signal?.addEventListener('abort', cancel, aborting)
    return { id: input.id, settled, cancel }
  }

  /**
   * Resolves with the attachment when the upload of this id is done, or rejects with its error. Undefined if this
   * device has no such upload of this user, or no longer. Starts a failed one again, and one from a time before a
   * reload, if its file is still kept.
   */
  async outcomeOf(id: string): Promise<Attachment | undefined> {
    // A message that is sent again tries again what it failed for.
    this.retry(id)
    const known = this.#entries.get(id)
    if (known) return known.settled
    const cancels = this.#cancels
    const stored = await this.#storage.get(id).catch(() => undefined)
    // What was read before a cancel may be gone.
    if (cancels !== this.#cancels) return this.outcomeOf(id)
    if (!stored || !belongsTo(stored, this.#context.store.getState().me?.id)) return undefined
    return (this.#entries.get(id) ?? this.#start(stored, {})).settled
  }

  /**
   * Aborts an upload (an open `settled` rejects with `cancelled`), removes it from state and storage, and asks the
   * server to discard its attachment, which it refuses if a message has it. Never rejects, also for an unknown id.
   */
  async cancel(id: string): Promise<void> {
    this.#cancels++
    this.#entries.get(id)?.aborting.abort(cancelled())
    this.#entries.delete(id)
    this.#forget(id)
    await this.#storage.remove(id).catch(() => {})
    // It may never have been begun, or a message may have it.
    await this.#context.call('attachment.discard', { attachmentId: id }).catch(() => {})
  }

  /** Starts a failed upload again; does nothing for others. The `settled` of its first handle stays rejected. */
  retry(id: string): void {
    const entry = this.#entries.get(id)
    const isFailed = this.#context.store.getState().uploads[id]?.status === 'failed'
    if (entry && isFailed) this.#start(entry.stored, entry.options, entry.aborting)
  }

  #start(stored: StoredUpload, options: UploadOptions, aborting = new AbortController()): Entry {
    const settled = this.#run(stored, options, aborting.signal)
    // Who ignores the promise sees the failure in the state.
    settled.catch(() => {})
    const entry = { stored, options, aborting, settled }
    this.#entries.set(stored.input.id, entry)
    return entry
  }

  async #run(stored: StoredUpload, options: UploadOptions, signal: AbortSignal): Promise<Attachment> {
    const { file } = stored
    this.#show(stored.input.id, () => this.#stateOf(stored))
    const input = { ...stored.input, ...usable(await factsOf(options, signal)) }
    await this.#turn(signal)
    try {
      const send = () => {
        const progress = (sent: number) => {
          const status = sent < file.size ? 'uploading' : 'processing'
          this.#show(input.id, (before) => before && { ...before, sent, status })
          options.onProgress?.(sent, file.size)
        }
        return transfer({ input, file, signal, progress }, this.#context)
      }
      // Of several tabs with the same upload one sends it; where each does, the server sorts it out.
      const attachment = await withTabLock(`parley-upload ${input.id}`, send, signal)
      await this.#storage.remove(input.id).catch(() => {})
      this.#show(input.id, (before) => before && { ...before, sent: file.size, status: 'done', attachment })
      this.#forgetOldest()
      return attachment
    } catch (error) {
      const problem = chatErrorOf(error, 'internal')
      if (!signal.aborted) this.#show(input.id, (before) => before && { ...before, status: 'failed', error: problem })
      throw problem
    } finally {
      // Hands its turn over.
      const [next] = this.#turns
      if (next) next()
      else this.#running--
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#running < mostRunning) this.#running++
    else {
      await abortable<void>(signal, (go) => {
        this.#turns.add(go)
        return () => this.#turns.delete(go)
      })
    }
  }

  #stateOf({ input, file }: StoredUpload): UploadState {
    const { id, kind = 'file', name, size, durationMs = null, peaks = null } = input
    const isShown = kind !== 'file' && typeof URL.createObjectURL === 'function'
    const held = this.#context.store.getState().uploads[id]?.previewUrl
    const previewUrl = held ?? (isShown ? URL.createObjectURL(file) : null)
    return {
      id,
      kind,
      name,
      size,
      durationMs,
      peaks,
      previewUrl,
      sent: 0,
      status: 'waiting',
      error: null,
      attachment: null,
    }
  }

  #show(id: string, change: (before: UploadState | undefined) => UploadState | undefined): void {
    update(this.#context, (state) => {
      const next = change(state.uploads[id])
      return next ? { ...state, uploads: { ...state.uploads, [id]: next } } : state
    })
  }

  #forget(id: string): void {
    const { previewUrl = null } = this.#context.store.getState().uploads[id] ?? {}
    if (previewUrl) URL.revokeObjectURL(previewUrl)
    update(this.#context, (state) =>
      withFields(state, { uploads: without(state.uploads as Record<string, UploadState>, id) }),
    )
  }

  #forgetOldest(): void {
    const done = Object.values(this.#context.store.getState().uploads).filter(({ status }) => status === 'done')
    for (const { id } of done.slice(0, Math.max(0, done.length - mostDone))) {
      this.#entries.delete(id)
      this.#forget(id)
    }
  }
}

/** The facts of a video; undefined if there are none, or they cannot be read. */
const factsOf = async ({ facts }: UploadOptions, signal: AbortSignal): Promise<MediaFacts | undefined> =>
  facts &&
  abortable<MediaFacts | undefined>(signal, (resolve) => {
    facts.then(resolve, () => resolve(undefined))
    return () => {}
  })

const mostOf = {
  width: attachmentLimits.pixels,
  height: attachmentLimits.pixels,
  durationMs: attachmentLimits.durationMs,
}

/** Those facts that the server takes: a wrong one would be no reason to refuse the file. */
const usable = (facts: MediaFacts = {}): MediaFacts =>
  Object.fromEntries(
    Object.entries(mostOf).flatMap(([name, most]) => {
      const value = Math.round(facts[name as keyof MediaFacts] ?? Number.NaN)
      return value >= 1 && value <= most ? [[name, value]] : []
    }),
  )

function inputOf(file: Blob, options: UploadOptions): Input<'attachment.create'> {
  const { kind = kindOf(file.type), name = 'name' in file ? String(file.name) : 'file', durationMs, peaks } = options
  return {
    id: newId(),
    kind,
    name: cleanFileName(name.toWellFormed()),
    size: file.size,
    durationMs: durationMs && Math.round(durationMs),
    peaks: peaks && [...peaks],
  }
}

function kindOf(type: string): AttachmentKind {
  if (/^image\/(jpeg|png|webp|gif|avif)$/.test(type)) return 'image'
  const [kind] = type.split('/')
  return kind === 'video' || kind === 'audio' ? kind : 'file'
}
