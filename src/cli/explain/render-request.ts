/**
 * The way of one request through a policy for the terminal.
 * @module
 */
import { toPlainText } from './plain-text.ts'
import { renderParts } from './render-parts.ts'
import type { ItemReport, OutcomeReport, RequestReport, StageReport } from './request-report.ts'

export interface RenderOptions {
  /** Every check and every part of every expression, those too that did not match. */
  readonly verbose: boolean
}

const MAX_TEXT = 300
/** Rules without effect that are named one by one. */
const MAX_QUIET = 12
const MAX_HEADERS = 40

const PHASES: Readonly<Record<string, string>> = {
  http_request_dynamic_redirect: 'redirects.yaml',
  http_request_firewall_custom: 'custom.yaml',
  http_request_late_transform: 'transforms.yaml, request',
  http_response_headers_transform: 'transforms.yaml, response',
}

const MARKS: Readonly<Record<StageReport['state'], string>> = {
  passes: '✓',
  ends: '✗',
  off: '–',
  skipped: '–',
  'not reached': '–',
}

function markOf({ ends, applies }: ItemReport): string {
  if (ends) return '✗'
  return applies ? '●' : '·'
}

function renderItem(item: ItemReport, width: number, { verbose }: RenderOptions): readonly string[] {
  // What applies in mode log says itself that it is only logged.
  // Nor what is no rule, as signals are: those have a blank in their names.
  const mode = item.mode === 'log' && !item.applies && !item.id.includes(' ') ? ' (mode log)' : ''
  const head = `    ${markOf(item)} ${item.id.padEnd(width)}  ${toPlainText(item.result, MAX_TEXT)}${mode}`
  const { expression } = item
  // An expression without parts is `true`.
  const isPlain = expression?.parts.length === 0 && expression.value === undefined
  if (expression === undefined || isPlain || !(verbose || item.applies)) return [head]
  const matchedOnly = !verbose && expression.result === true
  return [head, ...renderParts(expression, { indent: '        ', matchedOnly })]
}

/** Items with an effect, and of the others as many as can be read. */
function selectItems(stage: StageReport, { verbose }: RenderOptions): readonly ItemReport[] {
  if (verbose) return stage.items
  let quiet = stage.stage === 'hygiene' || stage.stage === 'bots' ? 0 : MAX_QUIET
  return stage.items.filter(({ applies }) => applies || quiet-- > 0)
}

function summarise({ stage, state, items }: StageReport, hidden: number): string {
  if (state !== 'passes' && state !== 'ends') return state
  if (stage === 'hygiene' && state === 'passes') return `${items.length} checks`
  if (items.length === 0) return 'none'
  return hidden > 0 ? `${items.length}, ${hidden} without effect not shown` : ''
}

function renderStage(stage: StageReport, options: RenderOptions): readonly string[] {
  const phase = stage.phase === undefined ? '' : ` (${PHASES[stage.phase]})`
  const isOver = stage.state === 'not reached' || stage.state === 'off'
  const shown = isOver && !options.verbose ? [] : selectItems(stage, options)
  const width = Math.min(40, Math.max(0, ...shown.map(({ id }) => id.length)))
  const summary = summarise(stage, stage.items.length - shown.length)
  const head = `${MARKS[stage.state]} ${stage.stage}${phase}${summary === '' ? '' : `   ${summary}`}`
  return [head, ...shown.flatMap((item) => renderItem(item, width, options))]
}

function renderFields(fields: RequestReport['request']['headers']): readonly string[] {
  const shown = fields
    .slice(0, MAX_HEADERS)
    .map(([name, value]) => `    ${toPlainText(name, MAX_TEXT)}: ${toPlainText(value, MAX_TEXT)}`)
  return fields.length > MAX_HEADERS ? [...shown, `    and ${fields.length - MAX_HEADERS} more`] : shown
}

function renderHead({ request, notes }: RequestReport): readonly string[] {
  const { method, url, scheme, host, path, query, ip, country, asn, colo, tls, http, headers } = request
  const known = Object.entries({ ip, country, asn, colo, tls, http }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${value}`],
  )
  const read = `${scheme}://${host}${path}${query}`
  return [
    `${method} ${toPlainText(url, MAX_TEXT)}`,
    ...(read === url ? [] : [`  read as  ${toPlainText(read, MAX_TEXT)}`]),
    `  client   ${known.length === 0 ? 'nothing known' : known.join(', ')}`,
    ...(headers.length === 0 ? [] : ['  headers', ...renderFields(headers)]),
    ...notes.map((note) => `  note     ${toPlainText(note, MAX_TEXT)}`),
  ]
}

function renderOutcome(outcome: OutcomeReport): readonly string[] {
  const { action, status, stage, rule, reason, fix, location, route, logged } = outcome
  const head =
    action === 'pass'
      ? `→ pass: goes to the origin of route ${route}`
      : `→ ${action} ${status}, by ${rule} (${stage})`
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['reason', reason],
    ['fix', fix],
    ['location', location],
    ['logged', logged.length === 0 ? undefined : logged.join(', ')],
  ]
  const shown = lines.flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${name.padEnd(8)} ${toPlainText(text, MAX_TEXT)}`],
  )
  return [head, ...shown]
}

function renderOrigin({ origin }: RequestReport): readonly string[] {
  if (origin === undefined) return []
  return [
    '',
    `What the origin gets: ${origin.method} ${toPlainText(origin.url, MAX_TEXT)}`,
    ...renderFields(origin.headers),
    `    made when it is sent: ${origin.later.join(', ')}`,
  ]
}

/** Text for standard output. */
export function renderRequest(report: RequestReport, options: RenderOptions): string {
  const lines = [
    ...renderHead(report),
    '',
    ...report.stages.flatMap((stage) => renderStage(stage, options)),
    '',
    ...renderOutcome(report.outcome),
    ...renderOrigin(report),
  ]
  return `${lines.join('\n')}\n`
}
