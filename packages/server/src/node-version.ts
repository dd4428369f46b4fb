/** The oldest Node whose SQLite has what Parley needs; package.json says the same in `engines`. */
const oldest = { major: 22, minor: 16 }

/** Throws an Error with a clear sentence if this version of Node, such as `22.15.0`, is older than 22.16. */
export function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return
  throw new Error(`Parley needs Node ${oldest.major}.${oldest.minor} or newer; this is ${version}.`)
}
