import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Engine } from './database.ts'
import { inTransaction } from './in-transaction.ts'
import { up as initial } from './migrations/0001-initial.ts'
import { up as messagesInOrderOfWriting } from './migrations/0002-messages-in-order-of-writing.ts'
import { up as addressesOfSessions } from './migrations/0003-addresses-of-sessions.ts'
import { up as reactions } from './migrations/0004-reactions.ts'
import { up as attachments } from './migrations/0005-attachments.ts'
import { up as offers } from './migrations/0006-offers.ts'
import { up as contactsAndBlocks } from './migrations/0007-contacts-and-blocks.ts'
import { up as timesOfReceipts } from './migrations/0008-times-of-receipts.ts'
import { up as laterDirectConversations } from './migrations/0009-later-direct-conversations.ts'
import { up as hostsSide } from './migrations/0010-the-hosts-side.ts'
import { up as apiKeys } from './migrations/0011-api-keys.ts'
import { up as jobs } from './migrations/0012-jobs.ts'
import { up as incomingWebhooks } from './migrations/0013-incoming-webhooks.ts'
import { up as peopleAndLists } from './migrations/0014-people-and-lists.ts'
import { up as administrationAndConsent } from './migrations/0015-administration-and-consent.ts'
import { up as unansweredConversations } from './migrations/0016-unanswered-conversations.ts'
import { up as timesInPlaces } from './migrations/0017-times-in-places.ts'
import { DatabaseRefused } from './node-lock.ts'
import type { Tables } from './tables.ts'

interface Migration {
  name: string
  up(db: Kysely<unknown>, engine: Engine): Promise<void>
  /**
   * Runs on this engine alone. On the other it is not even recorded, so that a node of the version before may start.
   */
  only?: Engine
}

/** One list for both engines, applied in this order, each in a transaction, never backwards. */
const migrations: readonly Migration[] = [
  { name: '0001-initial', up: initial },
  { name: '0002-messages-in-order-of-writing', up: messagesInOrderOfWriting, only: 'sqlite' },
  { name: '0003-addresses-of-sessions', up: addressesOfSessions },
  { name: '0004-reactions', up: reactions },
  { name: '0005-attachments', up: attachments },
  { name: '0006-offers', up: offers },
  { name: '0007-contacts-and-blocks', up: contactsAndBlocks },
  { name: '0008-times-of-receipts', up: timesOfReceipts },
  { name: '0009-later-direct-conversations', up: laterDirectConversations },
  { name: '0010-the-hosts-side', up: hostsSide },
  { name: '0011-api-keys', up: apiKeys },
  { name: '0012-jobs', up: jobs },
  { name: '0013-incoming-webhooks', up: incomingWebhooks },
  { name: '0014-people-and-lists', up: peopleAndLists },
  { name: '0015-administration-and-consent', up: administrationAndConsent },
  { name: '0016-unanswered-conversations', up: unansweredConversations },
  { name: '0017-times-in-places', up: timesInPlaces, only: 'sqlite' },
]

/**
 * Brings the schema up to date, gives a new database its epoch, and resolves with the names of the migrations that ran.
 * Each runs in a transaction of its own: if one fails, those before it stay. The caller must hold a lock, so that no
 * other node migrates meanwhile. Rejects with DatabaseRefused if the database records a migration that is not in the
 * list: a newer Parley wrote it, and this one might damage it.
 */
export async function migrate(db: Kysely<Tables>, engine: Engine): Promise<string[]> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (c) => c.primaryKey())
    .execute()
  const log = db as unknown as Kysely<{ migrations: { name: string } }>
  const done = new Set((await log.selectFrom('migrations').select('name').execute()).map((row) => row.name))
  const unknown = [...done].filter((name) => !migrations.some((known) => known.name === name))
  if (unknown.length > 0) {
    throw new DatabaseRefused(`The database was made by a newer Parley (it has ${unknown.join(', ')}). Start that one.`)
  }

  const ran: string[] = []
  for (const { name, up, only } of migrations) {
    if (done.has(name) || (only && only !== engine)) continue
    await inTransaction(log, async (transaction) => {
      await up(transaction as unknown as Kysely<unknown>, engine)
      await transaction.insertInto('migrations').values({ name }).execute()
    })
    ran.push(name)
  }
  await db
    .insertInto('meta')
    .values({ key: 'epoch', value: uuidv7() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return ran
}
