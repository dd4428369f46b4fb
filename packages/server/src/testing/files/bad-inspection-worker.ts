/*
 * A worker whose process crashes or hangs, as a decoder may on a hostile file, or reads its environment: the name of the
 * file decides.
 */

process.on('message', ({ file }: { file: string }) => {
  if (file === 'crash') process.kill(process.pid, 'SIGSEGV')
  while (file === 'hang') {
    // For ever.
  }
  const read = file === 'environment' ? Object.keys(process.env).join() : file
  process.send?.({ mime: `text/${read}`, image: null })
})
