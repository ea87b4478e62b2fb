import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readDescription } from '../../src/cli/origin/description-schema.ts'
import { RECIPES } from '../../src/cli/origin/recipes.ts'
import { FACT_FIELDS } from '../../src/origin/facts.ts'
import { LOAD_BALANCERS } from '../../src/origin/recipes/description.ts'
import { readBlocks, readPage } from './page.ts'

const PAGE = readPage('lock-down.md')

test('the description that is shown is right, and every load balancer can be configured by it', () => {
  const [shown = ''] = readBlocks(PAGE, ['yaml'])
  const result = readDescription(parse(shown))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  for (const name of LOAD_BALANCERS) {
    const [main] = RECIPES[name](result.description)
    expect([name, main?.text.length]).toEqual([name, expect.any(Number)])
  }
})

test('the table has every load balancer, and no other', () => {
  const rows = PAGE.slice(PAGE.indexOf('| `--lb` |')).split('\n\n')[0]?.split('\n').slice(2) ?? []
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(listed.toSorted()).toEqual([...LOAD_BALANCERS].toSorted())
})

test('the fields of all facts are named', () => {
  for (const field of Object.values(FACT_FIELDS)) expect(PAGE).toContain(`\`${field}\``)
})
