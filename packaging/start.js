// Run by `npm start`: builds the web app and starts the server. `--help` needs no web app.
import { execFileSync } from 'node:child_process'

if (!process.argv.includes('--help')) {
  execFileSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' })
}
await import('../packages/server/src/bin.js')
