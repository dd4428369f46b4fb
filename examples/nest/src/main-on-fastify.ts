import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { AppModule } from './app-module.js'

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] })
// The chat ends with the application.
app.enableShutdownHooks()

await app.listen(process.env.PORT ?? 3000)
console.log('ready')
