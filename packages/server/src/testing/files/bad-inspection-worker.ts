/* A worker that does to its process what hostile files do to a decoder. */

process.on('message', ({ file }: { file: string }) => {
  if (file === 'crash') process.kill(process.pid, 'SIGSEGV')
  while (file === 'hang') {
    // For ever.
  }
  process.send?.({ mime: `text/${file}`, image: null })
})
