import { readFileSync, writeFileSync } from 'node:fs'

interface LockedPackage {
  version?: string
  dev?: boolean
  license?: string
  optionalDependencies?: Record<string, string>
  [key: string]: unknown
}

interface Lockfile {
  packages: Record<string, LockedPackage>
}

interface Hole {
  name: string
  version: string
  wantedBy: LockedPackage
}

/** Is `name` installed where the package at `place` finds it? */
const isFound = ({ packages }: Lockfile, place: string, name: string): boolean => {
  if (`${place ? `${place}/` : ''}node_modules/${name}` in packages) return true
  if (place === '') return false
  const outer = place.lastIndexOf('/node_modules/')
  return isFound({ packages }, outer < 0 ? '' : place.slice(0, outer), name)
}

const holesOf = (lock: Lockfile): Hole[] =>
  Object.entries(lock.packages).flatMap(([place, wantedBy]) =>
    Object.entries(wantedBy.optionalDependencies ?? {})
      .filter(([name, version]) => /^\d/.test(version) && !isFound(lock, place, name))
      .map(([name, version]) => ({ name, version, wantedBy })),
  )

/**
 * Packages that a lockfile (its text) lacks, so that `npm ci` would refuse it, a sentence for each. npm leaves out an
 * optional package, such as a binary for another platform, which its registry does not have at that moment.
 */
export const lockfileViolations = (text: string): string[] => {
  const lock: Lockfile = JSON.parse(text)
  return holesOf(lock).map(({ name }) => `package-lock.json lacks ${name}, so npm ci refuses it: run npm run lock`)
}

const platformOf = (name: string) => {
  const os = name.match(/android|darwin|linux|win32|freebsd|openharmony|netbsd|openbsd|sunos|aix/)?.[0]
  const cpu = name.match(/arm64|x64|ia32|ppc64|riscv64|s390x|loong64|wasm32|arm/)?.[0]
  const libc = os === 'linux' ? [name.includes('musl') ? 'musl' : 'glibc'] : undefined
  return { os: os ? [os] : undefined, cpu: cpu ? [cpu] : undefined, libc }
}

/**
 * Returns the text of the lockfile as npm should have written it: packages that it lacks are added, with the versions
 * that other packages pin.
 */
export const completed = (text: string): string => {
  const lock: Lockfile = JSON.parse(text)
  for (const { name, version, wantedBy } of holesOf(lock)) {
    const { os, cpu, libc } = platformOf(name)
    const { dev, license } = wantedBy
    lock.packages[`node_modules/${name}`] = { version, cpu, dev, libc, license, optional: true, os }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en')),
  )
  return `${JSON.stringify(lock, null, 2)}\n`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync('package-lock.json', completed(readFileSync('package-lock.json', 'utf8')))
}
