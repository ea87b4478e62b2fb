/**
 * Compiles `limits.yaml`: how many requests, counted by what.
 * @module
 */
import type { Characteristic, CountingScope, LimitModel } from '../bundle/model.ts'
import type { ExpressionReader } from './expressions.ts'
import { accuracyOf, amountOf, checkLimit, mitigationOf, modeOf } from './limits-checks.ts'
import {
  type LimitContext,
  readCharacteristics,
  readCounting,
  readFilter,
  readsBody,
} from './limits-expressions.ts'
import type { LimitInput, LimitsInput } from './limits-schema.ts'
import { expandLoginProtection } from './login-protection.ts'
import type { Path, Problem } from './problem.ts'
import { toScope } from './scope-fields.ts'
import type { Section } from './section.ts'

const TOO_MANY_REQUESTS = 429
const PLAIN_TEXT = 'text/plain; charset=utf-8'

/** A limit, and the place of what it comes from in the file. */
export interface CompiledLimit {
  readonly model: LimitModel
  readonly path: Path
}

/** Clients are where their data centre is; what else is counted may come from anywhere. */
const LOCAL: ReadonlySet<string> = new Set(['ip.src', 'ip.src.asnum', 'cf.colo.id'])

function defaultScope(characteristics: readonly Characteristic[]): CountingScope {
  return characteristics.some(({ kind }) => LOCAL.has(kind)) ? 'colo' : 'global'
}

function compileAnswer({ status, response }: LimitInput): Pick<LimitModel, 'status' | 'response'> {
  const { status_code, content_type = PLAIN_TEXT, content } = response ?? {}
  return {
    status: status ?? status_code ?? TOO_MANY_REQUESTS,
    ...(content === undefined ? {} : { response: { content_type, content } }),
  }
}

/** Milliseconds: counters of the same city answer in a few, and to the other side of the world light alone takes 200. */
const TIMEOUTS: Readonly<Record<CountingScope, number>> = { colo: 150, region: 400, global: 1000 }

function compileLimit(context: LimitContext, input: LimitInput): LimitModel {
  const filter = readFilter(context, input.expression)
  const counting = readCounting(context, 'counting_expression', input.counting_expression)
  const characteristics = readCharacteristics(context, input.characteristics)
  checkLimit(context, input, characteristics)
  const { score_response_header_name: header, escalate, ban } = input
  const counting_scope = input.scope ?? defaultScope(characteristics)
  return {
    id: input.id,
    description: input.description,
    mode: modeOf(input),
    scope: toScope(input),
    ...(filter ? { filter } : {}),
    ...(counting ? { counting } : {}),
    requests_to_origin: input.requests_to_origin,
    characteristics,
    readsBody: readsBody(characteristics, counting),
    period: input.period,
    requests_per_period: amountOf(input),
    ...(header === undefined ? {} : { score_header: header }),
    mitigation_timeout: mitigationOf(input),
    ...(escalate ? { escalate } : {}),
    ...(ban ? { ban } : {}),
    action: input.action,
    on_error: input.on_error,
    timeout_ms: input.timeout ?? TIMEOUTS[counting_scope],
    ...compileAnswer(input),
    counting_scope,
    accuracy: accuracyOf(input),
    announce: input.announce,
  }
}

/** Ids name counters: those that login protection makes are taken, too. */
function checkIds(
  limits: readonly CompiledLimit[],
  section: Section<LimitsInput>,
  problems: Problem[],
): void {
  const owners = new Map<string, string>()
  for (const { model, path } of limits) {
    const problem = section.at([...path, 'id'], '', 'Give one of the two another id.')
    const first = owners.get(model.id)
    if (first === undefined) owners.set(model.id, `${problem.file}:${problem.line}`)
    else problems.push({ ...problem, message: `The id ${model.id} is used twice; first at ${first}` })
  }
}

/** Compiles all limits, and those that protect logins; problems go to `problems`. */
export function compileLimits(
  section: Section<LimitsInput>,
  reader: ExpressionReader,
  problems: Problem[],
): readonly CompiledLimit[] {
  const { limits, login_protection } = section.value
  const written = limits.map((limit, index): CompiledLimit => {
    const path = ['limits', index]
    return { model: compileLimit({ section, problems, reader, path, id: limit.id }, limit), path }
  })
  const logins = login_protection.flatMap((login, index) => {
    const path = ['login_protection', index]
    const models = expandLoginProtection({ section, problems, reader, path, id: login.id }, login)
    return models.map((model): CompiledLimit => ({ model, path }))
  })
  const all = [...written, ...logins]
  checkIds(all, section, problems)
  return all
}
