/**
 * The Worker as deployed.
 * @module
 */
import baseline from '../../dist/baseline.bin'
import { readCloudflareClient } from './client-facts.ts'
import { createEdge, type Edge } from './edge.ts'

export { ChallengeObject } from './challenge-object.ts'
export { ControlObject } from './control-object.ts'
export { CounterObject } from './counter-object.ts'
export { WatchObject } from './watch-object.ts'

const edge: Edge = createEdge(baseline, readCloudflareClient)

export default edge
