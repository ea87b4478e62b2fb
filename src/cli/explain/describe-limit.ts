/**
 * What a limit counts, by what, and what comes of it: in words.
 * @module
 */
import type { Characteristic, LimitModel } from '../../bundle/model.ts'

/** As `counts it: 100 per 10 s by ip.src, then refused for 30 s`. */
export function describeLimit(limit: LimitModel): string {
  const { characteristics, period, requests_per_period: amount, score_header } = limit
  const by = characteristics.map(describeCharacteristic).join(' + ')
  const points = score_header === undefined ? '' : ' points'
  return `${describeCounting(limit)}: ${amount}${points} per ${period} s by ${by}${describeAction(limit)}`
}

function describeCharacteristic(each: Characteristic): string {
  if (each.kind === 'expression') return each.source
  return 'name' in each ? `${each.kind}["${each.name}"]` : each.kind
}

function describeCounting({ counting, requests_to_origin, score_header }: LimitModel): string {
  if (score_header !== undefined) return `counts what ${score_header} of the answer says`
  if (counting?.readsResponse === true) return 'counts it if the answer matches counting_expression'
  if (counting) return 'counts it if it matches counting_expression'
  return requests_to_origin ? 'counts it if it goes on to the origin' : 'counts it'
}

function describeAction({ action, mitigation_timeout: seconds }: LimitModel): string {
  if (seconds === 0 || action === 'log') return ''
  return `, then ${action === 'block' ? 'refused' : 'challenged'} for ${seconds} s`
}
