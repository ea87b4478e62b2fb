/** One cold load of rules, for `rules.bench.ts`: trees as JSON on standard input, times in ms on standard output. */
import { readFileSync } from 'node:fs'
import type { LogicalNode } from '../../src/lang/ast.ts'
import { isLogicalNode } from '../../src/lang/ast-shape.ts'
import { compileProgram } from '../../src/lang/compile.ts'
import { createFacts, ENVIRONMENT } from './typical-rules.ts'

const text = readFileSync(0, 'utf8')
const facts = createFacts()
const start = performance.now()
const nodes = JSON.parse(text) as LogicalNode[]
const parsed = performance.now()
const wellFormed = nodes.every(isLogicalNode)
const checked = performance.now()
const program = compileProgram(ENVIRONMENT, nodes)
const linked = performance.now()
const frame = program.start(facts)
let matched = 0
for (let i = 0; i < nodes.length; i++) if (program.filter(i)(frame)) matched++
const first = performance.now()
if (!wellFormed || matched > 0 || frame.faults > 0)
  throw new Error(`${matched} matched, ${frame.faults} faults`)
console.log(
  JSON.stringify({
    'JSON.parse': parsed - start,
    'check the shape': checked - parsed,
    'link (ready to serve)': linked - checked,
    'first request, all rules compiled': first - linked,
    'all together': first - start,
  }),
)
