/** A fault in the client, made by replacing `from`, which occurs exactly once in the file, with `to`. */
export interface Defect {
  name: string
  file: string
  from: string
  to: string
  /** The seed to begin with, for a defect that few histories show; 1 if left out. */
  firstSeed?: number
}

/** The defects that the simulator must find. */
export const defects: Defect[] = [
  {
    name: 'a gap is ignored',
    file: 'cache/cache.ts',
    from: "if (since > held.rev) return { state, outcome: 'gap' }",
    to: '',
  },
  {
    name: 'a change is applied twice',
    file: 'cache/cache.ts',
    from: "if (change.rev <= held.rev) return { state, outcome: 'known' }",
    to: '',
  },
  {
    name: 'each try of a message has a new id',
    file: 'outbox/outbox-sender.ts',
    from: "call('message.send', { id, conversationId, type, body })",
    to: "call('message.send', { id: crypto.randomUUID(), conversationId, type, body })",
  },
  {
    name: 'the newest waiting message is sent first',
    file: 'outbox/sending-order.ts',
    from: 'for (const item of items) {',
    to: 'for (const item of [...items].reverse()) {',
  },
  {
    name: 'a message whose answer is lost is given up',
    firstSeed: 1400,
    file: 'outbox/outbox-sender.ts',
    from: 'if (!isGone) item.wait(problem)',
    to: "if (!isGone && problem.code === 'disconnected') return this.#hooks.fail(item, new ChatError('unavailable', 'lost'))\n      if (!isGone) item.wait(problem)",
  },
  {
    name: 'a new epoch is ignored',
    file: 'sync/sync.ts',
    from: 'if (answer.reset) {',
    to: 'if (answer.reset && epoch === null) {',
  },
  {
    name: 'events of an old connection are kept',
    file: 'sync/sync.ts',
    from: 'this.#line++\n    this.#held = []',
    to: '',
  },
  {
    name: 'a sync that is requested while one runs is dropped',
    file: 'sync/sync.ts',
    from: 'this.#next ??= this.#running',
    to: 'if (this.#running) return this.#running\n    this.#next ??= Promise.resolve()',
  },
  {
    name: 'what does not fit in one answer of a sync is not requested again',
    file: 'sync/sync.ts',
    from: 'isLeft = hasMore || left.length > 0',
    to: 'isLeft = false',
  },
  {
    name: 'a full answer counts as a complete one',
    file: 'sync/sync.ts',
    from: 'new Set(hasMore ? complete : asked)',
    to: 'new Set(asked)',
  },
  {
    name: 'the client does not sync after a reconnect',
    file: 'chat-client.ts',
    from: 'await this.#sync.run()\n    const { me }',
    to: 'if (!this.store.getState().me) await this.#sync.run()\n    const { me }',
  },
  {
    name: 'the tab that takes over does not send the waiting messages',
    file: 'outbox/outbox.ts',
    from: 'this.#isLeading = true',
    to: 'this.#isLeading ||= this.#items.size === 0',
  },
  {
    name: 'a removal is ignored by an account’s other tabs',
    file: 'memberships/membership-rows.ts',
    from: 'if (!isIn(membership)) return cache.depart(state, membership.conversationId, membership.rev)',
    to: 'if (!isIn(membership)) return state',
  },
  {
    name: 'retryAfterMs is ignored',
    file: 'connection/backoff.ts',
    from: '(retryAfterMs ?? 0) + random() * most',
    to: '(retryAfterMs ?? 0) * 0 + random() * most',
  },
  {
    name: 'the client does not wait between connections',
    file: 'connection/backoff.ts',
    from: 'shortestMs * 2 ** tries',
    to: 'tries * 0',
  },
  {
    name: 'a tab that does not send cancels by itself',
    file: 'outbox/outbox.ts',
    from: 'if (this.#persistence.isShared && !this.#isLeading) await',
    to: 'if (this.#persistence.isShared && !this.#isLeading && !item) await',
  },
  {
    name: 'a deletion does not change the unread count',
    file: 'messages/unread.ts',
    from: 'row.senderId !== me && row.deletedAt === null',
    to: 'row.senderId !== me',
  },
  {
    name: 'a read position may go back',
    file: 'memberships/membership-rows.ts',
    from: 'readSeq: Math.max(a.readSeq, b.readSeq)',
    to: 'readSeq: b.readSeq',
  },
  {
    name: 'a read position of a lost history is reported in the next one',
    file: 'receipts/receipts.ts',
    from: 'if (state.epoch !== before.epoch) this.#wanted.clear()',
    to: '',
  },
]
