import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common'
import { Sessions } from './sessions.js'

/** Refuses requests without a session (403), and gives others their `user`. */
@Injectable()
export class SignedIn implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest()
    request.user = this.sessions.userOf(request.headers.cookie)
    return request.user !== null
  }
}
