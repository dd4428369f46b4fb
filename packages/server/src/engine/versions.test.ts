import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { Server as Engine } from 'engine.io'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { engineOptions } from './engine-options.ts'

const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

const manifestOf = (name: string, foundFrom: string) => findPackageJSON(name, foundFrom) ?? ''
const versionOf = (manifest: string): string => JSON.parse(readFileSync(manifest, 'utf8')).version

test('the packages that engine/ depends on are pinned, and the pinned versions are the loaded ones', () => {
  const here = import.meta.filename
  const socketIo = manifestOf('socket.io', here)
  const loaded = {
    'socket.io': [socketIo],
    'engine.io': [manifestOf('engine.io', here), manifestOf('engine.io', socketIo)],
    'socket.io-parser': [manifestOf('socket.io-parser', here), manifestOf('socket.io-parser', socketIo)],
    ws: [manifestOf('ws', here)],
  }
  for (const [name, manifests] of Object.entries(loaded)) {
    const pinned = dependencies[name]
    expect(pinned, name).toMatch(/^\d+\.\d+\.\d+$/)
    for (const manifest of manifests) expect(versionOf(manifest), name).toBe(pinned)
  }
  const { ws } = new Engine(engineOptions) as unknown as { ws: unknown }
  expect(ws).toBeInstanceOf(WebSocketServer)
})
