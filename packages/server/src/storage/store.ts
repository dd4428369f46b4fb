import type { Kysely } from 'kysely'
import { metaStore } from './meta-store.ts'
import type { Tables } from './tables.ts'

/**
 * The stores of all features, with the same shape inside a transaction and outside. Each feature declares its own store
 * to be part of it, in the file that makes it.
 *
 * @example
 * declare module '../../storage/store.ts' {
 *   interface Store { pins: ReturnType<typeof pinStore> }
 * }
 */
export interface Store {
  meta: ReturnType<typeof metaStore>
}

/** How each store is made for a connection or a transaction, and for the store that it is part of. */
export type StoreMakers = { [Name in keyof Store]: (db: Kysely<Tables>, store: Store) => Store[Name] }

export type CreateStore = (db: Kysely<Tables>) => Store

/** Makes the function that creates a Store for a connection or transaction. Its stores are made at their first use. */
export function composeStore(ofFeatures: Omit<StoreMakers, 'meta'>): CreateStore {
  const makers: StoreMakers = { meta: metaStore, ...ofFeatures }
  class ComposedStore {
    readonly #db: Kysely<Tables>
    readonly #made: Record<string, unknown> = {}

    constructor(db: Kysely<Tables>) {
      this.#db = db
    }

    static offer(name: string, make: (db: Kysely<Tables>, store: Store) => unknown) {
      Object.defineProperty(ComposedStore.prototype, name, {
        get(this: ComposedStore) {
          this.#made[name] ??= make(this.#db, this as unknown as Store)
          return this.#made[name]
        },
      })
    }
  }
  for (const [name, make] of Object.entries(makers)) ComposedStore.offer(name, make)
  return (db) => new ComposedStore(db) as unknown as Store
}
