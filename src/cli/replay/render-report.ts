/**
 * Writes a replay's result for a person: plain text, one table after the other.
 * @module
 */
import { toPrintable } from './printable.ts'
import type { ReplayReport, TopTable } from './report.ts'
import type { RuleRow } from './rule-table.ts'

const MAX_CELL = 60

/** The whole report, ending in a line break. `top` bounds the rows of each table of rules. */
export function renderReport(report: ReplayReport, top: number): string {
  const sections = [
    renderTotals(report),
    renderRules('Refused by rule', report.refused_by, report, top),
    renderHint(report.refused_by),
    renderTop('Clients refused most', 'client', report.clients),
    renderTop('Paths refused most', 'path', report.paths),
    renderRules('Matched by rules in log mode (would act in enforce mode)', report.logged_by, report, top),
    renderRules(
      'Answered at the edge: redirects, challenges and fixed responses',
      report.answered_by,
      report,
      top,
    ),
    renderBadLines(report),
    renderList('Mind', report.warnings),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function renderTotals({ totals, policy, inputs, first, last }: ReplayReport): string {
  const share = (count: number): string => (totals.requests > 0 ? formatShare(count / totals.requests) : '')
  const rows = [
    ['requests', formatCount(totals.requests), ''],
    ['  let through', formatCount(totals.passed), share(totals.passed)],
    ['  refused', formatCount(totals.refused), share(totals.refused)],
    ['  answered at the edge', formatCount(totals.answered), share(totals.answered)],
    ['lines without a request', formatCount(totals.no_request), ''],
    ['lines that could not be read', formatCount(totals.bad_lines), ''],
  ]
  const sources = inputs.map((input) => {
    const trouble = input.trouble === null ? '' : ` — ${toPrintable(input.trouble, 300)}`
    return `${toPrintable(input.file, 200)} (${input.format ?? 'empty'}, ${formatCount(input.lines)} lines)${trouble}`
  })
  const span =
    first === null ? 'no request' : `${formatTime(first)} to ${last === null ? '' : formatTime(last)} UTC`
  const head = `Policy ${toPrintable(policy.directory, 200)} (version ${policy.version}), replayed over ${span}`
  return [head, ...sources.map((source) => `  ${source}`), '', alignTable(rows, [1, 2])].join('\n')
}

function renderRules(title: string, rows: readonly RuleRow[], report: ReplayReport, top: number): string {
  if (rows.length === 0) return title.startsWith('Refused') ? 'No request would be refused.' : ''
  const heading = [
    'rule',
    'stage',
    'status',
    'requests',
    'share',
    'first',
    'last',
    'log: 2xx',
    '3xx',
    '4xx',
    '5xx',
    '?',
  ]
  const cells = rows
    .slice(0, top)
    .map((row) => [
      toPrintable(row.rule, MAX_CELL),
      row.stage,
      String(row.status),
      formatCount(row.requests),
      formatShare(row.requests / Math.max(1, report.totals.requests)),
      formatTime(row.first),
      formatTime(row.last),
      ...Object.values(row.seen_status).map(formatCount),
    ])
  const more = rows.length > top ? `\n  … and ${rows.length - top} more: use --top or --json` : ''
  return `${title}\n${alignTable([heading, ...cells], [2, 3, 4, 7, 8, 9, 10, 11])}${more}`
}

/** Points at refusals of what the server had served: the likeliest mistakes of a policy, with the way out. */
function renderHint(rows: readonly RuleRow[]): string {
  const served = rows
    .map((row) => ({ row, count: row.seen_status['2xx'] + row.seen_status['3xx'] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 5)
  if (served.length === 0) return ''
  const lines = served.map(({ row, count }) => {
    const fix = row.fix === null ? '' : ` ${toPrintable(row.fix, 300)}`
    return `${toPrintable(row.rule, MAX_CELL)} (${formatCount(count)}×): ${toPrintable(row.reason, 200)}${fix}`
  })
  return renderList(
    'Refused although the server had answered 2xx or 3xx: look here for false refusals',
    lines,
  )
}

function renderTop(title: string, name: string, { rows, error }: TopTable): string {
  if (rows.length === 0) return ''
  const note =
    error > 0 ? ` (counts may be up to ${formatCount(error)} too high: too many to count each)` : ''
  const cells = rows.map(({ key, refused }) => [formatCount(refused), key])
  return `${title}${note}\n${alignTable([['refused', name], ...cells], [0])}`
}

function renderBadLines({ bad_lines, totals }: ReplayReport): string {
  if (bad_lines.length === 0) return ''
  const lines = bad_lines.map(({ file, line, reason }) => `${toPrintable(file, 200)}:${line}: ${reason}`)
  const title = `Lines that could not be read (first ${bad_lines.length} of ${formatCount(totals.bad_lines)})`
  return renderList(title, lines)
}

function renderList(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Columns two spaces apart, indented by two; columns in `right` are aligned to the right. */
function alignTable(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  const lines = rows.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, right.includes(column))).join('  '),
  )
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n')
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width)
}

function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 1)} %`
}

function formatTime(rfc3339: string): string {
  return rfc3339.slice(0, 19).replace('T', ' ')
}
