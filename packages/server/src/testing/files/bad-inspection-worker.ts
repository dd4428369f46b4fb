/* A worker whose process crashes or hangs, as a decoder may on a hostile file: the name of the file decides. */

process.on('message', ({ file }: { file: string }) => {
  if (file === 'crash') process.kill(process.pid, 'SIGSEGV')
  while (file === 'hang') {
    // For ever.
  }
  process.send?.({ mime: `text/${file}`, image: null })
})
