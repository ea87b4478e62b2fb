/**
 * An agent that an operator adds to those that are known.
 * @module
 */
import type { AgentModel } from '../../../bundle/bots-model.ts'

/** An agent of the operator's, and what names it in a User-Agent, in the form that `parsePattern` reads. */
export type OwnAgent = AgentModel & { readonly pattern: string }
