/** The oldest Node whose SQLite can do what we need of it; package.json says the same in `engines`. */
const oldest = { major: 22, minor: 16 }

/** Throws a sentence where this Node is too old, in place of what would fail first. */
export function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return
  throw new Error(`Parley needs Node ${oldest.major}.${oldest.minor} or newer; this is ${version}.`)
}
