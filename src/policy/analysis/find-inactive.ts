/**
 * Rules that are switched off.
 * @module
 */
import type { Finding } from './finding.ts'
import type { RuleView } from './rule-view.ts'

export function findInactive(views: readonly RuleView[]): readonly Finding[] {
  return views.flatMap(({ name, id, mode, model, limit, problemWith }): Finding[] => {
    if (model?.percentage === 0) {
      const message = `Rule ${id} acts on 0 % of the clients: it never does anything`
      const problem = problemWith('percentage', message, 'Raise the percentage, or write mode: off.')
      return [{ severity: 'warning', code: 'never-acts', rule: name, problem }]
    }
    if (mode !== 'off') return []
    const own = (model ?? limit)?.mode === 'off'
    const message = `${limit ? 'Limit' : 'Rule'} ${id} is off${own ? '' : ', with its whole stage'}`
    const fix = own ? 'Write mode: log to try it.' : 'See stages in settings.yaml.'
    return [{ severity: 'note', code: 'never-acts', rule: name, problem: problemWith('mode', message, fix) }]
  })
}
