/**
 * What compiling `bots.yaml` needs to know of the rest of the policy.
 * @module
 */
import type { RouteModel } from '../../bundle/model.ts'
import type { ListReader } from '../lists.ts'
import type { PolicyFiles, Problem } from '../problem.ts'
import type { Section } from '../section.ts'
import type { BotsInput } from './bots-schema.ts'

export interface BotsContext {
  readonly section: Section<BotsInput>
  readonly files: PolicyFiles
  readonly lists: ListReader
  readonly routes: readonly RouteModel[]
  readonly problems: Problem[]
  readonly warnings: Problem[]
}
