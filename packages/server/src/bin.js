#!/usr/bin/env -S node --max-semi-space-size=8
// By default, Node uses up to 64 MiB for new objects, and keeps for good what a wave of connections once filled: twice
// the memory for each connection. The flag must be given where Node is started; `npm start` has it, too.
import { existsSync } from 'node:fs'

// Checked in plain JavaScript, before a module loads that an older Node cannot read. The repository has TypeScript, and
// Node 22.18 is the first that strips the types; an installed package has JavaScript.
const isSource = existsSync(new URL('./main.ts', import.meta.url))
const oldestMinor = isSource ? 18 : 16
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < oldestMinor)) {
  const advice = isSource ? ' "npm start" brings its own.' : ''
  console.error(`Parley needs Node 22.${oldestMinor} or newer; this is ${process.versions.node}.${advice}`)
  process.exit(1)
}
const { main } = await import(isSource ? './main.ts' : './main.js')
await main(process.argv.slice(2), process.env)
