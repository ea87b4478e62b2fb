/**
 * A decision in one short line for the terminal; the log file has all of it.
 * @module
 */

interface AnyRecord {
  readonly door?: string
  readonly kind?: string
  readonly action?: string
  readonly status?: number
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly rule?: string
  readonly route?: string
  readonly ok?: boolean
  readonly failure?: string
  readonly request_id?: string
  readonly client?: { readonly ip?: string }
  readonly counts?: Readonly<Record<string, number>>
}

/** Prints refusals of both doors, passes of the edge, and counts of what a flood left out. */
export function printDecision(line: string, out: NodeJS.WritableStream): void {
  const text = shorten(line)
  if (text !== undefined) out.write(`${text}\n`)
}

export function shorten(line: string): string | undefined {
  let record: AnyRecord
  try {
    record = JSON.parse(line) as AnyRecord
  } catch {
    return line
  }
  if (record.kind === 'left-out')
    return `edge    … and ${formatCounts(record.counts ?? {})} more, not written one by one`
  if (record.kind === 'decision') {
    const { status, action, rule, method, path, client, request_id } = record
    return `edge    ${status} ${action}  ${rule ?? record.route ?? ''}  ${method} ${path}  ${client?.ip ?? '-'}  ${request_id}`
  }
  if (record.door === 'origin')
    return record.ok === false ? `origin  ${record.status} refused  ${record.failure}` : undefined
  return line
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([rule, count]) => `${count} × ${rule}`)
    .join(', ')
}
