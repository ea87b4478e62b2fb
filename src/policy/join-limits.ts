/**
 * The limits of `limits.yaml` and those that come from other files.
 * @module
 */
import type { LimitModel } from '../bundle/model.ts'
import { capMode, type Mode } from '../http/decision.ts'
import { BOTS_FILE } from './bots/bots-schema.ts'
import type { CompiledLimit } from './limits.ts'
import type { LimitsInput } from './limits-schema.ts'
import type { Problem } from './problem.ts'
import type { Section } from './section.ts'

/** Limits that come from `bots.yaml`, no stronger than its stage. Their ids are theirs alone. */
export function joinLimits(
  own: readonly CompiledLimit[],
  bots: readonly LimitModel[],
  stage: Mode,
  problems: Problem[],
  limits: Section<LimitsInput>,
): readonly LimitModel[] {
  const ids = new Set(bots.map(({ id }) => id))
  for (const { model, path } of own) {
    if (!ids.has(model.id)) continue
    const message = `The id ${model.id} is that of a limit which comes from ${BOTS_FILE}`
    problems.push(limits.at([...path, 'id'], message, 'Give the limit another id.'))
  }
  return [
    ...own.map(({ model }) => model),
    ...bots.map((limit) => ({ ...limit, mode: capMode(limit.mode, stage) })),
  ]
}
