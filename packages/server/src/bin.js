#!/usr/bin/env -S node --max-semi-space-size=8
// Left to itself, Node keeps up to 64 MiB for new objects, and for good what a wave of connections once filled: twice the
// memory for each of them. The flag must stand where Node is started; `npm start` has it too.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  // Said in plain JavaScript, before anything loads that an older Node cannot read.
  console.error(`Parley needs Node 22.18 or newer; this is ${process.versions.node}. "npm start" brings its own.`)
  process.exit(1)
}
const { main } = await import('./main.ts')
await main(process.argv.slice(2), process.env)
