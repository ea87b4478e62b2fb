/**
 * One request through the edge: facts, decision, answer or origin, record.
 * @module
 */
import type { RequestFacts } from '../http/facts.ts'
import type { BodyFacts } from '../http/rule-fields/rule-facts.ts'
import { decide } from '../pipeline/decide.ts'
import { answer, type Endpoints } from './answer-request.ts'
import { drawRequestId } from './draw-request-id.ts'
import { drawSeed } from './draw-seed.ts'
import { observeAnswer, observeRequest } from './observe-request.ts'
import { peekBody } from './peek-body.ts'
import { readRequest } from './read-request.ts'
import type { Runtime } from './runtime.ts'
import { settleLimits } from './settle-limits.ts'
import { startTimer } from './start-timer.ts'

/** The part of the execution context that is used. */
export type Context = Pick<ExecutionContext, 'waitUntil'>

export async function handleRequest(
  request: Request,
  runtime: Runtime,
  context: Context,
  endpoints: Endpoints,
): Promise<Response> {
  const started = Date.now()
  const requestId = drawRequestId(started)
  const facts = readRequest(request, runtime.readClient)
  const { stages } = runtime
  const keepAlive = (work: Promise<unknown>): void => context.waitUntil(work)
  const outcome = await decide(facts, stages, started, {
    drawSeed,
    keepAlive,
    clock: Date.now,
    readBody: () => readStart(request, facts),
  })
  observeRequest(runtime, facts, outcome, keepAlive)
  if (stages.bots && !stages.bots.stage.isOff) runtime.bots.verification.refresh(keepAlive, started)
  const answered = await answer({ request, runtime, facts, outcome, requestId, started }, endpoints)
  const { response, terminal, transformed } = answered
  settleLimits(outcome, answered)
  if (outcome.bot) runtime.bots.counts.see(outcome.bot, terminal, outcome.logged)
  observeAnswer(runtime, facts, outcome, answered)
  const matched = concat(outcome.matched, transformed?.matched)
  const leftOut = runtime.recorder.record({
    requestId,
    facts,
    terminal,
    logged: concat(outcome.logged, concat(answered.logged, transformed?.logged)),
    ...(matched.length === 0 ? {} : { matched }),
    ...(outcome.bot ? { bot: outcome.bot } : {}),
    ...(answered.charge ? { charge: answered.charge } : {}),
    route: outcome.route?.model.id,
    policy: stages.version,
    status: response.status,
    started,
    ended: Date.now(),
  })
  if (leftOut) context.waitUntil(flushSoon(runtime))
  return response
}

/** Milliseconds for the beginning of a content that limits count by. */
const PEEK_PATIENCE = 10_000

function readStart(request: Request, { headers }: RequestFacts): Promise<BodyFacts | undefined> {
  const declared = headers.get('content-length')
  const size = declared === undefined ? undefined : Number(declared)
  return peekBody(request, headers.get('content-encoding'), size, PEEK_PATIENCE, startTimer)
}

async function flushSoon(runtime: Runtime): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1000))
  runtime.recorder.flush(Date.now())
}

function concat<T>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] {
  return b.length === 0 ? a : [...a, ...b]
}
