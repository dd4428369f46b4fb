// The app lies where its own scripts do, one folder up: the server, or a proxy before it, may have put it below any path.
const ownAddress = import.meta.url
const root = new URL('../', ownAddress)

/** The path of the app, without a slash at its end. */
export const basePath = root.pathname.replace(/\/$/, '')

/** Where the server is. */
export const serverUrl = location.origin + basePath
