import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { declarationOfStyles, publishedPackage, type Workspace } from './published-package.ts'
import { repositoryAddress } from './repository-address.ts'

/*
 * `npm run pack` builds the web app, compiles the packages, and writes their tarballs into `dist`. They contain
 * everything that an app needs.
 */

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const compiled = join(dist, 'compiled')
const names = ['protocol', 'client', 'react', 'server']
const address = repositoryAddress(root)

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Replaces `.ts` by `.js` where TypeScript does not: in imports of declarations, and in URLs of programs. */
function renameSources(folder: string): void {
  const sourceImport = /(from |import\(|import )(['"])(\.{1,2}\/[^'"]+)\.tsx?\2/g
  const sourceAddress = /(new URL\()(')(\.{1,2}\/[^']+)\.ts\2/g
  for (const file of filesIn(folder)) {
    const named = file.endsWith('.d.ts') ? sourceImport : file.endsWith('.js') ? sourceAddress : undefined
    if (named) writeFileSync(file, readFileSync(file, 'utf8').replace(named, '$1$2$3.js$2'))
  }
}

/** Copies stylesheets and JavaScript files, and writes a declaration for each stylesheet. */
function copyPlainFiles(source: string, target: string): void {
  for (const file of filesIn(source).filter((name) => /\.(css|js)$/.test(name))) {
    const copy = join(target, file.slice(source.length))
    mkdirSync(dirname(copy), { recursive: true })
    cpSync(file, copy)
    if (file.endsWith('.css')) writeFileSync(declarationOfStyles(copy), 'export {}\n')
  }
}

const stagedAt = (name: string) => join(dist, 'staged', name)

/** Fills the folder for a tarball, and returns its path. */
function stage(name: string): string {
  const source = join(root, 'packages', name)
  const staged = stagedAt(name)
  cpSync(join(compiled, name, 'src'), join(staged, 'dist'), { recursive: true })
  renameSources(join(staged, 'dist'))
  copyPlainFiles(join(source, 'src'), join(staged, 'dist'))
  cpSync(join(root, 'LICENSE'), join(staged, 'LICENSE'))
  cpSync(join(source, 'README.md'), join(staged, 'README.md'))
  const workspace: Workspace = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const added = name === 'server' ? completeServer(staged) : { files: ['dist'] }
  const published = { ...publishedPackage(workspace, address), ...added }
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
  return staged
}

/** Adds the web app and the protocol to the tarball of the server, so that it can be installed alone. */
function completeServer(staged: string) {
  const protocol = '@parley/protocol'
  cpSync(join(root, 'apps', 'web', 'dist'), join(staged, 'web'), { recursive: true })
  const bundled = join(staged, 'node_modules', protocol)
  cpSync(stagedAt('protocol'), bundled, { recursive: true })
  // What a bundled package depends on, npm takes for bundled too, and a global install leaves it out. The server depends
  // on the same.
  const { dependencies: _, ...rest } = JSON.parse(readFileSync(join(bundled, 'package.json'), 'utf8'))
  writeFileSync(join(bundled, 'package.json'), `${JSON.stringify(rest, undefined, 2)}\n`)
  return { files: ['dist', 'web'], bundleDependencies: [protocol] }
}

rmSync(dist, { recursive: true, force: true })
run('npx', 'tsc', '--project', join('packaging', 'tsconfig.json'))
const tarballs = JSON.parse(run('npm', 'pack', ...names.map(stage), '--pack-destination', dist, '--json', '--silent'))
for (const { filename, files, size } of tarballs) {
  process.stdout.write(`dist/${filename}: ${files.length} files, ${Math.round(size / 1024)} kB\n`)
}
rmSync(compiled, { recursive: true })
