import { Server } from 'node:net'

/* Loaded before a page's program, which listens on port 3000 of every network: here it takes a port of its own. */

const { listen } = Server.prototype
Server.prototype.listen = function (...given) {
  const done = given.findLast((each) => typeof each === 'function')
  return listen.call(this, { port: Number(process.env.PORT), host: '127.0.0.1' }, () => {
    console.log('ready')
    done?.call(this)
  })
}
