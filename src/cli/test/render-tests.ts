/**
 * Test results for the terminal, as test runners print them.
 * @module
 */
import { toPlainText } from '../explain/plain-text.ts'
import { renderParts } from '../explain/render-parts.ts'
import type { TestReport, TestResult } from './test-report.ts'

const MAX_NAME = 160
const MAX_VALUE = 300

/** What an author needs to mend a test or a rule. `folder` is put before file names. */
export function renderFailure(result: TestResult, folder: string): readonly string[] {
  const { mismatches, request, got, reason, fix, expression, file, line } = result
  return [
    `    ${folder}${file}:${line}`,
    `    request   ${toPlainText(request, MAX_VALUE)}`,
    ...mismatches.flatMap(({ what, expected, got: found }) => [
      `    ${what}`,
      `      expected  ${toPlainText(expected, MAX_VALUE)}`,
      `      got       ${toPlainText(found, MAX_VALUE)}`,
    ]),
    `    outcome   ${toPlainText(got, MAX_VALUE)}`,
    ...(reason === undefined ? [] : [`    reason    ${reason}`]),
    ...(fix === undefined ? [] : [`    fix       ${fix}`]),
    ...(expression ? [`    ${expression.rule}`, ...renderParts(expression.parts, { indent: '      ' })] : []),
  ]
}

function renderResult(result: TestResult, folder: string): readonly string[] {
  const head = `  ${result.passed ? '✓' : '✗'} ${toPlainText(result.name, MAX_NAME)}`
  const note = result.note === undefined ? [] : [`    note      ${toPlainText(result.note, MAX_VALUE)}`]
  return [head, ...note, ...(result.passed ? [] : renderFailure(result, folder))]
}

function groupByFile(results: readonly TestResult[]): ReadonlyMap<string, readonly TestResult[]> {
  const groups = new Map<string, TestResult[]>()
  for (const result of results) {
    const group = groups.get(result.file)
    if (group) group.push(result)
    else groups.set(result.file, [result])
  }
  return groups
}

export function renderSummary({ passed, failed, leftOut, results, policy }: TestReport): string {
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${passed} passed`,
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
  ]
  return `Tests  ${counts.join(', ')} (${results.length} run, policy ${policy})`
}

/** Text for standard output. `folder` ends with `/`. */
export function renderTests(report: TestReport, folder: string): string {
  const groups = [...groupByFile(report.results)].map(([file, results]) => {
    const failed = results.filter(({ passed }) => !passed).length
    const count = `${results.length} ${results.length === 1 ? 'test' : 'tests'}${failed > 0 ? `, ${failed} failed` : ''}`
    return [`${folder}${file} (${count})`, ...results.flatMap((each) => renderResult(each, folder)), ''].join(
      '\n',
    )
  })
  return `${[...groups, renderSummary(report)].join('\n')}\n`
}
