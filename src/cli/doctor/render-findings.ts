/**
 * The findings for a person: a line for each group, and below it whatever is not right.
 * @module
 */
import { GROUPS, type Group } from './battery-case.ts'
import type { Finding, Verdict } from './finding.ts'

const WORDS: Readonly<Record<Verdict, string>> = {
  right: 'right',
  'let-through': 'LET THROUGH',
  'turned-away': 'TURNED AWAY',
  unseen: 'passed on',
  unclear: 'unclear',
  skipped: 'skipped',
}

const ORDER = ['right', 'unseen', 'skipped', 'unclear', 'turned-away', 'let-through'] as const

const PASSED_ON =
  'Passed on: the door may refuse these, or clean them; what the application got of them is not to be seen from outside.'

const OPEN =
  '\nA request that nobody signed was answered: no door is asked at this address. Is it the edge, or a way around the door?'

const SHOWN: readonly Verdict[] = ['let-through', 'turned-away', 'unclear']

export function countVerdicts(findings: readonly Finding[]): Readonly<Record<Verdict, number>> {
  const counts = { right: 0, 'let-through': 0, 'turned-away': 0, unseen: 0, unclear: 0, skipped: 0 }
  for (const { verdict } of findings) counts[verdict]++
  return counts
}

function describeCounts(findings: readonly Finding[]): string {
  const counts = countVerdicts(findings)
  return ORDER.filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${WORDS[verdict]}`)
    .join(', ')
}

function renderGroup(group: Group, findings: readonly Finding[]): string[] {
  const own = findings.filter((finding) => finding.group === group)
  if (own.length === 0) return []
  const wrong = SHOWN.flatMap((verdict) => own.filter((finding) => finding.verdict === verdict))
  return [
    `${GROUPS[group].padEnd(50)}${describeCounts(own)}`,
    ...wrong.map(
      ({ verdict, name, told, why }) => `  ${WORDS[verdict]}: ${name} (${told}). Why it matters: ${why}`,
    ),
  ]
}

/** Nobody checks anything: then the rest of the list says nothing more. */
function isOpen(findings: readonly Finding[]): boolean {
  return findings.some(
    ({ group, name, verdict }) =>
      group === 'unsigned' && name === 'a plain request' && verdict === 'let-through',
  )
}

function summarise(findings: readonly Finding[]): string {
  const { 'let-through': through, 'turned-away': away, unclear, skipped } = countVerdicts(findings)
  const tried = findings.length - skipped
  const rest = skipped > 0 ? ` ${skipped} were skipped.` : ''
  if (through > 0)
    return `The lock does not hold: ${through} of ${tried} cases were let through.${rest}${isOpen(findings) ? OPEN : ''}`
  if (unclear > 0)
    return `Nothing was let through for sure, but ${unclear} of ${tried} cases are unclear.${rest}`
  if (away > 0)
    return `Nothing was let through, but ${away} of ${tried} cases were turned away that do no harm.${rest}`
  return `The lock holds: ${tried} cases tried, nothing was let through.${rest}`
}

/** Several lines, without the last line break. */
export function renderFindings(findings: readonly Finding[]): string {
  const groups = Object.keys(GROUPS).filter((name): name is Group => name in GROUPS)
  const lines = groups.flatMap((group) => renderGroup(group, findings))
  const legend = findings.some(({ verdict }) => verdict === 'unseen') ? [PASSED_ON] : []
  return [...lines, '', ...legend, summarise(findings)].join('\n')
}
