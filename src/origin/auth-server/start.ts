/**
 * The auth server: load balancers that cannot verify by themselves ask it about each request.
 * @module
 */
import type { Fact } from '../facts.ts'
import type { Address } from '../recipes/description.ts'
import { formatAddress } from '../recipes/serve-command.ts'
import { createVerifier, type VerifierOptions } from '../verifier.ts'
import { createAdminServer } from './admin-server.ts'
import { createDecide, type Decide, type Decision } from './decide.ts'
import { createDecisionLog, type DecisionLogOptions } from './decision-log.ts'
import { closeDoor, createHttpDoor, type Door } from './door.ts'
import { createHttpServer } from './http-server.ts'
import { listenAt } from './listen.ts'
import { createMetrics, type Gauges, type Metrics } from './metrics.ts'
import { createOriginalReader, type Protocol, protocolsOf, type ServerMode } from './modes.ts'

export interface AuthServerOptions {
  readonly mode: ServerMode
  /** Default: the first that the mode can do. */
  readonly protocol?: Protocol
  /** What stands before the client's target when the auth request mirrors it. Default `/verify`. */
  readonly pathPrefix?: string
  readonly listen: Address
  /** Permissions of unix sockets. Default 0660. */
  readonly socketMode?: number
  /** Where health and metrics are. Default: nowhere. */
  readonly admin?: Address
  /** `authority` is required: whoever asks may stand before more than this origin. */
  readonly verifier: Omit<VerifierOptions, 'onDecision' | 'maxDigestBody' | 'acceptBodyChunks'> & {
    readonly authority: string | readonly string[]
  }
  /** Signed facts beside those that the application always gets. */
  readonly facts: readonly Fact[]
  /** Default: no log. */
  readonly log?: Omit<DecisionLogOptions, 'now'>
  /** False while it could let nobody in. Default: always true. */
  readonly isReady?: () => boolean
  /** What the metrics show beside what the server counts. */
  readonly readGauges?: () => Omit<Gauges, 'unlogged'>
}

export interface AuthServer {
  /** Where it listens: `127.0.0.1:9190` or `unix:/run/sallyport.sock`. */
  readonly address: string
  /** Where health and metrics are. */
  readonly adminAddress: string | undefined
  /** Takes nothing new and answers what is under way, for five seconds at most. */
  close(): Promise<void>
}

/** Milliseconds. */
const GRACE = 5000

/**
 * Starts listening.
 * @throws TypeError, RangeError or Error that says which option is wrong, or why the address cannot be had.
 */
export async function startAuthServer(options: AuthServerOptions): Promise<AuthServer> {
  const now = options.verifier.now ?? (() => Date.now() / 1000)
  const metrics = createMetrics(now)
  const log = createDecisionLog({ what: 'none', perSecond: 0, print: () => true, ...options.log, now })
  const observe = (decision: Decision, elapsed: number): void => {
    metrics.observe(decision, elapsed)
    log.write(decision)
  }
  const decide = createDecide(createVerifier(options.verifier), observe, () => performance.now())
  const door = await createDoor(options, decide, metrics)
  const address = await listenAt(door.server, options.listen, options.socketMode)
  let open = true
  const isReady = (): boolean => open && (options.isReady?.() ?? true)
  const renderMetrics = (): string => {
    return metrics.render({ ...options.readGauges?.(), unlogged: log.unlogged })
  }
  const admin = options.admin && createHttpDoor(createAdminServer({ isReady, renderMetrics }))
  const adminAddress =
    admin && options.admin && (await openAdmin(admin, options.admin, options.socketMode, door))
  return {
    address: formatAddress(address),
    adminAddress: adminAddress && formatAddress(adminAddress),
    async close() {
      open = false
      await closeDoor(door, GRACE)
      if (admin) await closeDoor(admin, GRACE)
    },
  }
}

async function createDoor(
  { mode, protocol = protocolsOf(mode)[0] ?? 'http', pathPrefix = '/verify', facts }: AuthServerOptions,
  decide: Decide,
  { countMalformed }: Metrics,
): Promise<Door> {
  if (!protocolsOf(mode).includes(protocol)) {
    throw new TypeError(
      `${mode} does not ask over ${protocol}; it asks over ${protocolsOf(mode).join(' or ')}`,
    )
  }
  if (protocol === 'grpc') {
    // Loaded only when it is needed: it is most of the memory.
    const { createGrpcServer } = await import('./grpc-server.ts')
    return createGrpcServer({ decide, facts })
  }
  const readOriginal = createOriginalReader(mode, pathPrefix)
  return createHttpDoor(createHttpServer({ readOriginal, decide, facts, onMalformed: countMalformed }))
}

/** Fails as a whole: a server without the health that was asked for would be taken for dead. */
async function openAdmin(
  admin: Door,
  address: Address,
  socketMode: number | undefined,
  door: Door,
): Promise<Address> {
  try {
    return await listenAt(admin.server, address, socketMode)
  } catch (error) {
    await closeDoor(door, GRACE)
    throw error
  }
}
