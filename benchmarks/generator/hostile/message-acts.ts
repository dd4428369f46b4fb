import { messageId } from '../vocabulary.ts'
import { type Acts, at, orRefused, sendLong, textOf } from './act.ts'

/** Acts on messages, reactions, offers, receipts, typing, presence and attachments. */
export const messageActs = {
  'message.send': sendLong,
  'message.edit': (caller, world, i) =>
    caller.ask('message.edit', { messageId: world.messageId, body: { kind: 'plain', text: textOf(i) } }),
  'message.delete': async (caller, world, i) =>
    caller.ask('message.delete', { messageId: await sendLong(caller, world, i) }),
  'reaction.add': (caller, world, i) =>
    caller.ask(i % 2 === 0 ? 'reaction.add' : 'reaction.remove', { messageId: world.messageId, emoji: '👍' }),
  'reaction.remove': (caller, world, i) =>
    caller.ask(i % 2 === 0 ? 'reaction.remove' : 'reaction.add', { messageId: world.messageId, emoji: '🎉' }),
  'offer.decide': orRefused(['offer_closed'], (caller, { offerIds }, i) =>
    caller.ask('offer.decide', { messageId: at(offerIds, i), decision: 'accept' }),
  ),
  // Each room in turn, one message further in each round.
  'receipt.delivered': (caller, { positions }, i) =>
    caller.ask('receipt.delivered', {
      conversationId: at(
        positions.map(({ conversationId }) => conversationId),
        i,
      ),
      seq: 1 + Math.floor(i / positions.length),
    }),
  'receipt.read': (caller, { positions }, i) =>
    caller.ask('receipt.read', {
      conversationId: at(
        positions.map(({ conversationId }) => conversationId),
        i,
      ),
      seq: 1 + Math.floor(i / positions.length),
    }),
  'typing.set': (caller, { crowded }, i) =>
    caller.ask('typing.set', { conversationId: crowded, isTyping: i % 2 === 0 }),
  'presence.set': (caller, _, i) => caller.ask('presence.set', { status: i % 2 === 0 ? 'away' : 'busy' }),
  'attachment.create': orRefused(['limit_reached'], (caller) =>
    caller.ask('attachment.create', { id: messageId(), name: 'x'.repeat(120), size: 1_000 }),
  ),
  'attachment.discard': orRefused(['not_found'], (caller, { attachmentIds }, i) =>
    caller.ask('attachment.discard', { attachmentId: at(attachmentIds, i) }),
  ),
} satisfies Acts
