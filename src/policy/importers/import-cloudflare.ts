/**
 * Cloudflare's rulesets as policy files.
 *
 * What cannot be carried over exactly is left out and named, as a rule that does something else than it did
 * is worse than none.
 * @module
 */
import { type CloudflareRule, readRulesets } from './cloudflare-schema.ts'
import { findUnread } from './find-unread.ts'
import {
  checkFilter,
  chooseId,
  createImportContext,
  type ImportContext,
  subjectOf,
} from './import-context.ts'
import type { Imported, ImportResult, LeftOut } from './import-report.ts'
import { IMPORT_TARGETS } from './import-targets.ts'
import { type CarriedRule, IMPORTED_FILES, pruneSkips } from './prune-skips.ts'
import { type WrittenRule, writePolicyFile } from './write-policy-file.ts'

/** One rule on its way from their file to ours. */
interface Candidate {
  readonly rule: CloudflareRule
  readonly subject: string
  readonly id: string
  readonly phase: string
  /** Why nothing of its ruleset can be carried over. */
  readonly foreign?: string | undefined
  /** Another ruleset of the same phase runs after its own. */
  readonly isFollowed: boolean
}

const OTHER_PHASES: Readonly<Record<string, string>> = {
  http_request_transform: 'URL rewrites are a matter of routes here: see replace_prefix.',
  http_request_firewall_managed: "Cloudflare's managed rules are not part of the export.",
}

const MAX_DESCRIPTION = 500

const CUSTOM_RULESET =
  'Of a ruleset of the kind custom, which runs only for what a rule with the action execute says: give the entry point of the phase.'
const FOLLOWED =
  'It skips the rest of its own ruleset, and another of the same phase comes after it: here they are one.'

interface Report {
  readonly leftOut: LeftOut[]
  /** By file, for the comments in it. */
  readonly byFile: Map<string, LeftOut[]>
  /** Lists that are there already. */
  readonly lists: ReadonlySet<string>
  /** Lists that are named and not there. */
  readonly emptyLists: Set<string>
}

function leaveOut(report: Report, file: string | undefined, entry: LeftOut): void {
  report.leftOut.push(entry)
  if (file !== undefined) report.byFile.set(file, [...(report.byFile.get(file) ?? []), entry])
}

/** What is not carried over of a rule of any kind. */
function notesOn({ scarce }: ImportContext, rule: CloudflareRule): readonly string[] {
  const { description = '' } = rule
  const tooLong = `what its description has after ${MAX_DESCRIPTION} characters.`
  return [
    ...findUnread(rule),
    ...[...scarce].map(
      (name) =>
        `Bot Management and without bots.yaml ${name} is missing here, so that not ${name} is always true.`,
    ),
    ...(description.length > MAX_DESCRIPTION ? [tooLong] : []),
  ]
}

function importRule(context: ImportContext, candidate: Candidate, report: Report): CarriedRule | undefined {
  const { rule, subject, id, phase } = candidate
  const target = IMPORT_TARGETS.get(phase)
  const refuse = (reason: string): undefined => {
    leaveOut(report, target?.file, { subject, what: 'rule', reason })
  }
  if (!target)
    return refuse(`Of the phase ${phase}: ${OTHER_PHASES[phase] ?? 'there is nothing like it here.'}`)
  if (candidate.foreign !== undefined) return refuse(candidate.foreign)
  context.named.clear()
  context.scarce.clear()
  const wrong = checkFilter(context, rule.expression, target.phase)
  if (wrong !== undefined) return refuse(wrong.startsWith('the ') ? `Of ${wrong}` : wrong)
  if (candidate.isFollowed && rule.action_parameters?.ruleset === 'current') return refuse(FOLLOWED)
  const action = target.importAction(context, rule)
  if (!action.ok) return refuse(action.reason)
  for (const note of [...action.notes, ...notesOn(context, rule)])
    leaveOut(report, target.file, { subject, what: 'part', reason: `Without ${note}` })
  const { description = '', expression, enabled = true } = rule
  const empty = [...context.named].filter((name) => !report.lists.has(name))
  for (const name of empty) {
    report.emptyLists.add(name)
    const reason = `Its list $${name} is not part of a ruleset and empty until it is imported: mode log until then.`
    if (enabled) leaveOut(report, target.file, { subject, what: 'part', reason })
  }
  // An empty list turns "not in" into every request.
  const mode = enabled ? (empty.length > 0 ? 'log' : undefined) : 'off'
  const written = {
    id,
    ...(description === '' ? {} : { description: description.slice(0, MAX_DESCRIPTION) }),
    ...(mode === undefined ? {} : { mode }),
    expression: expression.trim() === 'true' ? true : expression,
    ...action.keys,
  }
  return { target, subject, id, written }
}

function writeFiles(
  carried: readonly CarriedRule[],
  { byFile, emptyLists }: Report,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const file of IMPORTED_FILES) {
    const own = carried.filter(({ target }) => target.file === file)
    const missing = byFile.get(file) ?? []
    if (own.length === 0 && missing.length === 0) continue
    const lists: Record<string, WrittenRule[]> = {}
    for (const { target, written } of own) lists[target.key] = [...(lists[target.key] ?? []), written]
    files.set(file, writePolicyFile(lists, missing))
  }
  for (const name of [...emptyLists].sort()) {
    const text = `# $${name}: export it and fill it with sallyport import list. Until then it holds nothing.\n`
    files.set(`lists/${name}.txt`, text)
  }
  return files
}

function importCandidates(
  context: ImportContext,
  candidates: readonly Candidate[],
  lists: ReadonlySet<string>,
): Imported {
  const report: Report = { leftOut: [], byFile: new Map(), lists, emptyLists: new Set() }
  const all = candidates.flatMap((candidate) => importRule(context, candidate, report) ?? [])
  const carried = pruneSkips(all, (file, entry) => leaveOut(report, file, entry))
  return { files: writeFiles(carried, report), count: carried.length, leftOut: report.leftOut }
}

/**
 * Reads what Cloudflare's API gives for one or several rulesets.
 * @param lists Names of lists that the policy has already; rules with others start in mode log.
 */
export function importCloudflare(json: string, lists: ReadonlySet<string> = new Set()): ImportResult {
  const read = readRulesets(json)
  if (!read.ok) return read
  const context = createImportContext()
  // Ids first, as a rule may name one that comes after it.
  const candidates = read.rulesets.flatMap(({ kind, phase, rules }, at) =>
    rules.map((rule, index) => ({
      rule,
      phase,
      foreign: kind === 'custom' ? CUSTOM_RULESET : undefined,
      isFollowed: read.rulesets.slice(at + 1).some((other) => other.phase === phase),
      subject: subjectOf(rule, index),
      id: chooseId(context, rule, index),
    })),
  )
  return { ok: true, imported: importCandidates(context, candidates, lists) }
}
