/**
 * Results of simulations as a Markdown table.
 * @module
 */
import { BLOCK_HORIZON, type Figures } from './measure.ts'

export interface Row {
  readonly scenario: string
  readonly scheme: string
  readonly seed: number
  readonly figures: Figures
}

const HEADINGS = [
  'scenario',
  'scheme',
  'seed',
  'calls/1k',
  'attack reports/1k',
  'over %',
  'peak L',
  'false %',
  'waits %',
  'block p50 ms',
  'block p99 ms',
  'overloads',
] as const

export function renderTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(renderRow)]
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`)
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  return lines.join('\n')
}

function renderRow({ scenario, scheme, seed, figures }: Row): string[] {
  return [
    scenario,
    scheme,
    String(seed),
    round(figures.calls, 2),
    round(figures.attackReports, 3),
    round(figures.over, 1),
    round(figures.peak, 2),
    round(figures.falseBlocks, 4),
    round(figures.waits, 3),
    renderDelay(figures.block50),
    renderDelay(figures.block99),
    String(figures.overloads),
  ]
}

function round(value: number, digits: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(digits))) : '-'
}

/** A client that still passes close to the end of the time looked at is not blocked at all. */
function renderDelay(ms: number): string {
  return ms > BLOCK_HORIZON - 1000 ? 'never' : round(ms, 0)
}
