import { Module } from '@nestjs/common'
import { builtInWebRoot } from '@parley/server'
import { ParleyModule } from '@parley/server/nest'
import { Sessions, SessionsModule } from './sessions.js'
import { ShopController } from './shop-controller.js'

@Module({
  imports: [
    SessionsModule,
    // The chat.
    ParleyModule.forRootAsync({
      imports: [SessionsModule],
      inject: [Sessions],
      useFactory: (sessions: Sessions) => ({
        dataDir: './chat',
        webRoot: builtInWebRoot,
        authenticate: ({ headers }) => sessions.userOf(headers.cookie),
      }),
    }),
  ],
  controllers: [ShopController],
})
export class AppModule {}
