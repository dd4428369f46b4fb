/**
 * What clients did and were told in one run, as plain data. A `step` is a place in one order of all that happened to all
 * clients: numbers and never times, so that no clock has a say in what is right.
 */
export interface History {
  sent: Sent[]
  changes: Change[]
  admissions: Admission[]
  heard: Heard[]
  signals: Signal[]
  acts: Act[]
  looks: Look[]
  marks: Mark[]
  syncs: SyncAnswer[]
  readings: Reading[]
  restores: Restore[]
}

export const emptyHistory = (): History => ({
  sent: [],
  changes: [],
  admissions: [],
  heard: [],
  signals: [],
  acts: [],
  looks: [],
  marks: [],
  syncs: [],
  readings: [],
  restores: [],
})

/** A message that a client sent, and everything it was told about it. */
export interface Sent {
  id: string
  conversationId: string
  senderId: string
  text: string
  invokedStep: number
  /** How often it left the client. */
  transmissions: number
  /** One for each acknowledgement, also those of resends: the first is what the sender relied on. */
  acknowledgements: { seq: number; step: number }[]
  /** The code of an answer that ended it: it was refused for good. */
  refusal?: string
  /** Acknowledged in a time that a restored backup has forgotten: it may stand in the log or not. */
  mayBeGone?: boolean
  /** What a resend with another body was answered, if it was tried. */
  conflictCode?: string
}

/** An edit, or a deletion (`text` is null). Without an acknowledgement it may have happened or not. */
export interface Change {
  messageId: string
  conversationId: string
  userId: string
  text: string | null
  invokedStep: number
  acknowledged?: { rev: number; step: number }
}

/** Somebody came into a conversation, or left it for whatever reason. The rev is null if only a repetition was answered. */
export interface Admission {
  conversationId: string
  userId: string
  isMember: boolean
  invokedStep: number
  acknowledged?: { rev: number | null; step: number }
}

/** A durable event as it came to a device; also each conversation that an event of the account brought along. */
export interface Heard {
  deviceId: string
  userId: string
  conversationId: string
  rev: number
  messages: { id: string; seq: number }[]
  step: number
}

/** What somebody did that others may hear of, and that no log keeps: typing, a read position, a chosen presence. */
export interface Act {
  kind: 'typing' | 'receipt' | 'presence'
  userId: string
  /** Null for presence, which belongs to no conversation. */
  conversationId: string | null
  value: string
  invokedStep: number
}

/** Such an act as it came to a device. */
export interface Signal {
  kind: Act['kind']
  hearerId: string
  aboutUserId: string
  conversationId: string | null
  value: string
  step: number
}

/** A page that a client read during the run. */
export interface Look {
  deviceId: string
  userId: string
  conversationId: string
  invokedStep: number
  step: number
  /** In ascending order, up to the end that the conversation had. */
  rows: { id: string; seq: number; rev: number }[]
}

/** A person's own read position, as one device of theirs was told it. */
export interface Mark {
  deviceId: string
  userId: string
  conversationId: string
  readSeq: number
  step: number
}

export interface SyncAnswer {
  deviceId: string
  epoch: string
  /** Was the device told to drop all that it held? */
  isReset: boolean
  invokedStep: number
  step: number
}

export interface Row {
  id: string
  seq: number
  rev: number
  senderId: string
  /** Null where it is deleted, and for what only the server writes. */
  text: string | null
  state: 'said' | 'deleted' | 'system'
}

/** All of a conversation as a device held it in the end, after one successful sync. */
export interface Reading {
  deviceId: string
  readerId: string
  conversationId: string
  /** The position of the device. */
  rev: number
  rows: Row[]
  /** Who is in it, by user id. */
  members: Record<string, { role: string; rev: number }>
  readSeq: number
  joinedSeq: number
  /** How many unread messages the device shows. */
  unread: number
}

/** A backup was taken between two steps, and put back at a third: what came in between is forgotten, and visibly so. */
export interface Restore {
  backupStep: number
  restoredStep: number
}
