/**
 * What clients did and received in one run, as plain data. A `step` is a number in the one order of everything that
 * happened to all clients. There are no times, so that no clock decides what is right.
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

/** Makes a history in which nothing has happened yet. */
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

/** A message that a client sent, and all answers to it. */
export interface Sent {
  id: string
  conversationId: string
  senderId: string
  text: string
  invokedStep: number
  /** How often the client transmitted it. */
  transmissions: number
  /** One for each acknowledgement, also those of resends: the first is what the sender relied on. */
  acknowledgements: { seq: number; step: number }[]
  /** The code of an answer that refused it for good. */
  refusal?: string
  /** It was acknowledged in a period that a restored backup has lost: it may be in the log or not. */
  mayBeGone?: boolean
  /** The code of the answer to a resend with another body, if that was tried. */
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

/** A user joined a conversation, or left it for any reason. The rev is null if only a repeated request was answered. */
export interface Admission {
  conversationId: string
  userId: string
  isMember: boolean
  invokedStep: number
  acknowledged?: { rev: number | null; step: number }
}

/** A durable event that a device received, or a conversation in an event of the account or in the answer to a sync. */
export interface Heard {
  deviceId: string
  userId: string
  conversationId: string
  rev: number
  messages: { id: string; seq: number }[]
  step: number
}

/** An act of a user that others may learn of and that no log stores: typing, a read position, a chosen presence. */
export interface Act {
  kind: 'typing' | 'receipt' | 'presence'
  userId: string
  /** Null for presence, which belongs to no conversation. */
  conversationId: string | null
  value: string
  invokedStep: number
}

/** Such an act, as a device received it. */
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

/** A user's own read position, as one of their devices received it. */
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
  /** Null if it is deleted, or was written by the server. */
  text: string | null
  state: 'said' | 'deleted' | 'system'
}

/** The whole conversation as a device held it at the end, after one successful sync. */
export interface Reading {
  deviceId: string
  readerId: string
  conversationId: string
  /** The position of the device. */
  rev: number
  rows: Row[]
  /** The members, by user id. */
  members: Record<string, { role: string; rev: number }>
  readSeq: number
  joinedSeq: number
  /** How many unread messages the device shows. */
  unread: number
}

/** A backup was taken at one step and restored at another: what happened in between is lost, and clients learn that. */
export interface Restore {
  backupStep: number
  restoredStep: number
}
