/**
 * What `npm start` says once both doors are open.
 * @module
 */
import type { Stack } from '../local/stack.ts'

export function greet({ edge, origin, policy }: Stack, log: string, out: NodeJS.WritableStream): void {
  out.write(`
  Edge      ${edge}          ← visit this
  Origin    ${origin}          behind the verifier: refuses everybody else
  Health    ${edge}/.sallyport/health
  Policy    ${policy} from rules/
  Decisions ${log}   (one JSON line each; shortened below)

  Try:
    curl ${edge}/whoami
    curl ${origin}/whoami                                          # past the edge: 401
    curl -H 'X-Forwarded-For: 6.6.6.6' ${edge}/whoami               # the spoofed address is gone
    curl --path-as-is '${edge}/a%2Fb'                               # two readings: 400
    curl -H 'Sallyport-Simulate: ip=192.0.2.1' ${edge}/             # on a deny list: 403
    curl -H 'Sallyport-Simulate: ip=203.0.113.9; country=US' ${edge}/eu
    npm run sallyport -- publish                                   # what is in rules/ now, without a restart
    npm run sallyport -- bans add 127.0.0.1 --for 30s               # keep yourself out for a while
    npm run sallyport -- origin doctor                              # some 500 ways past the second door
    npm run tour                                                    # all of it, in a second terminal

  Sallyport-Simulate plays another client. It works in local runs only: the deployed Worker has no such code.
  Ctrl-C stops both doors.

`)
}
