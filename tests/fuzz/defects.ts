/** A fault in the server, made by replacing `from`, which occurs exactly once in the file, with `to`. */
interface Defect {
  name: string
  file: string
  from: string
  to: string
  /** Matches the fuzzer's output. */
  found: RegExp
}

/** The defects that the fuzzer must find. */
export const defects: Defect[] = [
  {
    name: 'the answer to an event is sent outside a catch, and fails for an input with a field then',
    file: 'sockets/native-socket.ts',
    from: 'const reply = (given: Reply<unknown>) => giveAnswer(give, given, log)',
    to: "const reply = (given: Reply<unknown>) => (input && typeof input === 'object' && 'then' in input ? fail() : give(given))\n    const fail = () => {\n      throw new Error('outside a catch')\n    }",
    found: /the server ended/,
  },
  {
    name: 'a timer that runs after the answer throws',
    file: 'features/typing/typing.ts',
    from: 'const timer = setTimeout(() => stop(key), settings.typingMs).unref()',
    to: 'const timer = setTimeout(() => JSON.parse(String(stop(key))), settings.typingMs).unref()',
    found: /the server ended/,
  },
  {
    name: 'an input is parsed before it is checked',
    file: 'core/run-operation.ts',
    from: 'const readable = (input: unknown) => (ArrayBuffer.isView(input) ? null : (input ?? {}))',
    to: "const readable = (input: unknown) => (typeof input === 'string' ? (JSON.parse(input) as object) : (input ?? {}))",
    found: /operation failed/,
  },
  {
    name: 'a message skips a seq after every fifth change of a conversation',
    file: 'features/messages/messages.ts',
    from: 'row.seq = last_seq + 1',
    to: 'row.seq = last_seq + (rev % 5 === 4 ? 2 : 1)',
    found: /places?|honest send/,
  },
  {
    name: 'a deleted message stays unread',
    file: 'features/conversations/conversation-store.ts',
    from: 'and u.sender_id <> m.user_id and u.deleted_at is null limit',
    to: 'and u.sender_id <> m.user_id limit',
    found: /are unread for/,
  },
]
