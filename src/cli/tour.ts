/**
 * `sallyport tour`: drives a running `npm start` through a table of visits and attacks.
 * @module
 */
import { Command } from 'commander'
import { findRunning, type Running } from './running.ts'
import { CASES } from './tour/cases.ts'
import { judge, type Verdict } from './tour/judge.ts'
import type { Case } from './tour/tour-case.ts'

export function tourCommand(): Command {
  return new Command('tour')
    .description(
      'drive a running `npm start` through visits and attacks; prints outcome, stage and rule of each',
    )
    .option('--json', 'print one JSON object per case')
    .action(async ({ json }: { json?: true }) => {
      const running = await findRunning()
      if (running === undefined) {
        console.error('Nothing is running from this folder. Run `npm start` in another terminal first.')
        process.exitCode = 2
        return
      }
      const trouble = await tour(running, json === true)
      process.exitCode = trouble === 0 ? 0 : 1
    })
}

async function tour(running: Running, json: boolean): Promise<number> {
  if (!json) console.log(`${row('case', 'outcome', 'stage', 'rule')}\n${'-'.repeat(118)}`)
  let trouble = 0
  for (const each of CASES) {
    const verdict = await runCase(each, running)
    if (verdict.trouble !== '') trouble++
    if (json) console.log(JSON.stringify(verdict))
    else
      console.log(
        row(verdict.name, `${verdict.status} ${verdict.outcome}`, verdict.stage, verdict.rule) +
          mark(verdict),
      )
  }
  if (!json) console.log(`\n${CASES.length - trouble} of ${CASES.length} as they have to be.`)
  return trouble
}

async function runCase(each: Case, running: Running): Promise<Verdict> {
  try {
    return judge(each, await each.run(running))
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error)
    return { name: each.name, status: 0, outcome: 'failed', stage: '?', rule: '?', trouble }
  }
}

function row(name: string, outcome: string, stage: string, rule: string): string {
  return `${name.padEnd(54)}${outcome.padEnd(18)}${stage.padEnd(10)}${rule.padEnd(34)}`
}

function mark({ trouble }: Verdict): string {
  return trouble === '' ? 'ok' : `WRONG: ${trouble}`
}
