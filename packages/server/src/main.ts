import pino, { type Logger } from 'pino'
import { runBackupCommand } from './backup-command.ts'
import { bucketOf, type Config, ConfigError, helpText, hostJwtOf, readConfig } from './config.ts'
import { runKeyCommand } from './key-command.ts'
import { createParley } from './server.ts'
import { DatabaseRefused } from './storage/database.ts'
import { builtInWebRoot } from './web/app/built-in-app.ts'
import { addressesForOthers } from './web/openable-address.ts'
import { runWebhookCommand } from './webhook-command.ts'

/** A service manager kills a service that takes too long to stop. The command gives up before, with an exit code. */
const longestCloseMs = 14_000

/**
 * Runs the `parley` command: prints the help if `--help` is among the flags, else runs the command that they name or
 * starts a server and prints its URLs. SIGTERM and SIGINT close it; a second signal, or a close of more than 14 s, ends
 * the process. Resolves when the command is done or the server is ready. Never rejects: it prints a failure to stderr
 * and sets the exit code to 1.
 */
export async function main(flags: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  if (flags.includes('--help')) return void process.stdout.write(helpText())
  try {
    const isCommand =
      (await runBackupCommand(flags, environment)) ||
      (await runKeyCommand(flags, environment)) ||
      (await runWebhookCommand(flags, environment))
    if (!isCommand) await start(flags, environment)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exitCode = 1
  }
}

async function start(flags: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(flags, environment)
  const log = openLog(config.logLevel)
  const parley = await createParley({
    ...config,
    s3: bucketOf(config),
    hostJwt: hostJwtOf(config),
    log,
    webRoot: builtInWebRoot,
  })
  const url = await parley.listen(config.port, config.host).catch(async (error) => {
    await parley.close()
    throw listenRefusal(error, config)
  })
  process.stdout.write(`${['Parley is ready at', url, ...addressesForOthers(config.host, url)].join(' ')}\n`)

  const stop = async () => {
    // A second signal ends the process at once.
    process.off('SIGTERM', stop).off('SIGINT', stop)
    setTimeout(() => process.exit(1), longestCloseMs).unref()
    await parley.close()
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

/** A log of JSON lines, or of coloured text on a terminal. */
function openLog(level: Config['logLevel']): Logger {
  // Where the log cannot be written, on a full disk perhaps, the server goes on without it.
  const goOn = () => {}
  process.stdout.on('error', goOn)
  if (process.stdout.isTTY) return pino({ level, transport: { target: 'pino-pretty' } })
  return pino({ level }, pino.destination({ fd: 1, sync: true }).on('error', goOn))
}

/** A failure to listen as a ConfigError that says what to do; any other error as it is. */
function listenRefusal(error: unknown, { port, host }: Config): unknown {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return new ConfigError(`Port ${port} is taken: stop the other program, or choose another with --port.`)
    case 'EACCES':
      return new ConfigError(`This user may not listen on port ${port}: choose one above 1023 with --port.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigError(`This machine has no address ${host}: choose another with --host.`)
    default:
      return error
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseRefused) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
