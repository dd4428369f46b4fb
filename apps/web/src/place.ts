// The root of the app is one folder above its scripts: the server, or a proxy before it, may serve it below any path.
const ownAddress = import.meta.url
const root = new URL('../', ownAddress)

/** The path of the app, without a slash at its end. */
export const basePath = root.pathname.replace(/\/$/, '')

/** The address of the server, without a slash at its end. */
export const serverUrl = location.origin + basePath
