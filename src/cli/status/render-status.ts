/**
 * The status for a person.
 * @module
 */
import type { Pointer, PolicyReference } from '../../bundle/delivery.ts'
import { describeRollout } from '../publish/describe-plan.ts'
import type { HistoryEntry } from '../publish/published-state.ts'
import type { ShadowCounts } from '../publish/wait-for-serial.ts'
import { toPrintable } from '../replay/printable.ts'
import type { StatusReport } from './read-status.ts'

const EDGE_FIX = 'Is it the edge, does it run, and does no guard or rule refuse /.sallyport/health to you?'

/** Rows of disagreements. */
const MAX_ROWS = 20

function row(name: string, text: string): string {
  return `${name.padEnd(10)}${text}`
}

function describe({ version, manifest }: PolicyReference): string {
  return `${version}  manifest ${manifest.slice(0, 12)}…`
}

function formatAge(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h ago`
    : `${Math.round(seconds / 86_400)} days ago`
}

function renderPointer(pointer: Pointer, now: number): string[] {
  const { serial, issued_at, not_after, active, previous, rollout, kill = [] } = pointer
  const issued = new Date(issued_at * 1000).toISOString()
  const ends = not_after === undefined ? '' : `, expires ${new Date(not_after * 1000).toISOString()}`
  return [
    row(
      'Serial',
      `${serial}, issued ${issued} (${formatAge(now / 1000 - issued_at)})${ends}, signature right`,
    ),
    row('Active', describe(active)),
    ...(previous ? [row('Previous', describe(previous))] : []),
    row('Rollout', rollout ? describeRollout(rollout) : 'none'),
    row('Off', kill.length === 0 ? 'no stage' : kill.join(', ')),
  ]
}

/** Whoever can write to the store can write this: shown, and never trusted. */
function renderEntry({ serial, metadata }: HistoryEntry): string {
  const text = (name: string, limit: number): string => toPrintable(String(metadata[name] ?? '-'), limit)
  const cells = [
    String(serial).padStart(6),
    text('when', 24).padEnd(24),
    text('action', 16).padEnd(12),
    text('version', 16).padEnd(16) + (metadata.candidate === undefined ? '' : ` (${text('candidate', 16)})`),
    text('who', 32).padEnd(12),
    metadata.message === undefined ? '' : text('message', 240),
  ]
  return cells.join('  ').trimEnd()
}

function renderEdge({ asked, edge }: StatusReport): string[] {
  if (!edge) return asked === null ? [] : [row('Edge', `${asked} does not show its health. ${EDGE_FIX}`)]
  const runs = edge.serial === undefined ? 'no published policy' : `serial ${edge.serial}`
  const version = edge.version === undefined ? '' : `, version ${edge.version}`
  const source = edge.source === undefined ? '' : ` from ${edge.source}`
  return [
    row('Edge', `${edge.url} runs ${runs}${version}${source}`),
    ...(edge.problem === undefined ? [] : [row('', toPrintable(edge.problem, 300))]),
    ...(edge.refusal === undefined ? [] : [row('', `last refusal: ${toPrintable(edge.refusal, 300)}`)]),
    ...(edge.shadow ? renderShadow(edge.shadow) : []),
  ]
}

function renderShadow({ evaluated, disagreed, disagreements }: ShadowCounts): string[] {
  const rows = Object.entries(disagreements)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_ROWS)
  return [
    row('Shadow', `${evaluated} requests evaluated by that isolate, ${disagreed} would have ended otherwise`),
    ...rows.map(([pair, count]) => `${String(count).padStart(8)}  ${toPrintable(pair, 120)}`),
  ]
}

/** Several lines, without the last line break. `now` is in milliseconds since the epoch. */
export function renderStatus(report: StatusReport, now: number): string {
  const { store, pointer, fault, history } = report
  const state = pointer
    ? renderPointer(pointer, now)
    : [
        row(
          'Pointer',
          fault === null ? 'none: nothing is published, edges run their baseline' : `NOT ACCEPTED: ${fault}`,
        ),
      ]
  const past = history.length === 0 ? [] : ['History', ...history.map(renderEntry)]
  return [row('Store', store), ...state, ...renderEdge(report), ...past].join('\n')
}
