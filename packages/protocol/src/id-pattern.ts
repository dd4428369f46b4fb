/** What every id looks like, also one that a host application gives. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/
