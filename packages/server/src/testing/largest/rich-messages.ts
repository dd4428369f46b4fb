import { limits } from '@parley/protocol'
import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../../storage/database.ts'
import { ids } from './largest-world.ts'

/** Different emoji on one message, and users that a tally names. */
const tallies = 20
const page = limits.page
const longText = 'x'.padEnd(limits.text, '\u0001')
const details = { text: 'x'.repeat(offerLimits.detailsBytes - 20) }

const attachmentOf = (owner_id: string, message_id: string | null, conversation_id: string | null) => ({
  ...{ id: uuidv7(), owner_id, kind: 'voice' as const, name: '€'.repeat(attachmentLimits.fileName), mime: 'audio/mp4' },
  ...{ size: attachmentLimits.bytes, received: attachmentLimits.bytes, width: null, height: null },
  ...{ duration_ms: attachmentLimits.durationMs, peaks: JSON.stringify(Array(attachmentLimits.peaks).fill(100)) },
  ...{ thumbhash: null, state: 'ready' as const, message_id, conversation_id, created_at: Date.now() },
  ...{ blob_key: uuidv7(), thumbnail_key: uuidv7() },
})

const tallyOf = (message_id: string, n: number) => ({
  ...{ message_id, emoji: `:${String(n).padStart(2, '0').padEnd(32, 'x')}:`, count: 20, first_rev: 1, rev: 1 },
  user_ids: JSON.stringify(Array.from({ length: tallies }, (_, i) => ids.long(i))),
})

const offerOf = (message_id: string, conversation_id: string) => ({
  ...{ message_id, conversation_id, negotiation_id: message_id, user_id: ids.long(0), status: 'open' as const },
  ...{ expires_at: null, counter_id: null, rev: 1 },
  history: JSON.stringify(
    Array.from({ length: offerLimits.steps }, (_, i) => ({
      ...{ messageId: message_id, userId: ids.long(i), at: 1, action: 'offered', amount: offerLimits.amount },
      currency: 'EUR',
    })),
  ),
})

const messageOf = (conversation_id: string, seq: number, body: object) => ({
  ...{ id: uuidv7(), conversation_id, seq, rev: seq + 1, sender_id: ids.long(0), type: 'text' as const },
  ...{ body: JSON.stringify(body), sent_hash: null, created_at: seq, edited_at: null, deleted_at: null },
})

/**
 * Writes a page of messages with every part, in the greatest number, into the room `rich`, and a page of the longest
 * sealed messages into the room `sealed`. The first 99 unbound attachments belong to `me`.
 */
export async function addRichMessages(
  transaction: Database['write'],
  rich: string,
  sealed: string,
  me: string,
): Promise<void> {
  const ciphertext = '\u0001'.repeat(limits.textBytes * 2)
  for (let seq = 1; seq <= page; seq++) {
    const secret = messageOf(sealed, seq, { kind: 'sealed', ciphertext })
    const files = Array.from({ length: attachmentLimits.perMessage }, () => attachmentOf(me, null, rich))
    const parts = { attachments: files.map(({ id }) => id), offer: { amount: 1, currency: 'EUR', details } }
    const message = messageOf(rich, seq, { kind: 'plain', text: longText, ...parts })
    await transaction.insertInto('messages').values([secret, message]).execute()
    await transaction
      .insertInto('attachments')
      .values(files.map((file) => ({ ...file, message_id: message.id })))
      .execute()
    const reacted = Array.from({ length: tallies }, (_, n) => tallyOf(message.id, n))
    await transaction.insertInto('reaction_tallies').values(reacted).execute()
    await transaction.insertInto('offers').values(offerOf(message.id, rich)).execute()
  }
  const unbound = Array.from({ length: attachmentLimits.unbound - 1 }, () => attachmentOf(me, null, null))
  await transaction.insertInto('attachments').values(unbound).execute()
}
