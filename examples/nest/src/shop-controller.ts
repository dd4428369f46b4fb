import { readFile } from 'node:fs/promises'
import { Controller, Get, Header, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common'
import { ParleyService } from '@parley/server/nest'
import { Sessions, type User } from './sessions.js'
import { SignedIn } from './signed-in.js'

@Controller()
export class ShopController {
  constructor(
    private readonly sessions: Sessions,
    private readonly parley: ParleyService,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html')
  page() {
    return readFile(new URL('../page.html', import.meta.url), 'utf8')
  }

  @Post('sign-in/:name')
  @HttpCode(303)
  @Header('Location', '/')
  signIn(
    @Param('name') name: string,
    @Res({ passthrough: true }) response: { header(name: string, value: string): void },
  ) {
    response.header('Set-Cookie', this.sessions.begin(name))
  }

  @Get('api/v1/orders')
  @UseGuards(SignedIn)
  orders(@Req() { user }: { user: User }) {
    return `The orders of ${user.username}`
  }

  @Get('health')
  health() {
    return this.parley.health()
  }
}
