import type { SignedUrls } from '@parley/protocol'
import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import { ChatError, chatErrorOf } from '../chat-error.ts'
import { type ClientContext, isOtherPerson, read } from '../client-context.ts'

/** Shorter than the server's validity, and counted from the request, because the clock of this device may be wrong. */
const goodForMs = 4 * 60_000

interface Signed {
  at: number
  urls: Promise<SignedUrls>
}

/**
 * Returns a function of a file's id and a variant, `original` or `thumbnail`; without a thumbnail it uses the original.
 * It resolves with an address that works without a token. Calls of the same moment share a request (per 100 files), and
 * addresses are kept for 4 minutes after the call, but no failures, and none for another person. It rejects with a
 * ChatError: `not_found` for a file that is not there, not visible or not processed yet, otherwise the error of the
 * request. Call `createSignedUrls` once for each chat, because it subscribes for good.
 */
export function createSignedUrls(context: ClientContext) {
  const { environment, requests } = context
  const held = new Map<string, Signed>()
  context.store.subscribe((state, before) => {
    // The server signed them for the person before.
    if (isOtherPerson(state, before)) held.clear()
  })
  // A file may be in it twice: another person may ask for it before the request for the one before was sent.
  let wanted: [id: string, settle: (urls: SignedUrls | Promise<never>) => void][] = []

  const ask = async () => {
    const asked = wanted
    wanted = []
    for (let from = 0; from < asked.length; from += attachmentLimits.signed) {
      const some = asked.slice(from, from + attachmentLimits.signed)
      const answer = await read(context, 'attachment.sign', { attachmentIds: some.map(([id]) => id) }).catch(
        chatErrorOf,
      )
      for (const [id, settle] of some) {
        settle(
          answer instanceof ChatError
            ? Promise.reject(answer)
            : (answer.urls.find(({ attachmentId }) => attachmentId === id) ?? Promise.reject(notThere())),
        )
      }
    }
  }

  const sign = (id: string): Promise<SignedUrls> => {
    const known = held.get(id)
    if (known && environment.clock.now() - known.at < goodForMs) return known.urls
    const urls = new Promise<SignedUrls>((resolve) => {
      if (wanted.length === 0) environment.clock.after(0, () => void ask())
      wanted.push([id, resolve])
    })
    held.set(id, { at: environment.clock.now(), urls })
    urls.catch(() => held.delete(id))
    return urls
  }

  return async (id: string, variant: 'original' | 'thumbnail'): Promise<string> => {
    const { original, thumbnail } = await sign(id)
    const path = variant === 'thumbnail' ? (thumbnail ?? original) : original
    // The server does not know the path below which a host mounted it.
    return path.replace(/^\/api\/v1/, requests.api)
  }
}

const notThere = () => new ChatError('not_found', 'There is no such file, or you may not see it.')
