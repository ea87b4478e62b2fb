/**
 * Test results as JUnit XML, which CI systems show.
 * @module
 */
import { renderFailure } from './render-tests.ts'
import type { TestReport, TestResult } from './test-report.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** Characters that XML 1.0 does not have at all (section 2.2) become `?`. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/[&<>"'\n\t]/g, (char) => ENTITIES[char] ?? char)
}

function renderCase(result: TestResult, folder: string): string {
  const { name, file, line, passed, note, mismatches } = result
  const place = `classname="${escapeXml(folder + file)}" name="${escapeXml(name)}" file="${escapeXml(folder + file)}" line="${line}"`
  if (passed) {
    if (note === undefined) return `    <testcase ${place}/>`
    return `    <testcase ${place}><system-out>${escapeXml(note)}</system-out></testcase>`
  }
  const message = mismatches
    .map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`)
    .join('; ')
  const details = escapeXml(renderFailure(result, folder).join('\n'))
  return `    <testcase ${place}><failure message="${escapeXml(message)}">${details}</failure></testcase>`
}

/** One suite for each file of the policy. `folder` ends with `/`. */
export function renderJunit(report: TestReport, folder: string): string {
  const files = [...new Set(report.results.map(({ file }) => file))]
  const suites = files.map((file) => {
    const results = report.results.filter((result) => result.file === file)
    const failures = results.filter(({ passed }) => !passed).length
    const counts = `tests="${results.length}" failures="${failures}"`
    const cases = results.map((result) => renderCase(result, folder))
    return [`  <testsuite name="${escapeXml(folder + file)}" ${counts}>`, ...cases, '  </testsuite>'].join(
      '\n',
    )
  })
  const total = `tests="${report.results.length}" failures="${report.failed}"`
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="sallyport" ${total}>`, ...suites, '</testsuites>'].join('\n')}\n`
}
