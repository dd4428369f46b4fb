import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { ParleyOptions } from '../parley-options.ts'
import { createParley, type Parley } from '../server.ts'
import { serveEveryAddress } from './fastify-addresses.ts'

/**
 * The token by which Nest injects the Parley server that `ParleyModule` makes, and the type of that server. Do not
 * construct it: `new ParleyService()` gives an empty object.
 *
 * @example
 * constructor(private readonly parley: ParleyService) {}
 */
export const ParleyService = class ParleyService {} as new () => Parley
export type ParleyService = Parley

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ParleyOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: false }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build()

/**
 * A module for Nest 11 or 12 on Express or Fastify; import it by `forRoot(options)` or `forRootAsync`. It creates one
 * Parley server with the application, whose start fails if that rejects, and exports it as `ParleyService` (to all
 * modules with `isGlobal: true`). It attaches the server at bootstrap, unless the application has no HTTP server, and
 * closes it before the application: at `app.close()` and, after `app.enableShutdownHooks()`, at SIGTERM and SIGINT.
 *
 * @example
 * ParleyModule.forRootAsync({
 *   imports: [SessionsModule],
 *   inject: [Sessions],
 *   useFactory: (sessions: Sessions) => ({
 *     dataDir: './chat',
 *     authenticate: ({ headers }) => sessions.userOf(headers.cookie),
 *   }),
 * })
 */
export class ParleyModule extends ConfigurableModuleClass implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #parley: Parley
  readonly #options: ParleyOptions
  readonly #host: HttpAdapterHost

  /** Nest calls this with the server that it has created. It attaches nothing yet. */
  constructor(parley: Parley, options: ParleyOptions, host: HttpAdapterHost) {
    super()
    this.#parley = parley
    this.#options = options
    this.#host = host
  }

  /**
   * Attaches Parley to the application's HTTP server; on Fastify also to those for other addresses. Throws if another
   * Parley server there uses the same paths. Does nothing in an application without one, such as a command of
   * the host, which can use Parley's API all the same.
   */
  onApplicationBootstrap(): void {
    const { httpAdapter } = this.#host
    if (!httpAdapter) return
    this.#parley.attach(httpAdapter.getHttpServer())
    if (httpAdapter.getType() === 'fastify') serveEveryAddress(httpAdapter.getInstance(), this.#options.basePath)
  }

  /**
   * Closes Parley, and resolves when it is closed. Nest calls this while the host's own services still exist, because
   * `authenticate` and other callbacks may use them.
   */
  onModuleDestroy(): Promise<void> {
    return this.#parley.close()
  }
}

// Decorators are called as functions, because Node runs this source without compiling it and has no decorators.
Inject(ParleyService)(ParleyModule, undefined, 0)
Inject(MODULE_OPTIONS_TOKEN)(ParleyModule, undefined, 1)
Inject(HttpAdapterHost)(ParleyModule, undefined, 2)
Module({
  providers: [{ provide: ParleyService, useFactory: createParley, inject: [MODULE_OPTIONS_TOKEN] }],
  exports: [ParleyService],
})(ParleyModule)
