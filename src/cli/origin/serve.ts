/**
 * `sallyport origin serve --lb MODE`: the auth server.
 * @module
 */
import { Command, Option } from 'commander'
import { SERVER_MODES } from '../../origin/auth-server/modes.ts'
import { FACTS } from '../../origin/facts.ts'
import type { Address } from '../../origin/recipes/description.ts'
import { exitForUsage, PROBLEM, USAGE } from '../exit-codes.ts'
import { isLocal } from './address.ts'
import { type RunningServer, runServer, type ServerShell } from './run-server.ts'
import { DEFAULTS, readSettings, type ServeFlags, type ServeSettings } from './serve-settings.ts'

const collect = (value: string, list: readonly string[] = []): readonly string[] => [...list, value]

/** Bytes of log that may wait for a reader; more is left out and counted. */
const MAX_WAITING = 1_048_576

/**
 * The command, ready for `program.addCommand`.
 * @param print Takes a line of the decision log; false when nobody reads the last ones. Default: standard output.
 */
export function serveCommand(print: (line: string) => boolean = printLine): Command {
  const command = new Command('serve')
  return addOptions(command)
    .description('answer a load balancer that asks about each request')
    .exitOverride(exitForUsage)
    .action(async (flags: ServeFlags) => {
      const result = readSettings(flags)
      if (!result.ok) {
        const lines = result.problems.map((problem) => `  ${problem}`)
        return command.error(`error: these options cannot be used:\n${lines.join('\n')}`, { exitCode: USAGE })
      }
      await serve(result.settings, { now: () => Date.now() / 1000, print, tell })
    })
}

function addOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--lb <mode>', 'the load balancer that asks')
        .choices([...SERVER_MODES])
        .makeOptionMandatory(),
    )
    .option('--authority <host>', 'Host as the edge sends it (repeatable)', collect)
    .option('--keys <file>', 'the key set, origin.jwks.json; read again when it changes, and on SIGHUP')
    .option('--keys-url <url>', 'public keys (Ed25519) from a server instead')
    .option('--listen <address>', 'where the load balancer asks: host:port or unix:/path', '127.0.0.1:9190')
    .option('--socket-mode <mode>', 'permissions of unix sockets', '0660')
    .option('--admin <address>', 'where /healthz and /metrics are, or off', '127.0.0.1:9191')
    .addOption(new Option('--protocol <name>', 'how it asks (default: the mode’s)').choices(['http', 'grpc']))
    .option('--path-prefix <path>', 'before the target, where the question mirrors the request', '/verify')
    .addOption(new Option('--scheme <name>', 'how the edge reaches the origin').choices(['http', 'https']))
    .option('--skew <seconds>', 'by which clocks may differ', DEFAULTS.skew)
    .option('--max-ttl <seconds>', 'longest life of a signature', DEFAULTS.maxTtl)
    .option('--rate <number>', 'signed requests per second at most, sizes the memory of nonces', '1000')
    .addOption(
      new Option('--redis <url>', 'share the memory of nonces with other servers').env('SALLYPORT_REDIS_URL'),
    )
    .option('--unsigned <path>', 'a health probe that passes unsigned (repeatable)', collect)
    .option('--fact <name>', `a signed fact for the application: ${FACTS.join(', ')} (repeatable)`, collect)
    .addOption(
      new Option('--log <what>', 'decisions on standard output')
        .choices(['refused', 'all', 'none'])
        .default('refused'),
    )
    .option('--log-rate <number>', 'lines per second at most', '50')
}

function printLine(line: string): boolean {
  if (process.stdout.writableLength > MAX_WAITING) return false
  process.stdout.write(line)
  return true
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

function warnIfOpen(flag: string, address: Address | undefined): void {
  if (address === undefined || isLocal(address)) return
  tell(`warning: ${flag} is not loopback: let nothing but the load balancer reach it, and no client.`)
}

async function serve(settings: ServeSettings, shell: ServerShell): Promise<void> {
  warnIfOpen('--listen', settings.listen)
  warnIfOpen('--admin', settings.admin)
  let server: RunningServer
  try {
    server = await runServer(settings, shell)
  } catch (error) {
    const text = error instanceof Error ? error.message : 'unknown reason'
    shell.tell(`error: not started: ${text}`)
    process.exitCode = PROBLEM
    return
  }
  const admin = server.adminAddress === undefined ? '' : `; health and metrics at ${server.adminAddress}`
  shell.tell(`Answering ${settings.mode} over ${settings.protocol} at ${server.address}${admin}.`)
  const reload = (): void => void server.reload()
  process.on('SIGHUP', reload)
  const signal = await nextSignal()
  shell.tell(`${signal}: answering what is under way, then stopping.`)
  await server.close()
  process.off('SIGHUP', reload)
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
}
