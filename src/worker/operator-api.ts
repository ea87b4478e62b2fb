/**
 * `/.sallyport/api/`: bans and attack mode, for operators.
 *
 * Every request needs the token. There is no CORS: a page in a browser cannot send the field that has it.
 * @module
 */
import { type Context, Hono } from 'hono'
import type { Decision } from '../http/decision.ts'
import { problemAnswer } from '../http/problem.ts'
import { readBanRequest, readSource } from '../ingress/dos/ban-request.ts'
import { readOverride, readPlace } from '../ingress/dos/orders-override.ts'
import type { Orders } from '../ingress/dos/watch-protocol.ts'
import { awaitWithin } from '../ingress/limits/deadline.ts'
import { ControlAway, type ControlCalls } from './control-calls.ts'
import { createGuessLimit } from './guess-limit.ts'
import {
  API_OFF,
  CONTROL_AWAY,
  refuseGuess,
  refuseInput,
  refuseMethod,
  WRONG_TOKEN,
} from './operator-problems.ts'
import { isBearerOf, isUsable } from './operator-token.ts'
import { readBounded } from './read-bounded.ts'
import { startTimer } from './start-timer.ts'

export interface OperatorPorts {
  /** The secret SALLYPORT_OPERATOR_TOKEN. */
  readonly token: string | undefined
  /** Made anew for each call: a stub belongs to one request. */
  readonly control: () => ControlCalls
  /** Lets what an operator has changed hold in this isolate at once. */
  readonly apply: (orders: Orders) => void
}

export interface OperatorBindings {
  readonly operator: OperatorPorts
  readonly requestId: string
  /** What the client is counted by. */
  readonly client: string
}

type Api = Hono<{ Bindings: OperatorBindings }>
type Call = Context<{ Bindings: OperatorBindings }>

/** Bytes of a request's content. */
const MAX_BODY = 65_536
/** Milliseconds for it, and for control. */
const PATIENCE = 10_000
const GUESSES = { most: 10, period: 60_000, capacity: 1024 }
const BAN_ID = /^[0-9a-f]{16}$/

/** To be mounted at `/.sallyport/api`. */
export function createOperatorApi(): Api {
  const api: Api = new Hono<{ Bindings: OperatorBindings }>({ strict: false })
  const guesses = createGuessLimit(GUESSES)
  api.use(async (c, next) => {
    const { operator, client } = c.env
    const token = operator.token?.trim()
    if (!isUsable(token)) return refuse(c, API_OFF)
    const wait = guesses.waitFor(client, Date.now())
    if (wait > 0) return refuse(c, refuseGuess(wait / 1000))
    if (await isBearerOf(c.req.header('authorization'), token)) return next()
    guesses.fail(client, Date.now())
    const refused = refuse(c, WRONG_TOKEN)
    refused.headers.set('www-authenticate', 'Bearer realm="sallyport"')
    return refused
  })
  addBans(api)
  addAttack(api)
  api.onError((error, c) => {
    tellOperator(error)
    return refuse(c, CONTROL_AWAY)
  })
  return api
}

/** Who reads the answer may be another than who can read the log. Only those with the token can bring this about. */
function tellOperator(error: Error): void {
  const line =
    error instanceof ControlAway
      ? { event: 'control-unreachable', cause: error.message }
      : { event: 'defect', error: error.name }
  console.error(JSON.stringify({ kind: 'operator', ...line }))
}

function addBans(api: Api): void {
  api.get('/bans', async (c) => {
    const { revision, bans } = await ask(c.env.operator.control().orders())
    return c.json({ revision, bans })
  })
  api.post('/bans', async (c) => {
    const body = await readJson(c)
    if (!body.ok) return refuse(c, body.refused)
    const wish = readBanRequest(body.value)
    if (!wish.ok) return refuse(c, refuseInput(wish.message))
    const { ban, orders } = await ask(c.env.operator.control().ban(wish.request))
    c.env.operator.apply(orders)
    return c.json({ ban }, 201)
  })
  api.delete('/bans', async (c) => {
    const { id, key, level } = c.req.query()
    if ((id === undefined) === (key === undefined))
      return refuse(
        c,
        refuseInput('Say who is to be let go: ?id= with the id of a ban, or ?key= with its key.'),
      )
    const named = id === undefined ? readSource(key, level) : readId(id)
    if (!named.ok) return refuse(c, refuseInput(named.message))
    const { lifted, orders } = await ask(c.env.operator.control().lift(named.source))
    c.env.operator.apply(orders)
    if (id !== undefined && lifted.length === 0)
      return refuse(c, refuseInput('There is no ban in force with this id.', 404))
    return c.json({ lifted })
  })
  api.all('/bans', (c) => refuse(c, refuseMethod(['GET', 'POST', 'DELETE'])))
}

function addAttack(api: Api): void {
  api.get('/attack', async (c) => {
    const { revision, attacks } = await ask(c.env.operator.control().orders())
    return c.json({ revision, attacks })
  })
  api.put('/attack', async (c) => {
    const body = await readJson(c)
    if (!body.ok) return refuse(c, body.refused)
    const wish = readOverride(body.value)
    if (!wish.ok) return refuse(c, refuseInput(wish.message))
    const { attack, orders } = await ask(c.env.operator.control().override(wish.value))
    c.env.operator.apply(orders)
    return c.json({ attack })
  })
  api.delete('/attack', async (c) => {
    const { host, route } = c.req.query()
    const place = readPlace(host, route)
    if (!place.ok) return refuse(c, refuseInput(place.message))
    const { attack, orders } = await ask(
      c.env.operator.control().release(place.value.host, place.value.route),
    )
    c.env.operator.apply(orders)
    return c.json({ attack: attack ?? null })
  })
  api.all('/attack', (c) => refuse(c, refuseMethod(['GET', 'PUT', 'DELETE'])))
}

function readId(
  id: string,
): { readonly ok: true; readonly source: { id: string } } | { readonly ok: false; readonly message: string } {
  return BAN_ID.test(id)
    ? { ok: true, source: { id } }
    : { ok: false, message: 'The id of a ban is 16 hex digits, as the list shows it.' }
}

function refuse(c: Call, decision: Decision): Response {
  // Programs read this, whatever they say they accept.
  const { status, headers, body } = problemAnswer(decision, c.env.requestId, undefined)
  return new Response(body, { status, headers })
}

/** @throws ControlAway when control fails or takes too long: `onError` answers. */
async function ask<T>(answer: Promise<T>): Promise<T> {
  const given = await awaitWithin(
    answer.then((value) => ({ value })),
    PATIENCE,
    startTimer,
    () => {},
  )
  if (given === 'error' || given === 'timeout') throw new ControlAway(given)
  return given.value
}

type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refused: Decision }

async function readJson(c: Call): Promise<Body> {
  const { body } = c.req.raw
  const received =
    body === null
      ? new ArrayBuffer(0)
      : await awaitWithin(readBounded(body, MAX_BODY), PATIENCE, startTimer, () => {})
  if (received === 'timeout') return { ok: false, refused: refuseInput('The content came too slowly.', 408) }
  if (received === 'error') return { ok: false, refused: refuseInput('The content broke off.') }
  if (received.byteLength > MAX_BODY)
    return { ok: false, refused: refuseInput(`The content has at most ${MAX_BODY} bytes.`, 413) }
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(received),
    )
    return { ok: true, value }
  } catch {
    return { ok: false, refused: refuseInput('The content is not JSON.') }
  }
}
