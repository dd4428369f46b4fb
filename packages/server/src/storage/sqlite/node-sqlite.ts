type Sqlite = typeof import('node:sqlite')

/**
 * Node's SQLite; undefined on a Node that has none. It is not imported, because there the program would end with an
 * error of Node's loader, before `createParley` can say which version it needs.
 */
export const { DatabaseSync } = (process.getBuiltinModule('node:sqlite') ?? {}) as Sqlite
export type DatabaseSync = InstanceType<Sqlite['DatabaseSync']>
